#include "learn/tasks/multilabel.h"

#include "learn/tasks/regression.h"
#include "learn/tasks/task_kit.h"

namespace goetia {
namespace {

Status check_memberships(const Dataset& data, const Model& model, const std::string& count_key) {
    GOETIA_ASSIGN(const Sample first, data.sample(0));
    if (first.values.empty() || data.classes().empty())
        return invalid(
            "the model says for each class whether an image is of it, but sample '{}' of the training split says that "
            "of "
            "none; dataset.type must be a set for multilabel: a table with class_columns, or with label_column and "
            "label_separator",
            first.name);
    const auto known = static_cast<std::int64_t>(data.classes().size());
    if (model.outcomes() == known) return {};
    return invalid("{} is {}, but the data set has {} classes; set {}={} (or correct dataset.class_columns)", count_key,
                   model.outcomes(), known, count_key, known);
}

}  // namespace

TaskKit multilabel_kit() {
    return {
        .task = Task::kMultilabel,
        .count_param = "num_classes",
        .fits = check_memberships,
        .encode = encode_values,
        .original_truth = nullptr,
        .metrics = [] { return Json::array({{{"type", "MultilabelAP"}}, {{"type", "MultilabelF1"}}}); },
        .best_metric = "multilabel_mAP",
        .drawn = [](const TrainSettings::Drawings&, std::int64_t) { return std::vector<std::shared_ptr<Metric>>{}; }};
}

Memberships memberships(const Outputs& outputs) {
    const torch::Tensor scores = outputs.at(0).detach().sigmoid().to(torch::kCPU, torch::kFloat32).contiguous();
    const auto* first = scores.data_ptr<float>();
    return {{.classes = scores.size(1), .scores = std::vector<float>(first, first + scores.numel())}};
}

}  // namespace goetia
