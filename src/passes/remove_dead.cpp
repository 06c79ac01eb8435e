#include "passes/pass.h"

namespace goetia {

// Nodes that no output needs, then values that nobody reads; the others are numbered anew.
Status remove_dead(ModelGraph& graph, const PassTools&) {
    std::vector<bool> is_needed(graph.values.size());
    for (const ValueId id : graph.outputs) is_needed[static_cast<std::size_t>(id)] = true;
    std::vector<GraphNode> left;
    for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
        if (!is_needed[static_cast<std::size_t>(node->output)]) continue;
        for (const ValueId id : node->inputs) {
            if (id != kNoValue) is_needed[static_cast<std::size_t>(id)] = true;
        }
        left.push_back(std::move(*node));
    }
    for (const ValueId id : graph.inputs) is_needed[static_cast<std::size_t>(id)] = true;
    std::vector<ValueId> now(graph.values.size(), kNoValue);
    std::vector<GraphValue> values;
    for (std::size_t i = 0; i < graph.values.size(); ++i) {
        if (!is_needed[i]) continue;
        now[i] = static_cast<ValueId>(values.size());
        values.push_back(std::move(graph.values[i]));
    }
    const auto renumber = [&](ValueId& id) { id = id == kNoValue ? kNoValue : now[static_cast<std::size_t>(id)]; };
    graph.values = std::move(values);
    graph.nodes = {std::make_move_iterator(left.rbegin()), std::make_move_iterator(left.rend())};
    for (GraphNode& node : graph.nodes) {
        for (ValueId& id : node.inputs) renumber(id);
        renumber(node.output);
    }
    for (ValueId& id : graph.inputs) renumber(id);
    for (ValueId& id : graph.outputs) renumber(id);
    return {};
}

}  // namespace goetia
