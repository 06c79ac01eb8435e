#include "graph/text.h"

#include <fmt/ranges.h>

#include "base/json.h"

namespace goetia {
namespace {

constexpr std::size_t kShortConstant = 32;  // bytes that are always shown

std::string quoted(const std::string& text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string bytes_text(std::span<const std::byte> bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const std::byte byte : bytes) {
        text += kDigits[std::to_integer<std::size_t>(byte >> 4)];
        text += kDigits[std::to_integer<std::size_t>(byte & std::byte{15})];
    }
    return text;
}

struct AttributeWriter {
    std::string operator()(std::int64_t whole) const { return std::to_string(whole); }
    std::string operator()(double number) const { return fmt::format("{}", number); }
    std::string operator()(const std::string& text) const { return quoted(text); }
    std::string operator()(const std::vector<std::int64_t>& list) const {
        return fmt::format("[{}]", fmt::join(list, ","));
    }
    std::string operator()(const std::vector<double>& list) const { return fmt::format("[{}]", fmt::join(list, ",")); }
    std::string operator()(const Extents& extents) const { return extents_text(extents); }
};

std::string typed(const GraphValue& value) {
    return fmt::format("%{} {} {}", value.name, element_name(value.element), extents_text(value.shape));
}

std::string node_text(const ModelGraph& graph, const GraphNode& node) {
    std::string inputs, attributes;
    for (const ValueId id : node.inputs)
        inputs += (inputs.empty() ? "" : ", ") + (id == kNoValue ? "_" : "%" + graph.value(id).name);
    for (const auto& [name, attribute] : node.attributes)
        attributes +=
            fmt::format("{}{}={}", attributes.empty() ? "" : " ", name, std::visit(AttributeWriter{}, attribute));
    return fmt::format("{} = {}({}) {{{}}} {}\n", typed(graph.value(node.output)), op_rule(node.op).name, inputs,
                       attributes, quoted(node.layer));
}

}  // namespace

std::string graph_text(const ModelGraph& graph, ConstantText constants) {
    std::string text = fmt::format("graph {}\n", quoted(graph.name));
    for (const auto& [name, fact] : graph.facts) text += fmt::format("fact {} {}\n", quoted(name), quoted(fact));
    for (const ValueId id : graph.inputs) text += fmt::format("input {}\n", typed(graph.value(id)));
    for (const GraphValue& value : graph.values) {
        if (value.constant == nullptr) continue;
        const std::span<const std::byte> bytes = value.constant->bytes();
        const bool is_shown = constants == ConstantText::kAll || bytes.size() <= kShortConstant;
        text += fmt::format("constant {} = {}\n", typed(value),
                            is_shown ? bytes_text(bytes) : fmt::format("({} bytes)", bytes.size()));
    }
    for (const GraphNode& node : graph.nodes) text += node_text(graph, node);
    for (const ValueId id : graph.outputs) text += fmt::format("output %{}\n", graph.value(id).name);
    return text;
}

}  // namespace goetia
