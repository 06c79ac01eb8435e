// What a node's output is, from its inputs: the one place that knows. The verifier holds every graph against it.
#pragma once

#include "graph/graph.h"

namespace goetia {

struct InferredOutput {
    Element element = Element::kF32;
    Extents shape;
};

// An Error where the inputs do not fit the operation. Attributes and the number of inputs are as op_rule() asks.
Result<InferredOutput> infer_output(const ModelGraph& graph, const GraphNode& node);

// Negative axes count from the back; an Error where the axis is not there.
Result<std::size_t> axis_of(std::int64_t axis, std::size_t rank);
// NumPy's rule; an Error where two lengths differ and neither is 1.
Result<Extents> broadcast(const Extents& one, const Extents& other);

}  // namespace goetia
