#include "learn/layers/initial.h"

#include <cmath>

#include <ATen/core/grad_mode.h>

namespace goetia {
namespace {

// What one value of the output is made of, and what one value of the input goes into.
struct Fan {
    std::int64_t in, out;
};

Fan fan_of(const at::Tensor& weight) {
    std::int64_t field = 1;  // the places of a kernel
    for (std::int64_t d = 2; d < weight.dim(); ++d) field *= weight.size(d);
    return {weight.size(1) * field, weight.size(0) * field};
}

}  // namespace

// torch::nn::init::kaiming_uniform_(weight, sqrt(5)), step by step: another order of roundings is another draw.
void draw_uniform(const at::Tensor& weight, const at::Tensor& bias) {
    const at::NoGradGuard no_gradients;
    const auto in = static_cast<double>(fan_of(weight).in);
    const double gain = std::sqrt(2.0 / (1 + std::pow(std::sqrt(5.0), 2)));
    const double bound = std::sqrt(3.0) * (gain / std::sqrt(in));
    weight.uniform_(-bound, bound);
    if (!bias.defined()) return;
    const double bias_bound = 1 / std::sqrt(in);
    bias.uniform_(-bias_bound, bias_bound);
}

void draw_normal_fan_out(const at::Tensor& weight) {
    const at::NoGradGuard no_gradients;
    weight.normal_(0, std::sqrt(2.0) / std::sqrt(static_cast<double>(fan_of(weight).out)));
}

void draw_normal(const at::Tensor& weight, const at::Tensor& bias, double deviation) {
    const at::NoGradGuard no_gradients;
    weight.normal_(0, deviation);
    if (bias.defined()) bias.zero_();
}

void draw_xavier_uniform(const at::Tensor& weight, const at::Tensor& bias) {
    const at::NoGradGuard no_gradients;
    const Fan fan = fan_of(weight);
    const double bound = std::sqrt(3.0) * std::sqrt(2.0 / static_cast<double>(fan.in + fan.out));
    weight.uniform_(-bound, bound);
    if (bias.defined()) bias.zero_();
}

void draw_uniform_fan_in(const at::Tensor& weight, const at::Tensor& bias) {
    const at::NoGradGuard no_gradients;
    const double bound = std::sqrt(3.0) / std::sqrt(static_cast<double>(fan_of(weight).in));
    weight.uniform_(-bound, bound);
    if (bias.defined()) bias.zero_();
}

}  // namespace goetia
