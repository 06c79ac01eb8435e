#include "graph/costs.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/json.h"

namespace goetia {
namespace {

std::int64_t products_of(const ModelGraph& graph, const GraphNode& node) {
    const std::int64_t out = elements_at(graph.value(node.output).shape, 1);
    const auto weights = [&] { return lengths_at(graph.value(node.inputs[1]).shape, 1); };
    switch (node.op) {
        case GraphOp::kConv: return 2 * out * weights()[1] * weights()[2] * weights()[3];
        case GraphOp::kConvTranspose:
            return 2 * elements_at(graph.value(node.inputs[0]).shape, 1) * weights()[1] * weights()[2] * weights()[3];
        case GraphOp::kLinear: return 2 * out * weights()[1];
        case GraphOp::kMatMul: return 2 * out * lengths_at(graph.value(node.inputs[0]).shape, 1).back();
        case GraphOp::kMaxPool:
        case GraphOp::kAvgPool: return out * node.wholes("kernel")[0] * node.wholes("kernel")[1];
        case GraphOp::kReduceMean:
        case GraphOp::kReduceSum:
        case GraphOp::kReduceMax:
        case GraphOp::kReduceMin: return elements_at(graph.value(node.inputs[0]).shape, 1);
        case GraphOp::kReshape:
        case GraphOp::kTranspose:
        case GraphOp::kSlice:
        case GraphOp::kConcat:
        case GraphOp::kExpand:
        case GraphOp::kGather:
        case GraphOp::kPad: return 0;
        default: return out;
    }
}

std::string with_unit(std::int64_t number) {
    const auto value = static_cast<double>(number);
    if (value >= 1e9) return fmt::format("{:.2f} G", value / 1e9);
    if (value >= 1e6) return fmt::format("{:.2f} M", value / 1e6);
    return value >= 1e3 ? fmt::format("{:.1f} k", value / 1e3) : std::to_string(number);
}

std::string svg_text(std::string_view text) {
    std::string escaped;
    for (const char character : text) {
        if (character == '&') escaped += "&amp;";
        else if (character == '<') escaped += "&lt;";
        else escaped += character;
    }
    return escaped;
}

constexpr int kBoxWidth = 360, kBoxHeight = 46, kGap = 18, kLane = 14;

// A line beside the boxes where something is read that lies not right above.
std::string svg_line(int from, int to) {
    const int begin = from * (kBoxHeight + kGap) + kBoxHeight, end = to * (kBoxHeight + kGap);
    if (to == from + 1) return fmt::format("<path d=\"M{0} {1}V{2}\"/>\n", kBoxWidth / 2, begin, end);
    const int lane = kBoxWidth + kLane * (1 + (to - from) % 12), middle = begin - kBoxHeight / 2,
              target = end + kBoxHeight / 2;
    return fmt::format("<path d=\"M{0} {1}H{2}V{3}H{0}\"/>\n", kBoxWidth, middle, lane, target);
}

std::string svg_box(int at, const std::string& title, const std::string& more) {
    const int y = at * (kBoxHeight + kGap);
    return fmt::format(
        "<rect x=\"0\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"/><text fill=\"#1b2330\" stroke=\"none\" x=\"10\" "
        "y=\"{}\">{}</text><text fill=\"#1b2330\" stroke=\"none\" x=\"10\" y=\"{}\">{}</text>\n",
        y, kBoxWidth, kBoxHeight, y + 19, svg_text(title), y + 37, svg_text(more));
}

}  // namespace

NodeCosts costs_of(const ModelGraph& graph, const GraphNode& node) {
    NodeCosts costs;
    std::set<ValueId> counted;
    for (const ValueId id : node.inputs) {
        if (graph.is_constant(id) && is_floating(graph.value(id).element) && counted.insert(id).second)
            costs.parameters += graph.value(id).constant->count();
    }
    const GraphValue& out = graph.value(node.output);
    costs.operations = products_of(graph, node);
    costs.output_bytes = elements_at(out.shape, 1) * static_cast<std::int64_t>(element_size(out.element));
    return costs;
}

std::string graph_json(const ModelGraph& graph) {
    Json nodes = Json::array();
    std::int64_t parameters = 0, operations = 0;
    const auto names = [&](const std::vector<ValueId>& ids) {
        Json list = Json::array();
        for (const ValueId id : ids) {
            if (id != kNoValue && !graph.is_constant(id)) list.push_back(graph.value(id).name);
        }
        return list;
    };
    for (const GraphNode& node : graph.nodes) {
        const NodeCosts costs = costs_of(graph, node);
        parameters += costs.parameters, operations += costs.operations;
        nodes.push_back({{"name", graph.value(node.output).name},
                         {"operation", op_rule(node.op).name},
                         {"layer", node.layer},
                         {"inputs", names(node.inputs)},
                         {"shape", extents_text(graph.value(node.output).shape)},
                         {"parameters", costs.parameters},
                         {"operations", costs.operations}});
    }
    return Json{{"inputs", names(graph.inputs)},
                {"outputs", names(graph.outputs)},
                {"parameters", parameters},
                {"operations", operations},
                {"nodes", std::move(nodes)}}
               .dump(1) +
           "\n";
}

std::string graph_svg(const ModelGraph& graph) {
    std::map<ValueId, int> places;
    std::string boxes, lines;
    int at = 0;
    for (const ValueId id : graph.inputs) {
        boxes += svg_box(at, graph.value(id).name, extents_text(graph.value(id).shape));
        places[id] = at++;
    }
    for (const GraphNode& node : graph.nodes) {
        const NodeCosts costs = costs_of(graph, node);
        for (const ValueId id : node.inputs) {
            if (places.contains(id)) lines += svg_line(places[id], at);
        }
        boxes += svg_box(at, fmt::format("{} {}", op_rule(node.op).name, node.layer),
                         fmt::format("{}  {} parameters  {} operations", extents_text(graph.value(node.output).shape),
                                     with_unit(costs.parameters), with_unit(costs.operations)));
        places[node.output] = at++;
    }
    return fmt::format(
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-20 -20 {} {}\" font-family=\"sans-serif\" "
               "font-size=\"13\">\n"
               "<g fill=\"none\" stroke=\"#666\">\n{}</g>\n<g fill=\"#eef3fb\" stroke=\"#5b7bb4\">\n",
               kBoxWidth + kLane * 14 + 40, at * (kBoxHeight + kGap) + 40, lines) +
           boxes + "</g>\n</svg>\n";
}

}  // namespace goetia
