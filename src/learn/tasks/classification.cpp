#include "learn/tasks/classification.h"

#include <algorithm>

#include <ATen/ops/from_blob.h>
#include <ATen/ops/tensor.h>

#include "learn/tasks/task_kit.h"
#include "metrics/score_curves.h"

namespace goetia {
namespace {

// Whether any sample has a class; what is marked in the images counts for other tasks.
Result<bool> any_labelled(const Dataset& data) {
    for (std::int64_t i = 0; i < data.size(); ++i) {
        GOETIA_ASSIGN(const Sample sample, data.sample(i));
        if (sample.label >= 0) return true;
    }
    return false;
}

Status check_classes(const Dataset& data, const Model& model, const std::string& count_key) {
    GOETIA_ASSIGN(const bool labelled, any_labelled(data));
    if (!labelled)
        return invalid(
            "the model sorts images into classes, but no image of the training split has one; dataset.type must be "
            "a set for classification: class folders, a list or a table with label_column");
    const auto known = static_cast<std::int64_t>(data.classes().size());
    if (model.outcomes() == known) return {};
    return invalid(
        "{} is {}, but the data set has {} classes; set {}={} (or correct dataset.num_classes and the class list)",
        count_key, model.outcomes(), known, count_key, known);
}

Targets encode_labels(const Truth& truth, const std::vector<Frame>& frames, torch::Device device) {
    Targets targets;
    targets.labels = torch::tensor(truth.labels, torch::kInt64).to(device);
    targets.frames = frames;
    if (truth.soft.empty()) return targets;
    const auto rows = static_cast<std::int64_t>(truth.labels.size());
    targets.soft = torch::from_blob(const_cast<float*>(truth.soft.data()),
                                    {rows, static_cast<std::int64_t>(truth.soft.size()) / rows}, torch::kFloat32)
                       .clone()
                       .to(device);
    return targets;
}

std::vector<std::shared_ptr<Metric>> drawn_curves(const TrainSettings::Drawings& requested, std::int64_t classes) {
    if (!requested.pr_curve && !requested.roc_curve) return {};
    return {std::make_shared<ScoreCurves>(classes, requested.pr_curve, requested.roc_curve)};
}

}  // namespace

TaskKit classification_kit() {
    return {.task = Task::kClassification,
            .count_param = "num_classes",
            .fits = check_classes,
            .encode = encode_labels,
            .original_truth = nullptr,
            .metrics = [] { return Json::array({{{"type", "Accuracy"}}}); },
            .best_metric = "accuracy_top1",
            .drawn = drawn_curves};
}

ClassScores class_scores(const Outputs& outputs) {
    const torch::Tensor scores = outputs.at(0).detach().to(torch::kCPU, torch::kFloat32).contiguous();
    const auto* first = scores.data_ptr<float>();
    return {.classes = scores.size(1), .scores = std::vector<float>(first, first + scores.numel())};
}

std::vector<std::string> accuracy_names(const std::vector<std::int64_t>& topk) {
    std::vector<std::string> names;
    for (const std::int64_t k : topk) names.push_back(fmt::format("accuracy_top{}", k));
    return names;
}

std::vector<torch::Tensor> count_hits(const Outputs& outputs, const Targets& targets,
                                      const std::vector<std::int64_t>& topk) {
    const torch::Tensor scores = outputs.at(0).detach();
    std::vector<torch::Tensor> counts;
    for (const std::int64_t asked : topk) {
        const std::int64_t k = std::min(asked, scores.size(1));
        const torch::Tensor hits = k == 1 ? scores.argmax(1).eq(targets.labels)
                                          : std::get<1>(scores.topk(k, 1)).eq(targets.labels.unsqueeze(1)).any(1);
        counts.push_back(hits.sum());
    }
    return counts;
}

}  // namespace goetia
