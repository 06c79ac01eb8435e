#include "learn/layers/conv_transpose2d.h"

#include <ATen/ops/conv_transpose2d.h>
#include <ATen/ops/empty.h>

#include "learn/layers/initial.h"

namespace goetia {

ConvTranspose2d::ConvTranspose2d(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride)
    : stride_(stride) {
    weight = register_parameter("weight", at::empty({in, out, kernel, kernel}));
    bias = register_parameter("bias", at::empty({out}));
    draw_uniform(weight, bias);
}

at::Tensor ConvTranspose2d::forward(const at::Tensor& maps) const {
    return at::conv_transpose2d(maps, weight, bias, stride_);
}

}  // namespace goetia
