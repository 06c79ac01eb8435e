#include "learn/layers/linear.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>

#include "learn/layers/initial.h"

namespace goetia {

Linear::Linear(std::int64_t in, std::int64_t out, bool with_bias) {
    weight = register_parameter("weight", at::empty({out, in}));
    if (with_bias) bias = register_parameter("bias", at::empty({out}));
    draw_uniform(weight, bias);
}

at::Tensor Linear::forward(const at::Tensor& vectors) const { return at::linear(vectors, weight, bias); }

}  // namespace goetia
