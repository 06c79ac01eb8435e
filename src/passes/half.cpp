#include "passes/half.h"

#include <algorithm>
#include <map>

#include "passes/pass.h"

namespace goetia {
namespace {

ConstantPtr half_constant(const GraphConstant& constant) {
    std::vector<std::byte> bytes(static_cast<std::size_t>(constant.count()) * 2);
    const std::vector<float> numbers = constant.floats();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const std::uint16_t half = half_of(numbers[i]);
        const auto both = std::as_bytes(std::span(&half, 1));
        std::copy(both.begin(), both.end(), bytes.begin() + static_cast<std::ptrdiff_t>(2 * i));
    }
    return GraphConstant::of_bytes(Element::kF16, constant.lengths(), std::move(bytes));
}

bool stays_exact(const GraphNode& node, const std::vector<std::string>& exact) {
    switch (node.op) {
        case GraphOp::kSoftmax:
        case GraphOp::kLogSoftmax:
        case GraphOp::kLayerNorm:
        case GraphOp::kGroupNorm:
        case GraphOp::kExp:
        case GraphOp::kPow:
        case GraphOp::kArgMax: return true;
        default: break;
    }
    return std::any_of(exact.begin(), exact.end(),
                       [&](const std::string& name) { return node.layer.starts_with(name); });
}

// Builds the second graph node by node; a value is there in f32, in f16 or in both.
class HalfWriter {
  public:
    explicit HalfWriter(const ModelGraph& graph) : graph_(graph) {
        half_.name = graph.name, half_.facts = graph.facts;
        for (const ValueId id : graph.inputs) {
            half_.inputs.push_back(half_.add_value(graph.value(id)));
            made_[{id, graph.value(id).element}] = half_.inputs.back();
        }
    }

    Result<ModelGraph> run(const std::vector<std::string>& exact) {
        for (const GraphNode& node : graph_.nodes) GOETIA_TRY(write(node, exact));
        for (const ValueId id : graph_.outputs) {
            GOETIA_ASSIGN(const ValueId output, as(id, graph_.value(id).element, ""));
            half_.outputs.push_back(output);
        }
        // Outputs keep their names: whoever has one gives it up.
        for (std::size_t i = 0; i < half_.outputs.size(); ++i) {
            const std::string name = graph_.value(graph_.outputs[i]).name;
            for (GraphValue& value : half_.values) {
                if (value.name == name) value.name = half_.free_name(name + "/half");
            }
            half_.value(half_.outputs[i]).name = name;
        }
        return std::move(half_);
    }

  private:
    Status write(const GraphNode& node, const std::vector<std::string>& exact) {
        const Element own = graph_.value(node.output).element;
        const bool is_float = graph_.value(node.inputs[0]).element == Element::kF32;
        const Element wanted = is_float && !stays_exact(node, exact) ? Element::kF16 : Element::kF32;
        GraphNode copy = node;
        for (ValueId& input : copy.inputs) {
            if (input == kNoValue) continue;
            const Element have = graph_.value(input).element;
            GOETIA_ASSIGN(input, as(input, have == Element::kF32 ? wanted : have, node.layer));
        }
        GOETIA_ASSIGN(const ValueId output, half_.add_node(std::move(copy), graph_.value(node.output).name));
        const Element got = half_.value(output).element;
        made_[{node.output, own == Element::kF32 ? got : own}] = output;
        return {};
    }

    Result<ValueId> as(ValueId id, Element element, const std::string& layer) {
        const auto found = made_.find({id, element});
        if (found != made_.end()) return found->second;
        const GraphValue& value = graph_.value(id);
        ValueId made = kNoValue;
        if (value.constant) {
            const bool shrinks = element == Element::kF16 && value.element == Element::kF32;
            made = half_.add_constant(half_.free_name(value.name),
                                      shrinks ? half_constant(*value.constant) : value.constant);
        } else {
            const Element other = element == Element::kF16 ? Element::kF32 : Element::kF16;
            const std::string to(element_name(element));
            GraphNode cast{.op = GraphOp::kCast,
                           .inputs = {made_.at({id, other})},
                           .output = kNoValue,
                           .attributes = {{"to", to}},
                           .layer = layer};
            GOETIA_ASSIGN(made, half_.add_node(std::move(cast), half_.free_name(value.name + "/" + to)));
        }
        return made_[{id, element}] = made;
    }

    const ModelGraph& graph_;
    ModelGraph half_;
    std::map<std::pair<ValueId, Element>, ValueId> made_;
};

}  // namespace

Result<ModelGraph> in_half_precision(const ModelGraph& graph, const std::vector<std::string>& exact) {
    return HalfWriter(graph).run(exact);
}

Result<ModelGraph> with_half_weights(const ModelGraph& graph) {
    ModelGraph made = graph;
    std::vector<GraphNode> casts;
    const auto readers = graph.readers();
    for (std::size_t i = 0; i < graph.values.size(); ++i) {
        const auto id = static_cast<ValueId>(i);
        if (!graph.values[i].constant || graph.values[i].element != Element::kF32 || readers[i].empty()) continue;
        const ValueId stored =
            made.add_constant(made.free_name(graph.values[i].name + "/f16"), half_constant(*graph.values[i].constant));
        made.value(id).constant = nullptr;
        casts.push_back(
            {.op = GraphOp::kCast, .inputs = {stored}, .output = id, .attributes = {{"to", "f32"}}, .layer = ""});
    }
    made.nodes.insert(made.nodes.begin(), casts.begin(), casts.end());
    return made;
}

}  // namespace goetia
