// A transposed convolution with PyTorch's names, shapes and arithmetic: the gradient of a convolution, used to enlarge.
#pragma once

#include "learn/module.h"

namespace goetia {

class ConvTranspose2d final : public Module {
  public:
    // Places `stride` apart; without padding and with kernel = stride the result is `stride` times as large.
    ConvTranspose2d(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride);
    [[nodiscard]] at::Tensor forward(const at::Tensor& maps) const;

    at::Tensor weight, bias;  // [in, out, kernel, kernel]; [out]

  private:
    std::int64_t stride_;
};

}  // namespace goetia
