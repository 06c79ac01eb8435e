// Classification: one class for each image, from the class scores [N, classes] that are a model's first output.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "learn/model.h"

namespace goetia {

struct TaskKit;
TaskKit classification_kit();

// The labels, or the mixed ones where there are any: what a loss of class scores compares with.
[[nodiscard]] inline const torch::Tensor& class_truth(const Targets& targets) {
    return targets.soft.defined() ? targets.soft : targets.labels;
}

ClassScores class_scores(const Outputs& outputs);
std::vector<std::string> accuracy_names(const std::vector<std::int64_t>& topk);
// How many labels are among the k highest scores, for each k.
std::vector<torch::Tensor> count_hits(const Outputs& outputs, const Targets& targets,
                                      const std::vector<std::int64_t>& topk);

// What is the same for every classifier; Base is Model or Head.
template <class Base>
class Classifying : public Base {
  public:
    [[nodiscard]] Task task() const final { return Task::kClassification; }
    [[nodiscard]] Predictions predict(const Outputs& outputs, const std::vector<Frame>&) const final {
        return class_scores(outputs);
    }
    // The k of the top-k accuracies of the training batches.
    [[nodiscard]] virtual std::vector<std::int64_t> topk() const { return {1}; }
    [[nodiscard]] std::vector<std::string> counted() const final { return accuracy_names(topk()); }
    [[nodiscard]] std::vector<torch::Tensor> count(const Outputs& outputs, const Targets& targets) const final {
        return count_hits(outputs, targets, topk());
    }
};

using ClassificationModel = Classifying<Model>;
using ClassificationHead = Classifying<Head>;

}  // namespace goetia
