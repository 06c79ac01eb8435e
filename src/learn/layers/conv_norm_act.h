// A convolution, its norm and an activation in one, with torchvision's child names "0" and "1".
#pragma once

#include <memory>

#include "learn/layers/conv2d.h"
#include "learn/layers/norm.h"
#include "learn/module.h"
#include "learn/tensor.h"

namespace goetia {

// Maps to maps. What it is given stays as it is: others may hold it.
class MapsLayer : public Module {
  public:
    virtual torch::Tensor forward(const torch::Tensor& maps) = 0;
};

enum class Activation { kNone, kRelu, kRelu6, kHardswish };

// Writes over `maps`.
torch::Tensor activate_(torch::Tensor maps, Activation activation);

struct ConvNormActOptions {
    std::int64_t kernel = 1, stride = 1, dilation = 1, groups = 1;
    Activation activation = Activation::kRelu;
};

// Padded so that only the stride changes the size; the convolution has no bias, since a norm follows.
class ConvNormAct final : public MapsLayer {
  public:
    ConvNormAct(std::int64_t in, std::int64_t out, const ConvNormActOptions& options, const NormFactory& norms);
    torch::Tensor forward(const torch::Tensor& maps) override;

  private:
    std::shared_ptr<Conv2d> conv_;
    std::shared_ptr<Norm> norm_;
    Activation activation_;
};

}  // namespace goetia
