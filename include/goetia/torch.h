// All of LibTorch for a plug-in: torch::nn's modules can then be children of components, beside layers of Goetia's own.
//
//   fc_ = register_module("fc", torch::nn::Linear(64, 10));
#pragma once

#include <torch/torch.h>

#include "learn/torch_child.h"
