// A linear layer with PyTorch's names, shapes and arithmetic.
#pragma once

#include "learn/module.h"

namespace goetia {

class Linear final : public Module {
  public:
    Linear(std::int64_t in, std::int64_t out, bool with_bias = true);
    [[nodiscard]] at::Tensor forward(const at::Tensor& vectors) const;

    at::Tensor weight, bias;  // [out, in]; [out], or undefined
};

}  // namespace goetia
