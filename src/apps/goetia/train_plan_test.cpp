#include "apps/goetia/train_plan.h"

#include <fmt/ranges.h>
#include <gmock/gmock.h>

namespace goetia::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Recipes all_recipes() {
    Recipes recipes;
    const auto add = [&](const char* task, const char* name, const char* model, bool group) {
        recipes.templates.push_back({task, name, fmt::format("{}/{}.yaml", task, name), model, group});
    };
    add("classification", "base", "resnet18", true);
    add("classification", "small", "", true);
    add("regression", "base", "", false);
    add("detection", "base", "", false);
    add("detection", "yolov10", "yolov10n", true);
    add("detection", "yolov10_small", "yolov10n", true);
    recipes.models = {{"resnet18", "classification", "resnet18"},
                      {"resnet50", "classification", "resnet50"},
                      {"yolov10n", "detection", "yolov10n"},
                      {"yolov10s", "detection", "yolov10n"},
                      {"fcos", "detection", "fcos"},
                      {"yolov8n_seg", "instance", "yolov8n_seg"}};
    recipes.backbones = {"resnet18", "resnet50"};
    return recipes;
}

DataInfo data_for(std::vector<Task> tasks, int side) {
    DataInfo data{.section = {{"type", "COCO"}, {"data_root", "my data"}, {"train", {{"ann_file", "a.json"}}}},
                  .tasks = std::move(tasks),
                  .train = 1000,
                  .val = 200,
                  .classes = 3,
                  .has_val = true};
    data.side = data.width = data.height = side;
    data.is_one_size = true;
    return data;
}

std::string error_of(const Result<ChosenRecipe>& chosen) { return chosen ? "" : to_string(chosen.error()); }

std::string name_of(Task task, int side, const std::string& model = "") {
    const auto chosen = chosen_recipe(task, data_for({task}, side), {.task = {}, .model = model}, all_recipes());
    return chosen ? fmt::format("{} {}", chosen->recipe.name, fmt::join(chosen->overrides, " ")) : error_of(chosen);
}

TEST(ChosenTask, is_the_datas_unless_an_option_or_the_model_says_otherwise) {
    const DataInfo outlined = data_for({Task::kDetection, Task::kInstance}, 64);
    const auto chosen = [&](const TrainChoice& choice) { return chosen_task(outlined, choice, all_recipes()); };
    EXPECT_EQ(*chosen({}), Task::kDetection);
    EXPECT_EQ(*chosen({.task = Task::kInstance}), Task::kInstance);
    EXPECT_EQ(*chosen({.task = {}, .model = "yolov8n_seg"}), Task::kInstance);
    EXPECT_EQ(*chosen({.task = {}, .model = "resnet18"}), Task::kDetection) << "which is refused for the model later";
    EXPECT_EQ(chosen({.task = Task::kRegression}).error().message,
              "the data can be trained for detection or instance, not for regression");
}

TEST(ChosenRecipe, is_the_small_one_for_small_images) {
    EXPECT_EQ(name_of(Task::kClassification, 64), "small ");
    EXPECT_EQ(name_of(Task::kClassification, 500), "base ");
    EXPECT_EQ(name_of(Task::kClassification, 0), "base ") << "of unknown size";
    EXPECT_EQ(name_of(Task::kDetection, 96), "yolov10_small ");
    EXPECT_EQ(name_of(Task::kDetection, 640), "yolov10 ");
}

TEST(ChosenRecipe, of_a_model_is_that_of_its_family) {
    EXPECT_EQ(name_of(Task::kClassification, 64, "resnet50"), "base model=resnet50");
    EXPECT_EQ(name_of(Task::kDetection, 96, "yolov10n"), "yolov10 ");
    EXPECT_EQ(name_of(Task::kDetection, 96, "yolov10s"), "yolov10 model=yolov10s");
    EXPECT_EQ(name_of(Task::kDetection, 640, "fcos"), "base +model=fcos");
    EXPECT_EQ(name_of(Task::kRegression, 64, "resnet50"), "base +backbone=resnet50");
}

TEST(ChosenRecipe, of_an_unknown_or_unfit_model_is_refused) {
    EXPECT_EQ(
        name_of(Task::kClassification, 64, "resnet51"),
        "there is no model 'resnet51', did you mean 'resnet50'?; for classification there are: resnet18, resnet50");
    EXPECT_EQ(name_of(Task::kDetection, 64, "resnet50"),
              "the model 'resnet50' is for classification, and the data are trained for detection; choose another, or "
              "--task");
    EXPECT_THAT(name_of(Task::kSemantic, 64), HasSubstr("this build has no template and model for segmentation"));
}

