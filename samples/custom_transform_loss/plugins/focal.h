// Shared by the plug-ins of this folder: a header beside them is part of them, also of the copy an experiment keeps.
#pragma once

#include <ATen/TensorOperators.h>

namespace sample {

// How much a sample counts whose true class has this probability: less, the surer the model is.
inline at::Tensor focus(const at::Tensor& probability, double gamma) { return (1 - probability).pow(gamma); }

}  // namespace sample
