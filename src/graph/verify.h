// Whether a graph is whole: run behind every pass and before every exporter.
#pragma once

#include "graph/graph.h"

namespace goetia {

// All faults at once, each with its node's layer: what is read before it is made, inputs and attributes that an
// operation does not have, shapes and types that are not what infer_output() says, constants of another size than they
// claim, names used twice.
Status verify(const ModelGraph& graph);

}  // namespace goetia
