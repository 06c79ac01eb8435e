#include "config/experiment_schema.h"

#include <set>

#include <gmock/gmock.h>

#include "base/json_path.h"
#include "component/schema.h"
#include "config/section_keys.h"
#include "testkit/config_folder.h"

namespace goetia::config {
namespace {

using testing::HasSubstr;

const std::filesystem::path kTemplates =
    std::filesystem::path(GOETIA_SOURCE_DIR) / "configs" / "templates" / "classification";

Composed template_with(const std::string& name, std::vector<std::string> overrides = {}) {
    auto composed = compose({kTemplates / name, {}, std::move(overrides)});
    EXPECT_TRUE(composed) << name << ": " << (composed ? "" : to_string(composed.error()));
    return composed ? *std::move(composed) : Composed{};
}

std::string faults_of(const Composed& composed, const Json& catalogue = Json::array()) {
    const Status valid = check_experiment(composed, catalogue);
    return valid ? "" : to_string(valid.error());
}

Json entry(const char* kind, const Schema& schema) {
    Json described = schema.to_json();
    described["kind"] = kind;
    return described;
}

// In the format of `goetia-runtime describe`.
const Json kCatalogue = Json::array({
    entry("model", Schema("ImageClassifier", "")
                       .with(object("backbone", ""))
                       .with(object("head", ""))
                       .with(object("neck", "").or_null())),
    entry("backbone", Schema("ResNet", "").with(integer("depth", "").between(18, 152))),
    entry("head",
          Schema("LinearClsHead", "").with(integer("num_classes", "").at_least(1)).with(object("loss", "").or_null())),
    entry("optimizer", Schema("AdamW", "").with(number("lr", "").above(0).at_most(10).fallback(0.001))),
});

TEST(ExperimentSchema, the_complete_example_of_the_specification_validates_as_it_stands) {
    EXPECT_EQ(faults_of(template_with("resnet50_imagenet.yaml")), "");
}

TEST(ExperimentSchema, every_template_composes_and_validates) {
    for (const auto& entry : std::filesystem::directory_iterator(kTemplates)) {
        const std::string name = entry.path().filename();
        if (name == "resnet50_imagenet.yaml") continue;
        EXPECT_THAT(faults_of(template_with(name)),
                    HasSubstr("dataset.data_root: has no value yet; give it with dataset.data_root=VALUE"))
            << name;
        EXPECT_EQ(faults_of(template_with(name, {"dataset.data_root=/data"})), "") << name;
    }
}

TEST(ExperimentSchema, the_commands_of_the_specification_compose) {
    const Json swept =
        template_with("resnet50.yaml", {"model.backbone.depth=101", "optimizer.lr=0.0001", "training.batch_size=64"})
            .document;
    EXPECT_EQ(swept["model"]["backbone"]["depth"], 101);
    const Composed chosen = template_with(
        "base.yaml", {"+backbone=resnet101", "+optimizer=adamw", "+scheduler=cosine", "dataset.data_root=/data"});
    EXPECT_EQ(chosen.document["model"]["backbone"]["depth"], 101);
    EXPECT_EQ(chosen.document["optimizer"]["type"], "AdamW");
    EXPECT_EQ(chosen.document["scheduler"]["warmup"]["epochs"], 5);
    EXPECT_EQ(faults_of(chosen), "");
    const Json named =
        template_with("base.yaml", {"model=vgg16_bn", "dataset.data_root=/data", "dataset.num_classes=7"})
            .document["model"];
    EXPECT_EQ(named["backbone"], (Json{{"type", "VGG"}, {"depth", 16}, {"batch_norm", true}}));
    EXPECT_EQ(named["head"]["num_classes"], 7);
    const auto jobs = expand_multirun(
        {kTemplates / "resnet50.yaml", {}, {"optimizer.lr=0.001,0.0001,0.00001", "training.batch_size=32,64"}});
    ASSERT_TRUE(jobs);
    EXPECT_EQ(jobs->size(), 6U);
}

TEST(ExperimentSchema, five_faults_are_reported_at_once_with_file_and_line) {
    const Files files(Texts{{"config.yaml",
                             "model: {type: ImageClassifier}\n"
                             "dataset: {type: ImageNet}\n"
                             "augmentation: {train: {pipeline: [{type: LoadImage}]}}\n"
                             "optimizer:\n"
                             "  type: AdamW\n"
                             "  lr: 20\n"
                             "training:\n"
                             "  epochs: 0\n"
                             "  batch_size: many\n"
                             "  num_worker: 4\n"
                             "  broken_samples: skp\n"}});
    const auto composed = files.composed();
    ASSERT_TRUE(composed);
    EXPECT_EQ(files.plain(faults_of(*composed)),
              "the configuration has 5 faults\n"
              "  config.yaml:6: optimizer.lr: must be at most 10, found 20 (allowed: a number, above 0 up to 10)\n"
              "  config.yaml:8: training.epochs: must be at least 1, found 0 (allowed: a whole number, 1 to 10000)\n"
              "  config.yaml:9: training.batch_size: must be a whole number, found \"many\" (allowed: a whole number, "
              "1 to 1024)\n"
              "  config.yaml:10: training.num_worker: 'training' has no key 'num_worker', found num_worker (allowed: "
              "epochs, batch_size, num_workers, pin_memory, drop_last, val_interval, device, threads, deterministic, "
              "broken_samples, changed_data, max_steps, limit_train_batches, limit_val_batches, fast_dev_run, "
              "overfit_batches, evaluate_own_weights, tf32, channels_last, plot_interval, distributed, "
              "mixed_precision, gradient_accumulation, gradient_clip, early_stopping, ema, swa, freeze); did you mean "
              "'num_workers'?\n"
              "  config.yaml:11: training.broken_samples: is not one of the choices, found \"skp\" (allowed: one of "
              "fail, skip); did you mean 'skip'?");
}

TEST(ExperimentSchema, a_fault_of_an_override_names_the_override) {
    EXPECT_THAT(faults_of(template_with("base.yaml", {"dataset.data_root=/data", "training.epochs=20000"})),
                HasSubstr("override 'training.epochs=20000': training.epochs: must be at most 10000, found 20000"));
}

TEST(ExperimentSchema, the_bounds_of_the_specification_hold) {
    const auto schema = experiment_schema();
    ASSERT_TRUE(schema);
    const Json good = template_with("resnet50_imagenet.yaml").document;
    const auto check = [&](const char* section, const char* key, const Json& value) {
        Json document = good;
        document[section][key] = value;
        return check_against_schema(document, *schema).empty();
    };
    EXPECT_TRUE(check("training", "epochs", 1) && check("training", "epochs", 10000) &&
                !check("training", "epochs", 0) && !check("training", "epochs", 10001));
    EXPECT_TRUE(check("training", "batch_size", 1) && check("training", "batch_size", 1024) &&
                !check("training", "batch_size", 0) && !check("training", "batch_size", 1025));
    EXPECT_TRUE(check("training", "num_workers", 0) && check("training", "num_workers", 32) &&
                !check("training", "num_workers", -1) && !check("training", "num_workers", 33));
    EXPECT_TRUE(check("optimizer", "lr", 1e-9) && check("optimizer", "lr", 10) && !check("optimizer", "lr", 0) &&
                !check("optimizer", "lr", 10.1));
    EXPECT_TRUE(check("optimizer", "weight_decay", 0) && check("optimizer", "weight_decay", 1) &&
                !check("optimizer", "weight_decay", -0.1) && !check("optimizer", "weight_decay", 1.1));
    EXPECT_TRUE(check("training", "device", "cuda:1") && !check("training", "device", "gpu") &&
                check("training", "threads", 2) && check("training", "threads", "auto") &&
                !check("training", "threads", "many"));
}

TEST(ExperimentSchema, components_are_checked_against_the_catalogue) {
    const Json document = Json::parse(R"({
      "model": {"type": "ImageClassifier", "backbone": {"type": "ResNet", "depth": 7}, "head": {"type": "LinearHead", "num_classes": 3}},
      "optimizer": {"type": "AdamW", "lr": 0.1, "layer_decay": {"enabled": true}, "betaz": [0.9]}})");
    const auto checked = check_components(document, kCatalogue);
    ASSERT_TRUE(checked) << to_string(checked.error());
    const std::vector<Fault>& faults = *checked;
    ASSERT_EQ(faults.size(), 3U);
    EXPECT_EQ(to_string(faults[0]), "model.backbone.depth: out of range, found 7 (allowed: a whole number, 18 to 152)");
    EXPECT_EQ(to_string(faults[1]),
              "model.head.type: there is no head 'LinearHead', found LinearHead (allowed: LinearClsHead); did you mean "
              "'LinearClsHead'?");
    EXPECT_EQ(faults[2].path, "optimizer.betaz");
    EXPECT_TRUE(check_components(document, Json::array())->empty());
    EXPECT_THAT(check_components(document, Json::array({{{"kind", "model"}}})).error().message,
                HasSubstr("a component's description cannot be read"));
}

TEST(ExperimentSchema, an_auxiliary_head_and_the_terms_of_a_loss_are_checked_too) {
    Json catalogue = kCatalogue;
    catalogue.push_back(
        entry("model", Schema("SemanticSegmenter", "").with(object("head", "")).with(object("auxiliary", ""))));
    catalogue.push_back(entry("loss", Schema("SumLoss", "").with(anything("losses", ""))));
    catalogue.push_back(entry("loss", Schema("DiceLoss", "").with(number("smooth", "").at_least(0).fallback(1.0))));
    const Json document = Json::parse(R"({
      "model": {"type": "SemanticSegmenter",
                "head": {"type": "LinearClsHead", "num_classes": 3,
                         "loss": {"type": "SumLoss", "losses": [{"type": "DiceLoss"}, {"type": "DiceLoss", "smooth": -1}]}},
                "auxiliary": {"type": "LinearClsHead", "num_classes": 0}}})");
    const auto checked = check_components(document, catalogue);
    ASSERT_TRUE(checked) << to_string(checked.error());
    std::vector<std::string> paths;
    for (const Fault& fault : *checked) paths.push_back(fault.path);
    EXPECT_THAT(paths, testing::ElementsAre("model.head.loss.losses[1].smooth", "model.auxiliary.num_classes"));
}

