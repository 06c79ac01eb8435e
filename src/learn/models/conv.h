// A convolution without bias whose weights are drawn as torchvision draws a ResNet's: normal, kept in scale forwards.
#pragma once

#include <torch/torch.h>

namespace goetia {

class Conv final : public torch::nn::Module {
  public:
    Conv(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride, std::int64_t padding)
        : stride_(stride), padding_(padding) {
        weight = register_parameter("weight", torch::empty({out, in, kernel, kernel}));
        torch::nn::init::kaiming_normal_(weight, 0, torch::kFanOut, torch::kReLU);
    }

    torch::Tensor forward(const torch::Tensor& maps) const { return at::conv2d(maps, weight, {}, stride_, padding_); }

    torch::Tensor weight;

  private:
    std::int64_t stride_;
    std::int64_t padding_;
};

}  // namespace goetia
