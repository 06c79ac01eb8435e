// A graph as an ONNX model: opset 17 to 23, shapes that grow with the batch as "N", weights beside the model where they
// are too large for one file.
#pragma once

#include <filesystem>

#include "graph/graph.h"

namespace goetia {

inline constexpr int kFirstOnnxOpset = 17, kLastOnnxOpset = 23;

struct OnnxOptions {
    int opset = kFirstOnnxOpset;
    // Above so many bytes of constants they lie in `<file>.data`: protobuf takes no message of 2 GB.
    std::size_t most_inside = std::size_t{1900} << 20;
    bool all_values = false;  // every value that is computed becomes an output: to find where two runtimes differ
};

// Operations that ONNX cannot be given, all at once, are an Error and nothing is written. Returns the files written.
Result<std::vector<std::filesystem::path>> write_onnx(const ModelGraph& graph, const OnnxOptions& options,
                                                      const std::filesystem::path& file);

}  // namespace goetia
