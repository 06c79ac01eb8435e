// What each operation of a graph costs, for one image.
#pragma once

#include "graph/graph.h"

namespace goetia {

struct NodeCosts {
    std::int64_t parameters = 0;  // numbers of its own constants
    std::int64_t operations = 0;  // a product and its sum count as two
    std::int64_t output_bytes = 0;
};

NodeCosts costs_of(const ModelGraph& graph, const GraphNode& node);

// {"nodes": [{"name", "operation", "layer", "inputs", "shape", "parameters", "operations"}], "inputs", "outputs",
// "parameters", "operations"}.
std::string graph_json(const ModelGraph& graph);

// The same as a picture: a box for each operation, from top to bottom, with lines from what it reads.
std::string graph_svg(const ModelGraph& graph);

}  // namespace goetia
