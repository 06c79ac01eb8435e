#include <algorithm>
#include <cmath>

#include "passes/pass.h"

namespace goetia {
namespace {

bool is_identity(const ModelGraph& graph, const GraphNode& node) {
    const GraphValue &in = graph.value(node.inputs[0]), &out = graph.value(node.output);
    switch (node.op) {
        case GraphOp::kReshape:
        case GraphOp::kExpand: return in.shape == out.shape;
        case GraphOp::kCast: return in.element == out.element;
        case GraphOp::kTranspose: return std::is_sorted(node.wholes("order").begin(), node.wholes("order").end());
        case GraphOp::kClip: return std::isinf(node.number("least")) && std::isinf(node.number("most"));
        case GraphOp::kConcat: return node.inputs.size() == 1;
        case GraphOp::kResize: return in.shape == out.shape;
        case GraphOp::kAvgPool:
        case GraphOp::kMaxPool:
            return node.wholes("kernel") == std::vector<std::int64_t>{1, 1} && in.shape == out.shape &&
                   node.wholes("pads") == std::vector<std::int64_t>{0, 0, 0, 0};
        default: return false;
    }
}

}  // namespace

// An output keeps its name: what computes it is renamed, and an identity that hands an input on stays.
Status drop_identities(ModelGraph& graph, const PassTools&) {
    for (std::size_t i = 0; i < graph.nodes.size();) {
        GraphNode& node = graph.nodes[i];
        // Reshapes one after the other are the last of them.
        if (node.op == GraphOp::kReshape) {
            for (const GraphNode& before : graph.nodes) {
                if (before.output == node.inputs[0] && before.op == GraphOp::kReshape)
                    node.inputs[0] = before.inputs[0];
            }
        }
        const ValueId from = node.inputs[0], to = node.output;
        const bool is_output = std::find(graph.outputs.begin(), graph.outputs.end(), to) != graph.outputs.end();
        const bool is_computed = std::any_of(graph.nodes.begin(), graph.nodes.end(),
                                             [&](const GraphNode& one) { return one.output == from; });
        const bool is_shared = std::find(graph.outputs.begin(), graph.outputs.end(), from) != graph.outputs.end();
        if (!is_identity(graph, node) || (is_output && (!is_computed || is_shared))) {
            ++i;
            continue;
        }
        graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(i));
        if (is_output) std::swap(graph.value(from).name, graph.value(to).name);
        graph.replace(to, from);
    }
    return {};
}

}  // namespace goetia
