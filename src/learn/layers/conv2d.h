// A convolution with PyTorch's names, shapes and arithmetic.
#pragma once

#include "learn/module.h"

namespace goetia {

struct Conv2dOptions {
    std::int64_t stride = 1, padding = 0, dilation = 1, groups = 1;
    bool bias = true;
    enum class Start { kUniform, kNormalFanOut } start = Start::kUniform;  // see initial.h
};

class Conv2d final : public Module {
  public:
    Conv2d(std::int64_t in, std::int64_t out, std::int64_t kernel, const Conv2dOptions& options = {});
    [[nodiscard]] at::Tensor forward(const at::Tensor& maps) const;

    at::Tensor weight, bias;  // [out, in / groups, kernel, kernel]; [out], or undefined

  private:
    Conv2dOptions options_;
};

}  // namespace goetia
