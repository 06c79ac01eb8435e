// Cross entropy with PyTorch's arguments; labels of -1 (unknown) count for nothing.
#pragma once

#include "component/args.h"
#include "component/schema.h"
#include "learn/model.h"

namespace goetia {

class CrossEntropyLoss final : public Loss {
  public:
    static Schema schema();
    explicit CrossEntropyLoss(const Args& args);
    // `truth`: labels [N], or the share of each class [N, classes].
    torch::Tensor forward(const torch::Tensor& scores, const torch::Tensor& truth,
                          const torch::Tensor& weight) override;

  private:
    double label_smoothing_;
    double loss_weight_;
    std::int64_t reduction_;
    torch::Tensor weight_;  // one number per class, or undefined; a setting, so no checkpoint holds it
};

}  // namespace goetia
