#include "learn/layers/conv_norm_act.h"

#include <ATen/ops/hardswish.h>
#include <ATen/ops/hardtanh.h>
#include <ATen/ops/relu.h>

namespace goetia {

torch::Tensor activate_(torch::Tensor maps, Activation activation) {
    switch (activation) {
        case Activation::kNone: return maps;
        case Activation::kRelu: return at::relu_(maps);
        case Activation::kRelu6: return at::hardtanh_(maps, 0, 6);
        case Activation::kHardswish: return at::hardswish_(maps);
    }
    TORCH_CHECK(false, "no activation ", static_cast<int>(activation));
}

ConvNormAct::ConvNormAct(std::int64_t in, std::int64_t out, const ConvNormActOptions& options, const NormFactory& norms)
    : activation_(options.activation) {
    conv_ = register_module(
        "0", std::make_shared<Conv2d>(in, out, options.kernel,
                                      Conv2dOptions{.stride = options.stride,
                                                    .padding = (options.kernel - 1) / 2 * options.dilation,
                                                    .dilation = options.dilation,
                                                    .groups = options.groups,
                                                    .bias = false,
                                                    .start = Conv2dOptions::Start::kNormalFanOut}));
    norm_ = register_module("1", norms(out));
}

torch::Tensor ConvNormAct::forward(const torch::Tensor& maps) {
    return activate_(norm_->forward(conv_->forward(maps)), activation_);
}

}  // namespace goetia
