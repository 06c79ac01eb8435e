#include "graph/graph.h"

#include <algorithm>

#include "graph/infer.h"

namespace goetia {

std::int64_t GraphNode::whole(const std::string& name) const { return std::get<std::int64_t>(attributes.at(name)); }
double GraphNode::number(const std::string& name) const { return std::get<double>(attributes.at(name)); }
const std::string& GraphNode::text(const std::string& name) const { return std::get<std::string>(attributes.at(name)); }
const std::vector<std::int64_t>& GraphNode::wholes(const std::string& name) const {
    return std::get<std::vector<std::int64_t>>(attributes.at(name));
}
const Extents& GraphNode::extents(const std::string& name) const { return std::get<Extents>(attributes.at(name)); }

ValueId ModelGraph::add_value(GraphValue value) {
    values.push_back(std::move(value));
    return static_cast<ValueId>(values.size()) - 1;
}

ValueId ModelGraph::add_constant(std::string name, ConstantPtr constant) {
    const Element element = constant->element();
    Extents shape = fixed_extents(constant->lengths());
    return add_value({std::move(name), element, std::move(shape), std::move(constant)});
}

Result<ValueId> ModelGraph::add_node(GraphNode node, std::string output_name) {
    GOETIA_ASSIGN(InferredOutput inferred, infer_output(*this, node));
    node.output = add_value({std::move(output_name), inferred.element, std::move(inferred.shape), nullptr});
    nodes.push_back(std::move(node));
    return nodes.back().output;
}

std::vector<std::vector<int>> ModelGraph::readers() const {
    std::vector<std::vector<int>> all(values.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        for (const ValueId input : nodes[i].inputs) {
            if (input != kNoValue) all[static_cast<std::size_t>(input)].push_back(static_cast<int>(i));
        }
    }
    for (const ValueId output : outputs) all[static_cast<std::size_t>(output)].push_back(-1);
    return all;
}

std::vector<int> ModelGraph::makers() const {
    std::vector<int> all(values.size(), -1);
    for (std::size_t i = 0; i < nodes.size(); ++i) all[static_cast<std::size_t>(nodes[i].output)] = static_cast<int>(i);
    return all;
}

void ModelGraph::replace(ValueId old, ValueId now) {
    for (GraphNode& node : nodes) std::replace(node.inputs.begin(), node.inputs.end(), old, now);
    std::replace(outputs.begin(), outputs.end(), old, now);
}

std::string ModelGraph::free_name(const std::string& wanted) const {
    const auto taken = [&](const std::string& name) {
        return std::any_of(values.begin(), values.end(), [&](const GraphValue& value) { return value.name == name; });
    };
    std::string name = wanted;
    for (int number = 2; taken(name); ++number) name = wanted + "_" + std::to_string(number);
    return name;
}

}  // namespace goetia