const Json kDocument{
    {"dataset", {{"type", "Table"}, {"num_classes", 8}, {"subject_column", "subject"}, {"cache", "pixels"}}},
    {"training", {{"batch_size", 16}}},
    {"augmentation",
     {{"train",
       {{"pipeline", {{{"type", "LoadImage"}}, {{"type", "Resize"}, {"size", {640, 640}}, {"mode", "letterbox"}}}}}},
      {"val", {{"pipeline", {{{"type", "LoadImage"}}, {{"type", "Resize"}, {"size", {640, 640}}}}}}}}}};

TEST(DataOverrides, put_the_data_set_in_the_place_of_the_templates) {
    EXPECT_THAT(data_overrides(kDocument, Task::kDetection, data_for({Task::kDetection}, 640), false, {"cache"}),
                ElementsAre("~dataset.subject_column", "dataset.type=COCO", "+dataset.data_root='my data'",
                            "+dataset.train={ann_file:a.json}", "dataset.num_classes=3"));
}

TEST(DataOverrides, divide_a_set_without_a_validation_split) {
    DataInfo data = data_for({Task::kDetection}, 640);
    data.has_val = false;
    EXPECT_THAT(data_overrides(kDocument, Task::kDetection, data, false, {}),
                Contains("+dataset.split={type:random,ratios:[0.8,0.2],seed:42}"));
    data.has_subjects = true;
    EXPECT_THAT(data_overrides(kDocument, Task::kDetection, data, false, {}),
                Contains("+dataset.split={type:subject,ratios:[0.8,0.2],seed:42}"));
    data.section["split"] = {{"type", "kfold"}};
    EXPECT_THAT(data_overrides(kDocument, Task::kDetection, data, false, {}), Contains("+dataset.split={type:kfold}"));
}

TEST(DataOverrides, take_the_images_size_in_steps_of_32) {
    const auto of_side = [](int side) {
        return data_overrides(kDocument, Task::kDetection, data_for({Task::kDetection}, side), false, {"cache"});
    };
    EXPECT_THAT(of_side(2000), Not(Contains(HasSubstr("augmentation")))) << "not more than the template's";
    EXPECT_THAT(of_side(100),
                Contains("augmentation.train.pipeline=[{type:LoadImage},{type:Resize,size:[128,128],mode:letterbox}]"));
}

TEST(DataOverrides, give_the_batch_to_the_device_and_the_data) {
    DataInfo data = data_for({Task::kDetection}, 64);
    EXPECT_THAT(data_overrides(kDocument, Task::kDetection, data, true, {}), Contains("training.batch_size=64"));
    data.train = 12;
    EXPECT_THAT(data_overrides(kDocument, Task::kDetection, data, false, {}), Contains("training.batch_size=4"));
    data.side = 640;
    data.train = 1000;
    EXPECT_THAT(data_overrides(kDocument, Task::kDetection, data, true, {}), Contains("training.batch_size=32"));
}

TEST(DataOverrides, tell_a_regressor_its_values) {
    DataInfo data = data_for({Task::kRegression}, 640);
    data.classes = 0;
    data.means = {40.123456, 1}, data.deviations = {20, 0.5};
    Json document = kDocument;
    document["model"]["head"] = {{"num_targets", 1}};
    const auto overrides = data_overrides(document, Task::kRegression, data, false, {});
    for (const char* one :
         {"model.head.num_targets=2", "+model.head.mean=[40.12,1]", "+model.head.std=[20,0.5]", "~dataset.num_classes"})
        EXPECT_THAT(overrides, Contains(one));
}

TEST(PipelineOfSize, scales_every_step_and_adds_one_where_none_is) {
    const Json usual{
        {{"type", "LoadImage"}}, {{"type", "Resize"}, {"size", 256}}, {{"type", "CenterCrop"}, {"size", 224}}};
    const Json sized = pipeline_of_size(usual, 112, Task::kClassification);
    EXPECT_EQ(sized[1]["size"], 128);
    EXPECT_EQ(sized[2]["size"], 112);
    const Json plain{{{"type", "LoadImage"}}, {{"type", "LoadMask"}}, {{"type", "ToTensor"}}};
    EXPECT_EQ(pipeline_of_size(plain, 64, Task::kSemantic)[2],
              (Json{{"type", "Resize"}, {"size", {64, 64}}, {"mode", "letterbox"}}));
}

}  // namespace
}  // namespace goetia::cli
