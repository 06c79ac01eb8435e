// The border between LibTorch's tensors and the plain ones of weights/: what is written to checkpoints and read back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "learn/module.h"
#include "learn/tensor.h"
#include "weights/value.h"

namespace goetia {

// A view of the same memory where that is contiguous and on the CPU, else a copy. The result keeps its memory alive.
Tensor to_weights(const torch::Tensor& tensor);

// A copy, on the CPU.
torch::Tensor to_torch(const Tensor& tensor);

std::string sizes_text(const std::vector<std::int64_t>& sizes);  // "[64, 3, 7, 7]"

// The parameters and buffers by name, in the order and with the names of Python's state_dict(). Tensors are views.
Value state_dict(const Module& module);

// Fills a module from a state_dict. The first ten faults are reported at once, before anything is changed: names that
// are missing, names nobody asked for, other shapes. When not strict, only other shapes and a file without a single
// fitting name are faults. Counts of batches ("num_batches_tracked") may be missing or in excess, as between PyTorch's
// own versions.
Status load_state(Module& module, const Value& state, bool strict = true);

}  // namespace goetia
