// A graph as an .mlpackage: an ML Program of Core ML 6 (iOS 16, macOS 13) for one image at a time, and its weights.
#pragma once

#include <filesystem>

#include "graph/graph.h"

namespace goetia {

// The precision is the graph's own: see in_half_precision().
// Writes the folder `package`. What Core ML cannot be given is one Error and nothing is written.
Result<std::vector<std::filesystem::path>> write_coreml(const ModelGraph& graph, const std::filesystem::path& package);

}  // namespace goetia
