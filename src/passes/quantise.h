// A graph whose layers compute in 8 bits, told by pairs of Quantize and Dequantize.
#pragma once

#include <map>
#include <set>
#include <string>

#include "graph/graph.h"
#include "passes/calibration.h"

namespace goetia {

// kUnsigned: numbers of layers as u8 around a zero point, as ONNX Runtime and OpenVINO compute fastest. kSigned: as s8
// around 0, as TensorRT asks. Weights are s8 around 0 in both, with a scale for each channel.
enum class QuantScheme : std::uint8_t { kUnsigned, kSigned };

struct QuantOrder {
    QuantScheme scheme = QuantScheme::kUnsigned;
    std::set<std::string> exact;  // names of values whose layers stay in floats
};

// The computed values and inputs, by name, whose ranges are needed.
std::set<std::string> values_to_calibrate(const ModelGraph& graph);

Result<ModelGraph> quantised(const ModelGraph& graph, const std::map<std::string, QuantRange>& ranges,
                             const QuantOrder& order);

}  // namespace goetia
