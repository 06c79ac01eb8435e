#include "learn/layers/conv2d.h"

#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include "learn/layers/initial.h"

namespace goetia {

Conv2d::Conv2d(std::int64_t in, std::int64_t out, std::int64_t kernel, const Conv2dOptions& options)
    : options_(options) {
    weight = register_parameter("weight", at::empty({out, in / options.groups, kernel, kernel}));
    if (options.bias) bias = register_parameter("bias", at::zeros({out}));
    if (options.start == Conv2dOptions::Start::kUniform) draw_uniform(weight, bias);
    else draw_normal_fan_out(weight);
}

at::Tensor Conv2d::forward(const at::Tensor& maps) const {
    return at::conv2d(maps, weight, bias, options_.stride, options_.padding, options_.dilation, options_.groups);
}

}  // namespace goetia
