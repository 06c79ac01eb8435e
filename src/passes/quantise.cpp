#include "passes/quantise.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace goetia {
namespace {

bool has_weights(const ModelGraph& graph, const GraphNode& node) {
    return (node.op == GraphOp::kConv || node.op == GraphOp::kLinear) && graph.is_constant(node.inputs[1]);
}

// What follows a layer and computes as well in 8 bits. Everything else - gates, softmax, decoding of boxes - stays
// exact.
bool takes_bytes(const ModelGraph& graph, const GraphNode& node) {
    switch (node.op) {
        case GraphOp::kConv:
        case GraphOp::kLinear: return has_weights(graph, node);
        case GraphOp::kAdd:
            return !graph.is_constant(node.inputs[0]) && !graph.is_constant(node.inputs[1]) &&
                   graph.value(node.output).shape.size() == 4;
        case GraphOp::kMaxPool:
        case GraphOp::kAvgPool: return true;
        case GraphOp::kReduceMean: return graph.value(node.inputs[0]).shape.size() == 4;
        case GraphOp::kConcat: return graph.value(node.output).shape.size() == 4;
        default: return false;
    }
}

template <class Number>
ConstantPtr numbers_constant(Element element, Wholes lengths, const std::vector<Number>& numbers) {
    const auto bytes = std::as_bytes(std::span(numbers));
    return GraphConstant::of_bytes(element, std::move(lengths), {bytes.begin(), bytes.end()});
}

struct QuantStep {
    float scale = 1;
    int zero = 0;
};

QuantStep step_of(const QuantRange& range, QuantScheme scheme) {
    constexpr float kLeast = 1e-8F;
    const float least = std::min(0.0F, range.least), most = std::max(0.0F, range.most);
    if (scheme == QuantScheme::kSigned) return {std::max(kLeast, std::max(-least, most) / 127), 0};
    const float scale = std::max(kLeast, (most - least) / 255);
    return {scale, std::clamp(static_cast<int>(std::lround(-least / scale)), 0, 255)};
}

class Quantiser {
  public:
    Quantiser(const ModelGraph& graph, const std::map<std::string, QuantRange>& ranges, const QuantOrder& order)
        : graph_(graph), ranges_(ranges), order_(order), made_(graph) {
        made_.nodes.clear();
    }

    Result<ModelGraph> run() {
        for (const GraphNode& node : graph_.nodes) {
            GraphNode copy = node;
            const bool is_exact = order_.exact.contains(graph_.value(node.output).name);
            if (takes_bytes(graph_, node) && !is_exact) GOETIA_TRY(quantise_inputs(copy));
            made_.nodes.push_back(std::move(copy));
        }
        return std::move(made_);
    }

  private:
    Status quantise_inputs(GraphNode& node) {
        const bool weighted = has_weights(graph_, node);
        const std::size_t activations = weighted ? 1 : node.inputs.size();
        float scale = 1;
        for (std::size_t i = 0; i < activations; ++i) {
            if (graph_.is_constant(node.inputs[i])) continue;
            GOETIA_ASSIGN(node.inputs[i], rounded(node.inputs[i], node.layer, scale));
        }
        if (!weighted) return {};
        std::vector<float> scales;
        GOETIA_ASSIGN(node.inputs[1], rounded_weights(node.inputs[1], node.layer, scales));
        if (node.inputs.size() < 3 || node.inputs[2] == kNoValue || !graph_.is_constant(node.inputs[2])) return {};
        for (float& one : scales) one *= scale;
        GOETIA_ASSIGN(node.inputs[2], rounded_bias(node.inputs[2], node.layer, scales));
        return {};
    }

    ValueId constant(const std::string& name, ConstantPtr numbers) {
        return made_.add_constant(made_.free_name(name), std::move(numbers));
    }

    Result<ValueId> pair(GraphOp op, ValueId from, ValueId scale, ValueId zero, const std::string& layer,
                         const std::string& name) {
        GraphNode node{.op = op,
                       .inputs = {from, scale, zero},
                       .output = kNoValue,
                       .attributes = {{"axis", std::int64_t{0}}},
                       .layer = layer};
        return made_.add_node(std::move(node), made_.free_name(name));
    }

