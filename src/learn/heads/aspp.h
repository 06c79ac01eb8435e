// Atrous spatial pyramid pooling (Chen et al., 2017), with torchvision's child names.
#pragma once

#include <memory>
#include <vector>

#include "learn/layers/conv_norm_act.h"

namespace goetia {

// Convolutions that look differently far, and the mean over all places, side by side; then a 1x1 that joins them.
class Aspp final : public MapsLayer {
  public:
    // `rates`: the dilations of the 3x3 convolutions; `dropout`: share of the result's values dropped in training.
    Aspp(std::int64_t in, std::int64_t channels, const std::vector<std::int64_t>& rates, double dropout,
         const NormFactory& norms);
    torch::Tensor forward(const torch::Tensor& maps) override;

  private:
    std::vector<std::shared_ptr<MapsLayer>> convs_;
    std::shared_ptr<ConvNormAct> project_;
    double dropout_;
};

}  // namespace goetia
