// A graph as NCNN's own format: one line for each layer, and one file of weights. NCNN computes one image at a time:
// its blobs have no axis for the batch.
#pragma once

#include <filesystem>

#include "graph/graph.h"

namespace goetia {

struct NcnnOptions {
    bool half_weights = false;  // of convolutions and linear layers
};

// Writes `file` (.param) and the .bin beside it. What NCNN cannot be given is one Error and nothing is written.
Result<std::vector<std::filesystem::path>> write_ncnn(const ModelGraph& graph, const NcnnOptions& options,
                                                      const std::filesystem::path& file);

}  // namespace goetia
