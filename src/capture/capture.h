// From a trained model to a graph: the model runs twice on the CPU, with batches of two and of three images, and what
// LibTorch records of both becomes one graph whose shapes grow with the batch.
//
// The model must be in evaluation. Its parameters become constants that share the model's memory: the graph must not
// outlive them being trained on.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "learn/model.h"

namespace goetia {

struct CaptureRequest {
    const Module* module = nullptr;                     // whose parameters these are
    std::function<Outputs(const at::Tensor&)> forward;  // what is captured; all its outputs are floating point
    std::vector<std::int64_t> image;                    // channels, height, width
    std::string input = "images";
    std::vector<std::string> outputs;  // names; those that are missing are called output0, ...
};

// An Error lists everything at once that a graph cannot hold, with its layer: operators without a counterpart, writes
// in place into what others still read, layers in training, shapes that grow with the batch in another way than N
// times.
Result<ModelGraph> capture(const CaptureRequest& request);

// The same trace as a TorchScript file, for torch.jit.load() and the C++ API: any batch, difference 0.
Status save_torchscript(const CaptureRequest& request, const std::filesystem::path& file);

}  // namespace goetia
