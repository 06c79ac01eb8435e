// Two 3x3 convolutions, each with its norm and ReLU: the block of U-Net's encoder and decoder.
#pragma once

#include <memory>

#include "learn/layers/conv_norm_act.h"

namespace goetia {

class DoubleConv final : public MapsLayer {
  public:
    DoubleConv(std::int64_t in, std::int64_t out, const NormFactory& norms) {
        const ConvNormActOptions options{.kernel = 3};
        first_ = register_module("0", std::make_shared<ConvNormAct>(in, out, options, norms));
        second_ = register_module("1", std::make_shared<ConvNormAct>(out, out, options, norms));
    }
    torch::Tensor forward(const torch::Tensor& maps) override { return second_->forward(first_->forward(maps)); }

  private:
    std::shared_ptr<ConvNormAct> first_, second_;
};

}  // namespace goetia
