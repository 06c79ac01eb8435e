#include "learn/loop/builder.h"

#include <ATen/Context.h>
#include <ATen/ops/empty.h>
#include <ATen/Parallel.h>
#include <torch/cuda.h>

#include "base/json_path.h"
#include "config/section_keys.h"
#include "datasets/validation/check_splits.h"
#include "feeding/cached_dataset.h"
#include "learn/hooks/overfit_check.h"
#include "learn/hooks/section_hooks.h"
#include "learn/hooks/watch_over_run.h"
#include "learn/hooks/watched.h"
#include "learn/loop/best_metric.h"
#include "learn/loop/image_size.h"
#include "learn/pretrained.h"

namespace goetia {
namespace {

// Pixels in memory were decoded in full: which images are there would change what the model sees.
Status check_cache(const Json& document) {
    if (value_at<std::string>(document, "dataset.cache") != "pixels") return {};
    for (const char* where :
         {"augmentation.train.pipeline", "augmentation.train.closing.pipeline", "augmentation.val.pipeline"}) {
        for (const Json& step : section_at(document, where)) {
            if (!step.is_object() || !step.contains("reducing_gap") || step["reducing_gap"].is_null()) continue;
            return invalid(
                "dataset.cache is 'pixels' and {} decodes with a reducing_gap of {}, which images that are decoded "
                "already cannot have; set dataset.cache=bytes or leave out reducing_gap",
                where, step["reducing_gap"].dump());
        }
    }
    return {};
}

Result<std::shared_ptr<const Dataset>> make_split(const Json& document, const Components& components, Split split) {
    GOETIA_ASSIGN(std::shared_ptr<Dataset> made,
                  components.datasets.make(component_part(document, "dataset"), "dataset", split));
    const auto kind = value_at<std::string>(document, "dataset.cache");
    if (kind == "none") return std::shared_ptr<const Dataset>(std::move(made));
    const auto megabytes = value_at<std::int64_t>(document, "dataset.cache_megabytes");
    return cached(std::move(made), kind == "pixels" ? CacheKind::kPixels : CacheKind::kBytes,
                  static_cast<std::uint64_t>(megabytes) << 20);
}

std::string left_out_text(std::string_view split, const Dataset& data) {
    std::string text = fmt::format("faulty objects of the {} split left out:", split);
    for (const auto& [code, count] : data.left_out()) text += fmt::format(" {} {}", count, code);
    return text + "; 'goetia dataset validate' names them";
}

// The key that says how many outcomes the model has: the head's, or the model's own.
std::string count_key(const Json& document, const TaskKit& kit) {
    return (section_at(document, "model.head").is_null() ? "model." : "model.head.") + kit.count_param;
}

Result<std::vector<std::shared_ptr<Metric>>> make_metrics(const Json& document, const Components& components,
                                                          const Model& model, const TaskKit& kit,
                                                          const TrainSettings& settings) {
    const std::int64_t outcomes = model.outcomes();
    std::vector<std::shared_ptr<Metric>> metrics;
    Json list = section_at(document, "metrics");
    if (!list.is_array() || list.empty()) list = kit.metrics();
    for (std::size_t i = 0; i < list.size(); ++i) {
        const std::string path = fmt::format("metrics[{}]", i);
        GOETIA_ASSIGN(auto metric, components.metrics.make(list[i], path, outcomes));
        GOETIA_ASSIGN(const ComponentInfo* const info, components.metrics.find(list[i].at("type").get<std::string>()));
        GOETIA_TRY(check_task(*info, path, kit.task));
        metrics.push_back(std::move(metric));
    }
    for (auto& metric : kit.drawn(settings.drawings, outcomes)) metrics.push_back(std::move(metric));
    return metrics;
}

Status add_hooks(const Json& document, const Components& components, RunParts& parts) {
    for (const SectionHook& one : section_hooks(document)) {
        GOETIA_ASSIGN(auto hook, components.hooks.make(one.config, one.path));
        parts.hooks.push_back(std::move(hook));
    }
    const Json own = section_at(document, "hooks");
    for (std::size_t i = 0; own.is_array() && i < own.size(); ++i) {
        GOETIA_ASSIGN(auto hook, components.hooks.make(own[i], fmt::format("hooks[{}]", i)));
        parts.hooks.push_back(std::move(hook));
    }
    if (parts.settings.limits.overfit_batches > 0) parts.hooks.push_back(std::make_shared<OverfitCheck>());
    parts.hooks.push_back(std::make_shared<WatchOverRun>(parts.settings.log_interval));
    return check_one_average(parts.hooks);
}

// The model goes to its device, in the layout and with the arithmetic that the run is to have.
Status set_precision(BuiltRun& run) {
    RunParts& parts = run.parts;
    GOETIA_ASSIGN(const PrecisionPlan plan, plan_precision(parts.settings.precision, ability_of(parts.device)));
    parts.autocast = plan.autocast;
    if (plan.scale) parts.scale = std::make_unique<LossScale>(*plan.scale);
    if (!plan.note.empty()) run.notes.push_back(plan.note);
    set_tf32(parts.settings.precision.tf32);
    parts.model->to(parts.device);
    if (parts.settings.precision.channels_last) lay_out_channels_last(*parts.model);
    return {};
}

// All ranks drew the same weights from the same seed; rank 0's are sent all the same, so that a difference between
// machines cannot survive.
void share_weights(Model& model, Communicator& ranks) {
    const torch::NoGradGuard no_gradients;
    if (ranks.world() == 1) return;
    for (torch::Tensor parameter : model.parameters()) ranks.broadcast(parameter, 0);
    for (torch::Tensor buffer : model.buffers()) ranks.broadcast(buffer, 0);
}

}  // namespace

Result<std::unique_ptr<Evaluator>> make_evaluator(const Json& document, const Components& components,
                                                  const std::string& split, const std::shared_ptr<const Dataset>& data,
                                                  const Model& model, const TaskKit& kit, const TrainSettings& settings,
                                                  torch::Device device, int rank, int world) {
    GOETIA_ASSIGN(auto loader, evaluation_loader(section_at(document, "augmentation.val.pipeline"), components, data,
                                                 settings, device, rank, world));
    GOETIA_ASSIGN(auto metrics, make_metrics(document, components, model, kit, settings));
    return std::make_unique<Evaluator>(split, std::move(loader), data, kit, std::move(metrics));
}

Result<RunData> open_data(const Json& document, const Components& components) {
    RunData data;
    GOETIA_TRY(check_cache(document));
    GOETIA_ASSIGN(data.train, make_split(document, components, Split::kTrain));
    // A validation split that is named must be there; one that is not named is taken where the data has it.
    auto validation = make_split(document, components, Split::kVal);
    if (validation) data.validation = std::move(validation).value();
    else if (!section_at(document, "dataset.val").is_null() || validation.error().code != Code::kNotFound)
        return std::move(validation).error();
    // The test split is only counted in the run's record.
    auto test = make_split(document, components, Split::kTest);
    if (test) data.test = std::move(test).value();
    else if (!section_at(document, "dataset.test").is_null()) return std::move(test).error();
    else if (test.error().code != Code::kNotFound) data.test_fault = std::move(test).error();
    if (data.validation) {
        if (const auto differing = differing_classes(data.train->classes(), data.validation->classes()))
            return invalid(
                "the val split of 'dataset' counts other classes: {}; give both splits the same classes in the same "
                "order, or name the list with dataset.classes_file",
                *differing);
    }
    data.preprocessing = section_at(document, "augmentation.val.pipeline");
    if (data.train->size() == 0)
        return invalid("the training split of 'dataset' holds no image; check dataset.data_root");
    return data;
}

Result<torch::Device> choose_device(const std::string& device, int rank) {
    const bool has_gpu = torch::cuda::is_available();
    if (device == "cpu" || (device == "auto" && !has_gpu)) return torch::Device(torch::kCPU);
    if (!has_gpu)
        return make_error(Code::kUnsupported,
                          "training.device is '{}', but this build or machine has no usable GPU; use 'auto' or 'cpu'",
                          device);
    if (device == "auto" || device == "cuda")
        return torch::Device(torch::kCUDA,
                             static_cast<c10::DeviceIndex>(rank % static_cast<int>(torch::cuda::device_count())));
    try {
        return torch::Device(device);
    } catch (const c10::Error&) {
        return invalid("training.device is '{}', allowed: auto, cpu, cuda, cuda:<number>", device);
    }
}

Status check_one_average(const std::vector<std::shared_ptr<Hook>>& hooks) {
    const Hook* first = nullptr;
    for (const std::shared_ptr<Hook>& hook : hooks) {
        if (!hook->keeps_weights()) continue;
        if (first != nullptr)
            return invalid(
                "the hooks '{}' and '{}' both keep an average of the weights, and a run has room for one; remove one "
                "of them from 'hooks', or switch training.ema or training.swa off",
                first->name(), hook->name());
        first = hook.get();
    }
    return {};
}

Status check_watched_metrics(const RunParts& parts) {
    std::vector<std::string> measured{"train/loss", "train/lr"};
    for (const std::string& name : parts.model->counted()) measured.push_back("train/" + name);
    if (parts.validation) {
        for (const MeasuredMetric& one : parts.validation->measured()) {
            measured.push_back(one.name);
            if (parts.settings.evaluate_own_weights) measured.push_back("own" + one.name.substr(one.name.find('/')));
        }
    }
    if (const std::string monitor = parts.rate.monitor(); !monitor.empty())
        GOETIA_TRY(check_watched({"scheduler.monitor", monitor}, measured));
    if (const auto& checkpoints = parts.settings.checkpoints; checkpoints.save_best)
        GOETIA_TRY(check_watched({"checkpoint.best_metric", checkpoints.best_metric}, measured));
    for (const std::shared_ptr<Hook>& hook : parts.hooks) {
        if (const auto watched = hook->watched()) GOETIA_TRY(check_watched(*watched, measured));
    }
    return {};
}

Result<BuiltRun> build_run(const Json& document, const Components& components, const RunData& data, Ranks ranks) {
    BuiltRun run;
    RunParts& parts = run.parts;
    GOETIA_ASSIGN(parts.settings, train_settings(document));
    parts.ranks = ranks.communicator;
    if (parts.settings.compute_threads > 0) at::set_num_threads(parts.settings.compute_threads);
    GOETIA_ASSIGN(parts.device, choose_device(parts.settings.device, parts.ranks->rank()));

    torch::manual_seed(parts.settings.seed);
    GOETIA_ASSIGN(parts.model, components.models.make(component_part(document, "model"), "model",
                                                      BuildContext{components, parts.ranks}));
    GOETIA_ASSIGN(parts.kit, task_kit(parts.model->task()));
    GOETIA_TRY(parts.kit->fits(*data.train, *parts.model, count_key(document, *parts.kit)));
    GOETIA_ASSIGN(const PretrainedReport pretrained,
                  load_pretrained(*parts.model, section_at(document, "model.pretrained"), weights_cache()));
    if (!pretrained.file.empty())
        run.notes.push_back(fmt::format("{} tensors from '{}'", pretrained.loaded, pretrained.file.native()));
    run.notes.insert(run.notes.end(), pretrained.left_out.begin(), pretrained.left_out.end());
    for (const auto& [name, dataset] : {std::pair("train", data.train), std::pair("val", data.validation)}) {
        if (dataset && !dataset->left_out().empty()) run.notes.push_back(left_out_text(name, *dataset));
    }
    if (data.test_fault)
        run.notes.push_back("the test split is not counted in the record: " + to_string(*data.test_fault));
    if (!data.validation)
        run.notes.push_back(
            "there is no val split: nothing is evaluated, and no checkpoint is the best; dataset.split can divide the "
            "training split");
    GOETIA_TRY(set_precision(run));
    GOETIA_TRY(check_image_size(*parts.model, section_at(document, "augmentation.train.pipeline"), *data.train,
                                components.transforms, parts.device));
    share_weights(*parts.model, *parts.ranks);

    GOETIA_ASSIGN(const std::vector<ParamGroup> groups,
                  parameter_groups(*parts.model, section_at(document, "optimizer")));
    GOETIA_ASSIGN(parts.optimizer,
                  components.optimizers.make(component_part(document, "optimizer"), "optimizer", groups));

    const int rank = parts.ranks->rank(), world = parts.ranks->world();
    GOETIA_ASSIGN(parts.train,
                  train_loader(document, components, data.train, parts.settings, parts.device, rank, world));
    if (const std::int64_t twice = parts.train->padded_per_epoch(); twice > 0)
        run.notes.push_back(
            fmt::format("{} of the training samples come twice in each epoch, so that all {} ranks have equally many; "
                        "training.drop_last=true leaves an unfinished last batch out instead",
                        twice, world));
    if (data.validation) {
        GOETIA_ASSIGN(parts.validation, make_evaluator(document, components, "val", data.validation, *parts.model,
                                                       *parts.kit, parts.settings, parts.device, rank, world));
    }

    if (parts.validation && parts.settings.limits.validation)
        parts.validation->limit(*parts.settings.limits.validation);
    const RunExtent extent = run_extent(parts.train->batches_per_epoch(), parts.settings.accumulation,
                                        parts.settings.epochs, parts.settings.limits);
    GOETIA_ASSIGN(parts.rate, LearningRate::make(components.schedulers, section_at(document, "scheduler"),
                                                 parts.optimizer->base_lr(), extent.steps_per_epoch, extent.epochs,
                                                 parts.settings.limits.max_steps));
    GOETIA_TRY(add_hooks(document, components, parts));

    std::vector<torch::Tensor> trained;
    for (const ParamGroup& group : parts.optimizer->groups())
        trained.insert(trained.end(), group.params.begin(), group.params.end());
    const bool leaves_out = std::any_of(parts.hooks.begin(), parts.hooks.end(),
                                        [](const auto& hook) { return hook->leaves_parameters_out(); });
    parts.sync = ranks.make_sync(std::move(trained), parts.settings.find_unused_parameters || leaves_out);
    const MeasuredMetric best =
        best_metric(parts.settings.checkpoints, *parts.kit,
                    parts.validation ? parts.validation->measured() : std::vector<MeasuredMetric>());
    parts.settings.checkpoints.best_metric = best.name;
    parts.settings.checkpoints.best_mode = best.better;
    for (const std::shared_ptr<Hook>& hook : parts.hooks) hook->set_best_metric(best);
    GOETIA_TRY(check_watched_metrics(parts));
    return run;
}

}  // namespace goetia
