// A graph as OpenVINO's own format: layers as XML, their constants in a second file.
#pragma once

#include <filesystem>

#include "graph/graph.h"

namespace goetia {

struct OpenVinoOptions {
    bool half_weights = false;  // stored in f16 and computed in f32
};

// Writes `file` (.xml) and the .bin beside it. What OpenVINO cannot be given is one Error and nothing is written.
Result<std::vector<std::filesystem::path>> write_openvino(const ModelGraph& graph, const OpenVinoOptions& options,
                                                          const std::filesystem::path& file);

}  // namespace goetia
