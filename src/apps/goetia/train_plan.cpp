#include "apps/goetia/train_plan.h"

#include <algorithm>
#include <bit>
#include <cctype>

#include <fmt/ranges.h>

#include "base/json_path.h"
#include "base/json_text.h"
#include "base/nearest.h"
#include "config/override_text.h"

namespace goetia::cli {
namespace {

constexpr int kInputMultiple = 32;  // what detectors and segmenters reduce by

int rounded_up(int side) { return (side + kInputMultiple - 1) / kInputMultiple * kInputMultiple; }

std::string names_of(const std::vector<Task>& tasks) {
    std::string text;
    for (const Task task : tasks) text += fmt::format("{}{}", text.empty() ? "" : " or ", task_name(task));
    return text;
}

// The templates for a task in the order of preference.
std::vector<std::string> preferred(Task task, bool small) {
    using Names = std::vector<std::string>;
    switch (task) {
        case Task::kClassification: return small ? Names{"small", "base"} : Names{"base"};
        case Task::kRegression: return small ? Names{"ages", "base"} : Names{"base"};
        case Task::kMultilabel: return small ? Names{"small", "base"} : Names{"base"};
        case Task::kDetection:
            return small ? Names{"yolov10_small", "yolov8_small", "fcos_small", "faster_rcnn_small"}
                         : Names{"yolov10", "yolov8"};
        case Task::kInstance: return small ? Names{"yolov8_seg_small", "mask_rcnn_small"} : Names{"yolov8_seg"};
        case Task::kSemantic: return small ? Names{"small", "base"} : Names{"base"};
    }
    return {};
}

const Recipe* find_recipe(const Recipes& recipes, Task task, const std::string& name) {
    const auto found = std::ranges::find_if(
        recipes.templates, [&](const Recipe& one) { return one.task == task_name(task) && one.name == name; });
    return found == recipes.templates.end() ? nullptr : &*found;
}

Error unknown_model(const std::string& name, Task task, const Recipes& recipes) {
    std::vector<std::string> all, fitting;
    for (const ModelChoice& one : recipes.models) {
        all.push_back(one.name);
        if (one.task == task_name(task)) fitting.push_back(one.name);
    }
    if (has_values(task)) fitting = recipes.backbones;
    const std::string near = nearest_name(name, all);
    return not_found("there is no model '{}'{}; for {} there are: {}", name,
                     near.empty() ? "" : fmt::format(", did you mean '{}'?", near), task_name(task),
                     fitting.empty() ? "none" : fmt::format("{}", fmt::join(fitting, ", ")));
}

Result<ChosenRecipe> recipe_of_model(Task task, const std::string& name, const Recipes& recipes) {
    const Recipe* const base = find_recipe(recipes, task, "base");
    const auto model = std::ranges::find(recipes.models, name, &ModelChoice::name);
    const bool is_backbone = std::ranges::count(recipes.backbones, name) > 0;
    if (has_values(task) && is_backbone && base != nullptr) return ChosenRecipe{*base, {"+backbone=" + name}};
    if (model == recipes.models.end()) return unknown_model(name, task, recipes);
    if (model->task != task_name(task))
        return invalid("the model '{}' is for {}, and the data are trained for {}; choose another, or --task", name,
                       model->task.empty() ? "another task" : model->task, task_name(task));
    // The published recipe of the model's family, but not a small one, whose network is narrower than its name says.
    for (const Recipe& one : recipes.templates) {
        if (one.task == model->task && one.model == model->base && !one.name.ends_with("small"))
            return ChosenRecipe{one, one.model == name ? std::vector<std::string>{} : std::vector{"model=" + name}};
    }
    if (base == nullptr)
        return make_error(Code::kUnsupported, "this build has no template 'base' for {}", task_name(task));
    return ChosenRecipe{*base, {(base->has_model_group ? "model=" : "+model=") + name}};
}

// The size that a pipeline scales or crops to last; 0 if it does neither.
int size_of_pipeline(const Json& pipeline) {
    int side = 0;
    for (const Json& step : pipeline) {
        if (!step.is_object() || !step.contains("size")) continue;
        const Json& size = step["size"].is_array() && !step["size"].empty() ? step["size"][0] : step["size"];
        if (size.is_number_integer()) side = size.get<int>();
    }
    return side;
}

// The input's side: that of the images, in steps of 32, but not more than the template's own.
int input_side(const Json& document, Task task, const DataInfo& data) {
    const int own = size_of_pipeline(section_at(document, "augmentation.val.pipeline"));
    if (data.side == 0) return own;
    const bool classes = task == Task::kClassification || has_values(task);
    const int most = own == 0 || (classes && own < data.side) ? std::max(own, kSmallSide) : own;
    return std::clamp(rounded_up(data.side), kInputMultiple, std::max(most, kInputMultiple));
}

void add_size_overrides(const Json& document, Task task, const DataInfo& data, std::vector<std::string>& overrides) {
    const int side = input_side(document, task, data);
    if (side == 0) return;
    for (const std::string path : {"augmentation.train.pipeline", "augmentation.train.closing.pipeline",
                                   "augmentation.val.pipeline", "augmentation.test.pipeline"}) {
        const Json& pipeline = section_at(document, path);
        if (!pipeline.is_array()) continue;
        const bool fits = data.is_one_size && data.width % kInputMultiple == 0 && data.height % kInputMultiple == 0;
        if (size_of_pipeline(pipeline) == 0 && fits) continue;  // the images are the input
        const Json sized = pipeline_of_size(pipeline, side, task);
        if (sized != pipeline) overrides.push_back(override_text(path, sized));
    }
}

// The data set takes the place of the template's.
void add_section_overrides(const Json& own, const DataInfo& data, const std::vector<std::string>& section_keys,
                           std::vector<std::string>& overrides) {
    for (const auto& [key, value] : own.items()) {
        if (!data.section.contains(key) && key != "num_classes" && std::ranges::count(section_keys, key) == 0)
            overrides.push_back("~dataset." + key);
    }
    for (const auto& [key, value] : data.section.items()) {
        if (key == "num_classes") continue;
        overrides.push_back(override_text((own.contains(key) ? "dataset." : "+dataset.") + key, value));
    }
    if (data.classes > 0)
        overrides.push_back(
            override_text(own.contains("num_classes") ? "dataset.num_classes" : "+dataset.num_classes", data.classes));
    else if (own.contains("num_classes")) overrides.emplace_back("~dataset.num_classes");
    if (!data.has_val && !data.section.contains("split"))
        overrides.push_back(
            override_text("+dataset.split",
                          {{"type", data.has_subjects ? "subject" : "random"}, {"ratios", {0.8, 0.2}}, {"seed", 42}}));
}

void add_batch_override(const Json& document, const DataInfo& data, bool has_gpu, std::vector<std::string>& overrides) {
    const auto own = value_of_type_at<std::int64_t>(document, "training.batch_size", 32);
    // What a GPU takes with ease; no more than half of the samples, so that an epoch has steps.
    std::int64_t batch = has_gpu ? own * (data.side > 0 && data.side <= kSmallSide ? 4 : 2) : own;
    const auto most = static_cast<std::uint64_t>(std::max<std::int64_t>(1, data.train / 2));
    batch = std::min(batch, static_cast<std::int64_t>(std::bit_floor(most)));
    if (batch != own) overrides.push_back(override_text("training.batch_size", batch));
}

Json rounded(const std::vector<double>& values) {
    Json numbers = Json::array();
    for (const double value : values) numbers.push_back(Json::parse(fmt::format("{:.4g}", value)));
    return numbers;
}

}  // namespace

Result<Task> chosen_task(const DataInfo& data, const TrainChoice& choice, const Recipes& recipes) {
    if (choice.task) {
        if (std::ranges::count(data.tasks, *choice.task) > 0) return *choice.task;
        return invalid("the data can be trained for {}, not for {}", names_of(data.tasks), task_name(*choice.task));
    }
    const auto model = std::ranges::find(recipes.models, choice.model, &ModelChoice::name);
    for (const Task task : data.tasks) {
        if (model != recipes.models.end() && model->task == task_name(task)) return task;
    }
    return data.tasks.front();
}

Result<ChosenRecipe> chosen_recipe(Task task, const DataInfo& data, const TrainChoice& choice, const Recipes& recipes) {
    if (!choice.model.empty()) return recipe_of_model(task, choice.model, recipes);
    const bool small = data.side > 0 && data.side <= kSmallSide;
    for (const std::string& name : preferred(task, small)) {
        if (const Recipe* const found = find_recipe(recipes, task, name)) return ChosenRecipe{*found, {}};
    }
    // A base of parts needs a model.
    const auto any = std::ranges::find(recipes.models, task_name(task), &ModelChoice::task);
    if (any != recipes.models.end() && find_recipe(recipes, task, "base") != nullptr)
        return recipe_of_model(task, any->name, recipes);
    return make_error(Code::kUnsupported,
                      "this build has no template and model for {}; data for it can be checked and "
                      "converted, and trained on with a configuration of your own",
                      task_name(task));
}

Json pipeline_of_size(const Json& pipeline, int side, Task task) {
    Json sized = Json::array();
    const int own = size_of_pipeline(pipeline);
    std::size_t loaded = 0;  // after the steps that load
    for (Json step : pipeline) {
        if (step.is_object() && step.contains("size")) {
            Json& size = step["size"];
            // A scaling before a crop stays larger than the crop.
            const auto scaled = [&](const Json& one) {
                return one.is_number_integer() && own > 0 ? Json(one.get<int>() * side / own) : one;
            };
            if (size.is_array()) std::ranges::transform(size, size.begin(), scaled);
            else size = scaled(size);
        }
        sized.push_back(step);
        const std::string type = step.is_object() ? step.value("type", "") : "";
        if (type.starts_with("Load")) loaded = sized.size();
    }
    if (own > 0) return sized;
    Json step{{"type", "Resize"}, {"size", {side, side}}};
    if (task != Task::kClassification && !has_values(task)) step["mode"] = "letterbox";
    sized.insert(sized.begin() + static_cast<std::ptrdiff_t>(loaded), step);
    return sized;
}

std::vector<std::string> data_overrides(const Json& document, Task task, const DataInfo& data, bool has_gpu,
                                        const std::vector<std::string>& section_keys) {
    std::vector<std::string> overrides;
    add_section_overrides(document.value("dataset", Json::object()), data, section_keys, overrides);
    if (task == Task::kRegression) {
        const Json head = section_at(document, "model.head");
        for (const auto& [key, value] : {std::pair<std::string, Json>("num_targets", data.means.size()),
                                         {"mean", rounded(data.means)},
                                         {"std", rounded(data.deviations)}})
            overrides.push_back(override_text((head.contains(key) ? "model.head." : "+model.head.") + key, value));
    }
    add_size_overrides(document, task, data, overrides);
    add_batch_override(document, data, has_gpu, overrides);
    return overrides;
}

}  // namespace goetia::cli
