// What TensorRT is given to build an engine from, where it is not on this machine: its ONNX, the ranges of 8 bits, and
// the commands.
#pragma once

#include <map>
#include <string>

#include "delivery/order.h"
#include "passes/calibration.h"

namespace goetia {

// calibration_cache.bin of TensorRT up to 10: a line for each tensor with its scale. Later ones have no calibrators and
// read none.
std::string tensorrt_cache(const std::map<std::string, QuantRange>& ranges);

// A shell script with the command for TensorRT up to 10 and that for 11 on.
std::string tensorrt_commands(const ExportOrder& order, const std::string& onnx, const std::string& input,
                              const std::vector<std::int64_t>& image, double workspace_gigabytes);

}  // namespace goetia
