// Losses of how far what was found and the truth overlap, class by class: Dice, Tversky and their like.
#pragma once

#include "learn/losses/class_maps.h"

namespace goetia {

// For each class: what is found and true, found but not true, true but not found, each a sum over all pixels that
// count. What is found is the softmax of the scores.
struct SharedArea {
    torch::Tensor hit, false_alarm, missed;  // float [classes]
};
SharedArea overlap_of(const torch::Tensor& scores, const CountedTruth& truth);

class OverlapLoss : public Loss {
  public:
    // `scores`: [N, classes, height, width]; `truth`: [N, height, width]; `weight`: how much the pixels of a row count.
    torch::Tensor forward(const torch::Tensor& scores, const torch::Tensor& truth, const torch::Tensor& weight) final;

  protected:
    explicit OverlapLoss(const Args& args);
    static Schema overlap_schema(std::string name, std::string sentence);
    // Of each class, from 0 to 1: 1 where both are the same.
    [[nodiscard]] virtual torch::Tensor index(const SharedArea& overlap) const = 0;

  private:
    double loss_weight_;
    std::optional<std::int64_t> ignore_index_;
    bool present_only_;
};

}  // namespace goetia
