// Tensors, their operators and the guard against gradients without <torch/torch.h>, which costs a file 10 to 25 s where
// this costs 2. A function that is no method of Tensor comes from a header of its own: <ATen/ops/conv2d.h>.
#pragma once

#include <ATen/core/grad_mode.h>
#include <ATen/TensorOperators.h>

namespace goetia::torch_names {

// The dtypes by width; <torch/types.h> has them in namespace torch itself, and then those are found first.
inline constexpr auto kUInt8 = at::kByte;
inline constexpr auto kInt8 = at::kChar;
inline constexpr auto kInt16 = at::kShort;
inline constexpr auto kInt32 = at::kInt;
inline constexpr auto kInt64 = at::kLong;
inline constexpr auto kFloat16 = at::kHalf;
inline constexpr auto kFloat32 = at::kFloat;
inline constexpr auto kFloat64 = at::kDouble;

}  // namespace goetia::torch_names

// <torch/types.h> says the first line too; the names are those of PyTorch's documentation.
namespace torch {
using namespace at;
using namespace goetia::torch_names;
}  // namespace torch
