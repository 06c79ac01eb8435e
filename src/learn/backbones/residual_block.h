// The blocks of residual networks, with torchvision's names and arithmetic.
#pragma once

#include <memory>
#include <vector>

#include "learn/layers/conv_norm_act.h"

namespace goetia {

struct ResidualShape {
    std::int64_t in = 0;
    std::int64_t planes = 64;  // what the stage is wide; a bottleneck gives four times as many channels
    std::int64_t stride = 1;
    std::int64_t dilation = 1;  // of the 3x3 convolution of a bottleneck
    std::int64_t groups = 1;    // likewise
    std::int64_t width_per_group =
        64;  // of a bottleneck: its 3x3 convolution is planes * width_per_group / 64 * groups wide
    bool bottleneck = false;
    bool caffe = false;  // the stride sits in the first 1x1 convolution, not in the 3x3 one

    [[nodiscard]] std::int64_t out() const { return bottleneck ? 4 * planes : planes; }
    [[nodiscard]] std::int64_t inner() const { return bottleneck ? planes * width_per_group / 64 * groups : planes; }
    [[nodiscard]] bool changes_shape() const { return stride != 1 || in != out(); }
};

// relu(path(x) + shortcut(x)), where the path is two 3x3 convolutions or the bottleneck 1x1, 3x3, 1x1.
class ResidualBlock final : public MapsLayer {
  public:
    ResidualBlock(const ResidualShape& shape, const NormFactory& norms);
    torch::Tensor forward(const torch::Tensor& input) override;

    // The path then starts at zero and the block at the identity.
    void zero_last_norm();

  private:
    void add(std::int64_t in, std::int64_t out, const Conv2dOptions& options, std::int64_t kernel,
             const NormFactory& norms);

    std::vector<std::shared_ptr<Conv2d>> convs_;
    std::vector<std::shared_ptr<Norm>> norms_;
    std::shared_ptr<ConvNormAct> shortcut_;
};

}  // namespace goetia
