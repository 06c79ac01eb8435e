#include "learn/layers/squeeze_excitation.h"

#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/hardsigmoid.h>

namespace goetia {

SqueezeExcitation::SqueezeExcitation(std::int64_t channels, std::int64_t squeezed) {
    const Conv2dOptions options{.start = Conv2dOptions::Start::kNormalFanOut};
    fc1_ = register_module("fc1", std::make_shared<Conv2d>(channels, squeezed, 1, options));
    fc2_ = register_module("fc2", std::make_shared<Conv2d>(squeezed, channels, 1, options));
}

torch::Tensor SqueezeExcitation::forward(const torch::Tensor& maps) {
    const torch::Tensor means = at::adaptive_avg_pool2d(maps, {1, 1});
    return at::hardsigmoid(fc2_->forward(activate_(fc1_->forward(means), Activation::kRelu))) * maps;
}

}  // namespace goetia
