#include <cmath>

#include "passes/pass.h"

namespace goetia {
namespace {

// Normalisation as one factor and one summand for each channel, computed in double precision.
struct ChannelAffine {
    std::vector<double> factor, summand;
};

ChannelAffine affine_of(const ModelGraph& graph, const GraphNode& norm) {
    const auto numbers = [&](std::size_t i) { return graph.value(norm.inputs[i]).constant->floats(); };
    const std::vector<float> scale = numbers(1), shift = numbers(2), mean = numbers(3), variance = numbers(4);
    ChannelAffine affine;
    for (std::size_t i = 0; i < scale.size(); ++i) {
        affine.factor.push_back(scale[i] / std::sqrt(static_cast<double>(variance[i]) + norm.number("eps")));
        affine.summand.push_back(shift[i] - mean[i] * affine.factor.back());
    }
    return affine;
}

// Weights are [out, ...]; of a transposed convolution [in, out / groups, ...].
ConstantPtr scaled_weights(const GraphConstant& weights, const GraphNode& node, const ChannelAffine& affine) {
    std::vector<float> numbers = weights.floats();
    const std::vector<std::int64_t>& lengths = weights.lengths();
    const bool is_transposed = node.op == GraphOp::kConvTranspose;
    const auto groups = static_cast<std::size_t>(is_transposed ? node.whole("groups") : 1);
    const auto rows = static_cast<std::size_t>(lengths[0]);
    const std::size_t each = numbers.size() / rows;
    const std::size_t columns = is_transposed ? static_cast<std::size_t>(lengths[1]) : 1, field = each / columns;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const std::size_t row = i / each;
        const std::size_t channel = is_transposed ? row / (rows / groups) * columns + i % each / field : row;
        numbers[i] = static_cast<float>(numbers[i] * affine.factor[channel]);
    }
    return GraphConstant::of_floats(lengths, std::move(numbers));
}

ConstantPtr shifted_bias(const ModelGraph& graph, const GraphNode& node, const ChannelAffine& affine) {
    std::vector<float> numbers(affine.factor.size());
    const bool has_bias = node.inputs.size() > 2 && node.inputs[2] != kNoValue;
    const std::vector<float> old = has_bias ? graph.value(node.inputs[2]).constant->floats() : numbers;
    for (std::size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = static_cast<float>(old[i] * affine.factor[i] + affine.summand[i]);
    const auto channels = static_cast<std::int64_t>(numbers.size());
    return GraphConstant::of_floats({channels}, std::move(numbers));
}

bool takes_affine(const ModelGraph& graph, const GraphNode& node) {
    const bool is_linear = node.op == GraphOp::kConv || node.op == GraphOp::kConvTranspose ||
                           (node.op == GraphOp::kLinear && graph.value(node.output).shape.size() == 2);
    if (!is_linear || !graph.is_constant(node.inputs[1])) return false;
    return node.inputs.size() < 3 || node.inputs[2] == kNoValue || graph.is_constant(node.inputs[2]);
}

}  // namespace

// A normalisation is folded where it alone reads what a layer with constant weights gives; elsewhere it stays.
Status fold_batch_norm(ModelGraph& graph, const PassTools&) {
    const auto readers = graph.readers();
    const auto makers = graph.makers();
    std::vector<bool> is_gone(graph.nodes.size());
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        GraphNode& norm = graph.nodes[i];
        if (norm.op != GraphOp::kBatchNorm) continue;
        const ValueId between = norm.inputs[0];
        const int maker = makers[static_cast<std::size_t>(between)];
        bool is_known = maker >= 0 && readers[static_cast<std::size_t>(between)].size() == 1;
        for (std::size_t k = 1; k < 5; ++k) is_known = is_known && graph.is_constant(norm.inputs[k]);
        if (!is_known || !takes_affine(graph, graph.nodes[static_cast<std::size_t>(maker)])) continue;
        GraphNode& node = graph.nodes[static_cast<std::size_t>(maker)];
        const ChannelAffine affine = affine_of(graph, norm);
        const std::string base = graph.value(node.inputs[1]).name;
        ConstantPtr weights = scaled_weights(*graph.value(node.inputs[1]).constant, node, affine);
        ConstantPtr bias = shifted_bias(graph, node, affine);
        node.inputs.resize(3, kNoValue);
        node.inputs[1] = graph.add_constant(graph.free_name(base + "/folded"), std::move(weights));
        node.inputs[2] = graph.add_constant(graph.free_name(base + "/folded_bias"), std::move(bias));
        // The value behind the norm is what the layer now gives.
        node.output = norm.output;
        is_gone[i] = true;
    }
    std::vector<GraphNode> left;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        if (!is_gone[i]) left.push_back(std::move(graph.nodes[i]));
    }
    graph.nodes = std::move(left);
    return {};
}

}  // namespace goetia
