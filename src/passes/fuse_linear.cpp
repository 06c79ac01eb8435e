#include "passes/pass.h"

namespace goetia {
namespace {

ConstantPtr turned(const GraphConstant& matrix) {
    const auto rows = static_cast<std::size_t>(matrix.lengths()[0]),
               columns = static_cast<std::size_t>(matrix.lengths()[1]);
    const std::vector<float> from = matrix.floats();
    std::vector<float> to(from.size());
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t k = 0; k < columns; ++k) to[k * rows + i] = from[i * columns + k];
    }
    return GraphConstant::of_floats({matrix.lengths()[1], matrix.lengths()[0]}, std::move(to));
}

}  // namespace

// x * W becomes a Linear layer, and a constant vector that is added to it alone becomes its bias.
Status fuse_linear(ModelGraph& graph, const PassTools&) {
    for (GraphNode& node : graph.nodes) {
        if (node.op != GraphOp::kMatMul || !graph.is_constant(node.inputs[1]) || graph.is_constant(node.inputs[0]))
            continue;
        const GraphValue weights = graph.value(node.inputs[1]);
        if (weights.shape.size() != 2 || weights.element != Element::kF32) continue;
        node.op = GraphOp::kLinear;
        node.inputs[1] = graph.add_constant(graph.free_name(weights.name + "/turned"), turned(*weights.constant));
    }
    const auto readers = graph.readers();
    const auto makers = graph.makers();
    for (std::size_t i = 0; i < graph.nodes.size();) {
        const GraphNode sum = graph.nodes[i++];
        if (sum.op != GraphOp::kAdd) continue;
        const std::size_t at = graph.is_constant(sum.inputs[1]) ? 0 : 1;
        const ValueId product = sum.inputs[at], bias = sum.inputs[1 - at];
        const int maker = makers[static_cast<std::size_t>(product)];
        if (maker < 0 || !graph.is_constant(bias) || readers[static_cast<std::size_t>(product)].size() != 1) continue;
        GraphNode& linear = graph.nodes[static_cast<std::size_t>(maker)];
        const bool is_free =
            linear.op == GraphOp::kLinear && (linear.inputs.size() < 3 || linear.inputs[2] == kNoValue);
        if (!is_free || graph.value(bias).shape != Extents{graph.value(linear.inputs[1]).shape[0]}) continue;
        linear.inputs.resize(3, kNoValue);
        linear.inputs[2] = bias;
        linear.output = sum.output;
        graph.nodes[i - 1].op = GraphOp::kReshape;  // taken out below
        graph.nodes[i - 1].output = kNoValue;
    }
    std::erase_if(graph.nodes, [](const GraphNode& node) { return node.output == kNoValue; });
    return {};
}

}  // namespace goetia