TEST(ExperimentSchema, defaults_are_filled_in) {
    const auto full = with_schema_defaults(
        Json::parse(R"({"training": {"epochs": 7, "ema": {}}, "scheduler": null, "components": ["a.cpp"]})"));
    ASSERT_TRUE(full);
    EXPECT_EQ((*full)["training"]["epochs"], 7);
    EXPECT_EQ((*full)["training"]["batch_size"], 32);
    EXPECT_EQ((*full)["training"]["ema"], Json::parse(R"({"enabled": true, "decay": 0.9999, "ramp": 0})"));
    EXPECT_EQ((*full)["training"]["gradient_clip"]["enabled"], false);
    EXPECT_EQ((*full)["checkpoint"]["best_mode"], "auto");
    EXPECT_EQ((*full)["experiment"]["seed"], 42);
    EXPECT_EQ((*full)["export"]["enabled"], false);
    EXPECT_TRUE((*full)["scheduler"].is_null());
    EXPECT_FALSE(full->contains("optimizer"));
}

TEST(ExperimentSchema, what_is_filled_in_is_valid) {
    const auto schema = experiment_schema();
    const auto full = with_schema_defaults(template_with("base.yaml", {"dataset.data_root=/data"}).document);
    ASSERT_TRUE(schema && full);
    for (const Fault& fault : check_against_schema(*full, *schema)) ADD_FAILURE() << to_string(fault);
}

