#include "passes/pass.h"

namespace goetia {

// x * Sigmoid(x) is Silu(x), x * HardSigmoid(x) is HardSwish(x). The gate itself goes with remove_dead, unless others
// read it.
Status fuse_gates(ModelGraph& graph, const PassTools&) {
    const auto makers = graph.makers();
    for (GraphNode& node : graph.nodes) {
        if (node.op != GraphOp::kMul) continue;
        for (const std::size_t side : {0U, 1U}) {
            const int maker = makers[static_cast<std::size_t>(node.inputs[side])];
            if (maker < 0) continue;
            const GraphNode& gate = graph.nodes[static_cast<std::size_t>(maker)];
            const bool is_gate = gate.op == GraphOp::kSigmoid || gate.op == GraphOp::kHardSigmoid;
            if (!is_gate || gate.inputs[0] != node.inputs[1 - side]) continue;
            node.op = gate.op == GraphOp::kSigmoid ? GraphOp::kSilu : GraphOp::kHardSwish;
            node.inputs = {gate.inputs[0]};
            break;
        }
    }
    return {};
}

}  // namespace goetia