    // A value is rounded once, for all who read it in 8 bits.
    Result<ValueId> rounded(ValueId id, const std::string& layer, float& scale_of) {
        const std::string& name = graph_.value(id).name;
        const auto range = ranges_.find(name);
        if (range == ranges_.end()) return invalid("the value '{}' was not calibrated", name);
        const QuantStep step = step_of(range->second, order_.scheme);
        scale_of = step.scale;
        const auto known = rounded_.find(id);
        if (known != rounded_.end()) return known->second;
        const ValueId scale = constant(name + "/scale", GraphConstant::of_floats({}, {step.scale}));
        const ConstantPtr zero_point =
            order_.scheme == QuantScheme::kSigned
                ? numbers_constant(Element::kI8, {}, std::vector<std::int8_t>{0})
                : numbers_constant(Element::kU8, {}, std::vector<std::uint8_t>{static_cast<std::uint8_t>(step.zero)});
        const ValueId zero = constant(name + "/zero", zero_point);
        GOETIA_ASSIGN(const ValueId bytes, pair(GraphOp::kQuantize, id, scale, zero, layer, name + "/q"));
        GOETIA_ASSIGN(const ValueId back, pair(GraphOp::kDequantize, bytes, scale, zero, layer, name + "/dq"));
        return rounded_[id] = back;
    }

    Result<ValueId> rounded_weights(ValueId id, const std::string& layer, std::vector<float>& scales) {
        const GraphValue& value = graph_.value(id);
        const std::vector<float> numbers = value.constant->floats();
        const auto channels = static_cast<std::size_t>(value.constant->lengths()[0]);
        const std::size_t each = numbers.size() / channels;
        std::vector<std::int8_t> bytes(numbers.size());
        for (std::size_t c = 0; c < channels; ++c) {
            float most = 1e-8F;
            for (std::size_t i = c * each; i < (c + 1) * each; ++i) most = std::max(most, std::fabs(numbers[i]));
            scales.push_back(most / 127);
            for (std::size_t i = c * each; i < (c + 1) * each; ++i)
                bytes[i] =
                    static_cast<std::int8_t>(std::clamp(std::nearbyint(numbers[i] / scales.back()), -127.0F, 127.0F));
        }
        const ValueId stored =
            constant(value.name + "/s8", numbers_constant(Element::kI8, value.constant->lengths(), bytes));
        const auto count = static_cast<std::int64_t>(channels);
        const ValueId scale = constant(value.name + "/scales", GraphConstant::of_floats({count}, scales));
        const ValueId zero = constant(value.name + "/zeros",
                                      numbers_constant(Element::kI8, {count}, std::vector<std::int8_t>(channels)));
        return pair(GraphOp::kDequantize, stored, scale, zero, layer, value.name + "/dq");
    }

    // In 32 bits, in steps of what the layer's products are counted in.
    Result<ValueId> rounded_bias(ValueId id, const std::string& layer, const std::vector<float>& scales) {
        const GraphValue& value = graph_.value(id);
        const std::vector<float> numbers = value.constant->floats();
        std::vector<std::int32_t> whole;
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            const double steps = std::nearbyint(static_cast<double>(numbers[i]) / scales[i]);
            if (std::fabs(steps) > 2e9) return id;  // a channel without weights: the bias alone matters
            whole.push_back(static_cast<std::int32_t>(steps));
        }
        const auto count = static_cast<std::int64_t>(numbers.size());
        const ValueId stored = constant(value.name + "/s32", numbers_constant(Element::kI32, {count}, whole));
        const ValueId scale = constant(value.name + "/scales", GraphConstant::of_floats({count}, scales));
        const ValueId zero = constant(
            value.name + "/zeros", numbers_constant(Element::kI32, {count}, std::vector<std::int32_t>(whole.size())));
        return pair(GraphOp::kDequantize, stored, scale, zero, layer, value.name + "/dq");
    }

    const ModelGraph& graph_;
    const std::map<std::string, QuantRange>& ranges_;
    const QuantOrder& order_;
    ModelGraph made_;
    std::map<ValueId, ValueId> rounded_;
};

}  // namespace

std::set<std::string> values_to_calibrate(const ModelGraph& graph) {
    std::set<std::string> names;
    for (const GraphNode& node : graph.nodes) {
        if (!takes_bytes(graph, node)) continue;
        const std::size_t activations = has_weights(graph, node) ? 1 : node.inputs.size();
        for (std::size_t i = 0; i < activations; ++i) {
            if (node.inputs[i] != kNoValue && !graph.is_constant(node.inputs[i]))
                names.insert(graph.value(node.inputs[i]).name);
        }
    }
    return names;
}

Result<ModelGraph> quantised(const ModelGraph& graph, const std::map<std::string, QuantRange>& ranges,
                             const QuantOrder& order) {
    return Quantiser(graph, ranges, order).run();
}

}  // namespace goetia