TEST(ExperimentSchema, a_key_is_explained) {
    const auto about = explain_key("training.epochs");
    ASSERT_TRUE(about);
    EXPECT_EQ(
        *about,
        Json::parse(
            R"({"path": "training.epochs", "type": "a whole number", "allowed": "a whole number, 1 to 10000", "doc": "Times through the training data", "default": 100})"));
    EXPECT_EQ(explain_key("export.formats[0].precision")->at("allowed"), "one of fp32, fp16, int8");
    EXPECT_THAT(explain_key("training.epoch").error().message,
                HasSubstr("there is no key 'training.epoch', did you mean 'training.epochs'?"));
    EXPECT_THAT(explain_key("optimizer.momentum").error().message,
                HasSubstr("'optimizer.momentum' is a parameter of the component that 'optimizer.type' names"));
}

TEST(CatalogueSchema, accepts_the_description_of_a_component) {
    const auto schema = contract_schema("catalogue");
    ASSERT_TRUE(schema) << to_string(schema.error());
    Json catalogue{{"components", kCatalogue}, {"features", {"export.onnx"}}};
    for (Json& component : catalogue["components"]) component["origin"] = "built-in", component["sentence"] = "One";
    const auto faults = [&](const char* path, const Json& value) {
        Json changed = catalogue;
        changed[Json::json_pointer(path)] = value;
        std::vector<std::string> paths;
        for (const Fault& fault : check_against_schema(changed, *schema)) paths.push_back(fault.path);
        return paths;
    };
    EXPECT_THAT(faults("/features", Json::array()), testing::IsEmpty());
    EXPECT_THAT(faults("/components/1/params/0/type", "a whole number"),
                testing::ElementsAre("components[1].params[0].type"));
    EXPECT_THAT(faults("/components/1/params/0/type", "list"), testing::ElementsAre("components[1].params[0].items"));
    EXPECT_THAT(faults("/components/1/params/0/required", false),
                testing::ElementsAre("components[1].params[0].default"));
    EXPECT_THAT(faults("/components/0/kind", "house"), testing::ElementsAre("components[0].kind"));
}

