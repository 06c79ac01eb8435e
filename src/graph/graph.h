// A model as a graph: what capture makes of a traced model, passes rewrite and exporters write. It needs no LibTorch.
//
// Values are numbered; a value is an input of the graph, a constant, or the only output of one node. Nodes are in an
// order in which they can be computed.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "graph/constant.h"
#include "graph/ops.h"

namespace goetia {

using ValueId = std::int32_t;
inline constexpr ValueId kNoValue = -1;  // an input that is left out

struct GraphValue {
    std::string name;  // unique in the graph
    Element element = Element::kF32;
    Extents shape;
    ConstantPtr constant;  // null: computed, or an input
};

struct GraphNode {
    GraphOp op{};
    std::vector<ValueId> inputs;
    ValueId output = kNoValue;
    std::map<std::string, Attribute> attributes;
    std::string layer;  // the layer of the model that it came from: "backbone.layer1.0.conv1"

    [[nodiscard]] std::int64_t whole(const std::string& name) const;
    [[nodiscard]] double number(const std::string& name) const;
    [[nodiscard]] const std::string& text(const std::string& name) const;
    [[nodiscard]] const std::vector<std::int64_t>& wholes(const std::string& name) const;
    [[nodiscard]] const Extents& extents(const std::string& name) const;
};

struct ModelGraph {
    std::string name = "model";
    std::vector<GraphValue> values;
    std::vector<GraphNode> nodes;
    std::vector<ValueId> inputs, outputs;
    std::map<std::string, std::string> facts;  // class names, preprocessing: written into files that can hold them

    ValueId add_value(GraphValue value);
    ValueId add_constant(std::string name, ConstantPtr constant);
    // Its output's type and shape come from infer_output().
    Result<ValueId> add_node(GraphNode node, std::string output_name);
    [[nodiscard]] const GraphValue& value(ValueId id) const { return values[static_cast<std::size_t>(id)]; }
    [[nodiscard]] GraphValue& value(ValueId id) { return values[static_cast<std::size_t>(id)]; }
    [[nodiscard]] bool is_constant(ValueId id) const { return id != kNoValue && value(id).constant != nullptr; }

    // For each value: the nodes that read it, an output of the graph counting as one more reader (-1).
    [[nodiscard]] std::vector<std::vector<int>> readers() const;
    // For each value: the node that computes it, or -1.
    [[nodiscard]] std::vector<int> makers() const;
    // Whoever read `old` reads `now` instead, the graph's outputs included.
    void replace(ValueId old, ValueId now);
    std::string free_name(const std::string& wanted) const;
};

}  // namespace goetia
