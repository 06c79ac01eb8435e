#include <algorithm>

#include "passes/pass.h"

namespace goetia {

// Nodes whose inputs are all constant become constants, unless that would store a large table in the place of a small
// one. Quantised weights stay as they are.
Status fold_constants(ModelGraph& graph, const PassTools& tools) {
    if (!tools.compute) return {};
    constexpr std::size_t kSmall = 1 << 16;
    std::vector<GraphNode> left;
    for (GraphNode& node : graph.nodes) {
        const bool is_known = std::all_of(node.inputs.begin(), node.inputs.end(),
                                          [&](ValueId id) { return id == kNoValue || graph.is_constant(id); });
        const bool is_quantised = node.op == GraphOp::kQuantize || node.op == GraphOp::kDequantize;
        GraphValue& value = graph.value(node.output);
        if (!is_known || is_quantised || grows(value.shape)) {
            left.push_back(std::move(node));
            continue;
        }
        std::size_t before = 0;
        for (const ValueId id : node.inputs) before += id == kNoValue ? 0 : graph.value(id).constant->bytes().size();
        GOETIA_ASSIGN(ConstantPtr made, tools.compute(graph, node));
        if (made->bytes().size() > kSmall && made->bytes().size() > 2 * before) left.push_back(std::move(node));
        else graph.value(node.output).constant = std::move(made);
    }
    graph.nodes = std::move(left);
    return {};
}

}  // namespace goetia
