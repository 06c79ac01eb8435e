#include "experiment/record.h"

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/json_path.h"

namespace goetia {
namespace {

// The first of several paths that has a value.
Json first(const Json& document, std::initializer_list<std::string_view> paths) {
    for (const std::string_view path : paths) {
        if (Json value = section_at(document, path); !value.is_null()) return value;
    }
    return nullptr;
}

Json or_else(Json value, const Json& fallback) { return value.is_null() ? fallback : value; }

// Whether a section is present and not disabled.
bool enabled(const Json& section) {
    if (!section.is_object()) return false;
    const auto found = section.find("enabled");
    return found == section.end() || !found->is_boolean() || found->get<bool>();
}

Json within_enabled(const Json& document, const std::string& section, const char* key) {
    const Json place = section_at(document, section);
    return enabled(place) ? section_at(place, key) : Json(nullptr);
}

// A section without the keys that are recorded elsewhere.
Json without(Json section, std::initializer_list<const char*> keys) {
    if (!section.is_object()) return nullptr;
    for (const char* key : keys) section.erase(key);
    return section;
}

// What the caller determined takes precedence over the document.
void take_known(Json& record, const Json& known) {
    if (!known.is_object()) return;
    for (const auto& [key, value] : known.items()) {
        if (!value.is_null() || !record.contains(key)) record[key] = value;
    }
}

Json dataset_record(const Json& document, const Json& info) {
    Json record = Json::object();
    record["image_dir"] = first(document, {"dataset.image_dir", "dataset.data_root", "dataset.data_roots.0",
                                           "dataset.train.data_root", "dataset.train.data_roots.0"});
    record["excel_path"] = nullptr;
    for (const char* key : {"total_samples", "train_samples", "val_samples", "test_samples", "train_subjects",
                            "val_subjects", "test_subjects", "total_subjects"})
        record[key] = nullptr;
    record["test_size"] = nullptr;
    record["val_size"] = nullptr;
    record["random_seed"] = first(document, {"dataset.split.seed", "experiment.seed"});
    record["split_method"] = nullptr;
    record["data_leakage_prevention"] = nullptr;
    take_known(record, section_at(info, "dataset"));
    // Only a split by subjects keeps all images of a subject together; of a predefined split nothing is known.
    const Json method = record["split_method"];
    if (record["data_leakage_prevention"].is_null() && method == "by_subject_id")
        record["data_leakage_prevention"] = true;
    if (record["data_leakage_prevention"].is_null() && method == "random") record["data_leakage_prevention"] = false;
    return record;
}

// "ResNet" with depth 50 is "resnet50"; a model without a backbone is named by its own type.
Json architecture_of(const Json& document) {
    const Json backbone = first(document, {"model.backbone.type", "model.type"});
    const Json depth = section_at(document, "model.backbone.depth");
    if (!backbone.is_string() || !depth.is_number_integer()) return backbone;
    std::string name = backbone.get<std::string>();
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return name + std::to_string(depth.get<std::int64_t>());
}

Json task_of(const Json& document) {
    const Json type = section_at(document, "model.type");
    if (!type.is_string()) return nullptr;
    for (const auto& [part, task] : {std::pair{"Classifier", "classification"},
                                     {"Detector", "detection"},
                                     {"Segmentor", "segmentation"},
                                     {"Regressor", "regression"}}) {
        if (type.get<std::string>().find(part) != std::string::npos) return task;
    }
    return nullptr;
}

Json model_record(const Json& document, const Json& info) {
    const Json pretrained = section_at(document, "model.pretrained");
    Json record{{"architecture", architecture_of(document)},
                {"pretrained", pretrained.is_boolean()  ? pretrained
                               : pretrained.is_object() ? Json(enabled(pretrained))
                                                        : Json(nullptr)},
                {"dropout", section_at(document, "model.head.dropout")},
                {"output_dim", first(document, {"model.head.num_classes", "dataset.num_classes"})},
                {"task", task_of(document)}};
    take_known(record, section_at(info, "model"));
    return record;
}

// Batch per rank x ranks x accumulated batches; null when the batch or the number of ranks is unknown.
Json effective_batch(const Json& document, const Json& info) {
    const Json batch = section_at(document, "training.batch_size");
    const Json world = section_at(info, "world_size");
    if (!batch.is_number_integer() || !world.is_number_integer()) return nullptr;
    const Json accumulated = within_enabled(document, "training.gradient_accumulation", "steps");
    return batch.get<std::int64_t>() * world.get<std::int64_t>() *
           (accumulated.is_number_integer() ? accumulated.get<std::int64_t>() : 1);
}

Json training_record(const Json& document, const Json& info) {
    const Json scheduler = section_at(document, "scheduler");
    const Json warmup = section_at(document, "scheduler.warmup");
    return {
        {"loss_function", first(document, {"model.head.loss.type", "model.loss.type"})},
        {"optimizer", section_at(document, "optimizer.type")},
        {"optimizer_params", without(section_at(document, "optimizer"), {"type", "lr", "weight_decay"})},
        {"lr_scheduler", section_at(scheduler, "type")},
        {"scheduler_params", without(scheduler, {"type", "warmup"})},
        {"warmup_epochs",
         enabled(warmup) ? section_at(warmup, "epochs") : Json(scheduler.is_object() ? Json(0) : Json(nullptr))},
        {"max_grad_norm", within_enabled(document, "training.gradient_clip", "max_norm")},
        {"epochs", section_at(document, "training.epochs")},
        {"patience", within_enabled(document, "training.early_stopping", "patience")},
        {"batch_size", section_at(document, "training.batch_size")},
        {"effective_batch_size", effective_batch(document, info)},
        {"learning_rate", section_at(document, "optimizer.lr")},
        {"weight_decay", section_at(document, "optimizer.weight_decay")},
        {"num_workers", section_at(document, "training.num_workers")},
        {"plot_interval", or_else(section_at(info, "plot_interval"), section_at(document, "training.plot_interval"))}};
}

Json optimizations_record(const Json& document) {
    const Json scheduler = section_at(document, "scheduler.type");
    const Json smoothing = first(document, {"model.head.loss.label_smoothing", "model.loss.label_smoothing"});
    return {
        {"gradient_clipping", enabled(section_at(document, "training.gradient_clip"))},
        {"warmup", enabled(section_at(document, "scheduler.warmup"))},
        {"early_stopping", enabled(section_at(document, "training.early_stopping"))},
        {"cosine_annealing", scheduler.is_string() && scheduler.get<std::string>().find("Cosine") != std::string::npos},
        {"mixed_precision", enabled(section_at(document, "training.mixed_precision"))},
        {"ema", enabled(section_at(document, "training.ema"))},
        {"gradient_accumulation",
         effective_batch(document, {{"world_size", 1}}) != section_at(document, "training.batch_size")},
        {"label_smoothing", smoothing.is_number() && smoothing.get<double>() > 0}};
}

}  // namespace

Json run_record(const Json& resolved_document, const Json& info) {
    const Json world = section_at(info, "world_size");
    return {{"script_name", "goetia train"},
            {"script_version", section_at(info, "version")},
            {"timestamp", section_at(info, "timestamp")},
            {"description", section_at(resolved_document, "experiment.description")},
            {"device", section_at(info, "device")},
            {"world_size", world},
            {"use_ddp", world.is_number() ? Json(world.get<std::int64_t>() > 1) : Json(nullptr)},
            {"gpu_names", section_at(info, "gpu_names")},
            {"cuda_version", section_at(info, "cuda_version")},
            {"pytorch_version", section_at(info, "pytorch_version")},
            {"dataset", dataset_record(resolved_document, info)},
            {"model", model_record(resolved_document, info)},
            {"training", training_record(resolved_document, info)},
            {"optimizations", optimizations_record(resolved_document)},
            {"output_dir", section_at(info, "output_dir")}};
}

}  // namespace goetia
