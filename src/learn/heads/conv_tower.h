// A row of 3x3 convolutions that keep the size, each with an optional norm and a rectifier; the children are "0.0"
// (convolution), "0.1" (norm), "1.0" ... as in torchvision's heads.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "learn/layers/conv_norm.h"

namespace goetia {

class ConvTower : public Module {
  public:
    // One convolution for each entry of `channels`; biases start at zero.
    ConvTower(std::int64_t in, const std::vector<std::int64_t>& channels, const std::optional<NormFactory>& norms);
    [[nodiscard]] torch::Tensor forward(torch::Tensor maps) const;

    // Starts every convolution's weights anew.
    void draw_normal_weights(double deviation);

  private:
    std::vector<std::shared_ptr<ConvNorm>> layers_;
};

}  // namespace goetia
