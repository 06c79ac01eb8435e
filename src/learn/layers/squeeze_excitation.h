// Squeeze and excitation (Hu et al., 2018), with torchvision's child names.
#pragma once

#include "learn/layers/conv_norm_act.h"

namespace goetia {

// Each map is scaled by what a small network, hard-sigmoid at its end, makes of the means of all maps.
class SqueezeExcitation final : public MapsLayer {
  public:
    SqueezeExcitation(std::int64_t channels, std::int64_t squeezed);
    torch::Tensor forward(const torch::Tensor& maps) override;

  private:
    std::shared_ptr<Conv2d> fc1_, fc2_;
};

}  // namespace goetia
