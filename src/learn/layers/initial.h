// How the weights of a layer are drawn: PyTorch's rules, from LibTorch's generator, to the same bits.
#pragma once

#include <ATen/core/Tensor.h>

namespace goetia {

// PyTorch's own start of linear and convolutional layers: uniform within 1 / sqrt(fan in), the weight, then the bias
// (which may be undefined).
void draw_uniform(const at::Tensor& weight, const at::Tensor& bias);

// He et al. (2015), as torchvision starts its residual networks: normal, which keeps the scale of gradients through
// rectifiers. torchvision starts the biases beside it at zero.
void draw_normal_fan_out(const at::Tensor& weight);

// Normal with this standard deviation, or uniform after Glorot and Bengio (2010); the bias, which may be undefined, is
// zero.
void draw_normal(const at::Tensor& weight, const at::Tensor& bias, double deviation);
void draw_xavier_uniform(const at::Tensor& weight, const at::Tensor& bias);

// Uniform, which keeps the scale of what goes through linear layers; the bias, which may be undefined, is zero.
void draw_uniform_fan_in(const at::Tensor& weight, const at::Tensor& bias);

}  // namespace goetia
