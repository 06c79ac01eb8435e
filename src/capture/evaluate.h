// Computes a graph by LibTorch: what passes are held against, where constants come from, and what ranges of numbers
// calibration sees.
#pragma once

#include <functional>

#include "graph/graph.h"
#include "learn/tensor.h"

namespace goetia {

// Called with each value that a node computes, in order.
using ValueWatcher = std::function<void(ValueId, const at::Tensor&)>;

Result<std::vector<at::Tensor>> evaluate(const ModelGraph& graph, const std::vector<at::Tensor>& inputs,
                                         const ValueWatcher& watch = {});

at::Tensor tensor_of(const GraphConstant& constant);  // shares its memory; not to be written to

// For fold_constants(): what a node gives whose inputs are all constant.
Result<ConstantPtr> computed_constant(const ModelGraph& graph, const GraphNode& node);

}  // namespace goetia
