// Shared by the plug-ins of this folder: a header beside them is part of them, also of the copy an experiment keeps.
#pragma once

#include <torch/torch.h>

namespace sample {

// How much a sample counts whose true class has this probability: less, the surer the model is.
inline torch::Tensor focus(const torch::Tensor& probability, double gamma) { return (1 - probability).pow(gamma); }

}  // namespace sample