TEST(SectionKeys, are_those_that_the_contract_marks) {
    const auto schema = experiment_schema();
    ASSERT_TRUE(schema);
    std::set<std::string> marked, known;
    for (const auto& [section, description] : (*schema)["properties"].items()) {
        const Json keys = description.value("properties", Json::object());
        for (const auto& [key, value] : keys.items()) {
            if (value.contains("$comment")) marked.insert(section + "." + key);
        }
        for (const std::string& key : section_keys(section)) known.insert(section + "." + key);
    }
    EXPECT_EQ(known, marked);
    EXPECT_TRUE(known.contains("dataset.cache"));
}

TEST(SectionKeys, are_in_the_contract_next_to_the_component) {
    const auto schema = experiment_schema();
    ASSERT_TRUE(schema);
    for (const std::string& section : sections_with_keys()) {
        for (const std::string& key : section_keys(section)) {
            const std::string path = "properties." + section + ".properties." + key;
            EXPECT_NE(find_at(*schema, path), nullptr) << path;
        }
    }
    EXPECT_TRUE(section_keys("training").empty());
}

TEST(SectionKeys, are_not_the_components) {
    const Json document =
        Json::parse(R"({"optimizer": {"type": "SGD", "lr": 1, "no_decay": ["bias"]}, "scheduler": null})");
    EXPECT_EQ(component_part(document, "optimizer"), Json::parse(R"({"type": "SGD", "lr": 1})"));
    EXPECT_TRUE(component_part(document, "scheduler").is_null());
    EXPECT_TRUE(component_part(document, "model").is_null());
}

TEST(Features, enabled_sections_that_are_not_available_are_named) {
    const Json document = template_with("resnet50_imagenet.yaml").document;
    std::vector<std::string> paths;
    for (const Fault& fault :
         unavailable_sections(document, {"model.pretrained", "training.ema", "training.gradient_clip",
                                         "training.early_stopping", "training.distributed.gloo", "export.onnx"}))
        paths.push_back(fault.path);
    EXPECT_THAT(paths, testing::ElementsAre("optimizer.layer_decay", "training.mixed_precision", "training.distributed",
                                            "visualization.feature_maps", "visualization.gradients",
                                            "visualization.confusion_matrix", "visualization.pr_curve",
                                            "visualization.roc_curve", "analysis.profiler", "analysis.model_lineage",
                                            "export.formats[1]", "export.formats[2]", "report"));
    const auto& names = feature_names();
    EXPECT_TRUE(unavailable_sections(document, {names.begin(), names.end()}).empty());
}

TEST(Features, skipped_sections_are_no_longer_enabled) {
    const Json document = template_with("resnet50_imagenet.yaml").document;
    const std::set<std::string> available{"model.pretrained", "export.onnx"};
    const Json rest = without_unavailable(document, available);
    EXPECT_TRUE(unavailable_sections(rest, available).empty());
    EXPECT_EQ(rest["training"]["mixed_precision"]["enabled"], false);
    EXPECT_EQ(rest["export"]["formats"].size(), 1U);
    EXPECT_EQ(without_unavailable(document, {})["export"]["enabled"], false);
}

}  // namespace
}  // namespace goetia::config
