// Rewrites of a graph, one in a file. Each leaves a graph that computes the same, within rounding; run_passes()
// verifies it after every one.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "graph/graph.h"

namespace goetia {

// What a pass is given from outside: rooms below LibTorch compute nothing themselves.
struct PassTools {
    std::function<Result<ConstantPtr>(const ModelGraph&, const GraphNode&)> compute;  // null: constants are not folded
};

struct GraphPass {
    std::string_view name, sentence;
    Status (*run)(ModelGraph&, const PassTools&);
};

// What every export starts with, in this order.
std::span<const GraphPass> common_passes();

// `seen` is called with the graph before the first pass ("") and after each one.
using PassWatcher = std::function<Status(std::string_view pass, const ModelGraph& graph)>;
Status run_passes(ModelGraph& graph, std::span<const GraphPass> passes, const PassTools& tools,
                  const PassWatcher& seen = {});

Status fold_constants(ModelGraph& graph, const PassTools& tools);
Status drop_identities(ModelGraph& graph, const PassTools& tools);
Status drop_expansions(ModelGraph& graph, const PassTools& tools);
Status fold_batch_norm(ModelGraph& graph, const PassTools& tools);
Status fuse_linear(ModelGraph& graph, const PassTools& tools);
Status fuse_gates(ModelGraph& graph, const PassTools& tools);
Status remove_dead(ModelGraph& graph, const PassTools& tools);

}  // namespace goetia
