#include "graph/infer.h"
#include "passes/pass.h"

namespace goetia {

// A repetition whose readers broadcast it themselves to the same shape.
Status drop_expansions(ModelGraph& graph, const PassTools&) {
    const auto readers = graph.readers();
    for (const GraphNode& node : graph.nodes) {
        if (node.op != GraphOp::kExpand) continue;
        for (const int reader : readers[static_cast<std::size_t>(node.output)]) {
            if (reader < 0) continue;
            GraphNode& next = graph.nodes[static_cast<std::size_t>(reader)];
            if (!is_elementwise_pair(next.op)) continue;
            GraphNode tried = next;
            for (ValueId& input : tried.inputs) {
                if (input == node.output) input = node.inputs[0];
            }
            const auto inferred = infer_output(graph, tried);
            if (inferred && inferred->shape == graph.value(next.output).shape) next.inputs = tried.inputs;
        }
    }
    return {};
}

}  // namespace goetia
