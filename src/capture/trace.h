// What LibTorch's tracer records of a model.
#pragma once

#include <torch/csrc/jit/api/module.h>

#include "capture/capture.h"

namespace goetia {

struct ModelTrace {
    std::shared_ptr<torch::jit::Graph> graph;  // its first input is the script module, the second the images
    torch::jit::Module script;                 // the model's tree of names, sharing its tensors
};

// Runs the request's forward on noise. Outputs that are not floating point are left out.
Result<ModelTrace> trace_model(const CaptureRequest& request, std::int64_t batch);

}  // namespace goetia
