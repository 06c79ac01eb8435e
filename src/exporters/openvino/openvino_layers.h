// The layers of an OpenVINO model while it is written.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "graph/graph.h"

namespace goetia {

// Where a tensor comes from: a layer and its port.
struct OpenVinoPort {
    int layer = -1, port = 0;
    Element element = Element::kF32;
    Extents shape;
};

using OpenVinoData = std::vector<std::pair<std::string, std::string>>;  // the attributes of a layer

class OpenVinoLayers {
  public:
    OpenVinoLayers(const ModelGraph& graph, bool half_weights) : graph_(graph), half_(half_weights) {}

    [[nodiscard]] const ModelGraph& graph() const { return graph_; }
    void parameter(ValueId id);
    void result(ValueId id);
    // A value as an input: a constant is written when it is first asked for.
    OpenVinoPort value(ValueId id);
    // The same numbers in another shape.
    OpenVinoPort constant(const std::string& name, const GraphConstant& constant, const Extents& shape);
    OpenVinoPort whole_list(const std::string& name, const std::vector<std::int64_t>& numbers);
    OpenVinoPort whole(const std::string& name, std::int64_t number);
    OpenVinoPort number(const std::string& name, float number);
    OpenVinoPort layer(const std::string& type, const std::string& opset, const std::string& name,
                       const OpenVinoData& data, const std::vector<OpenVinoPort>& inputs, Element element,
                       const Extents& shape, int more_outputs = 0);
    // The layer that gives a node's output.
    void output(const GraphNode& node, const std::string& type, const std::string& opset, const OpenVinoData& data,
                const std::vector<OpenVinoPort>& inputs, int more_outputs = 0);
    void alias(ValueId id, OpenVinoPort port) { ports_[id] = std::move(port); }

    [[nodiscard]] std::string xml() const;
    [[nodiscard]] const std::string& weights() const { return weights_; }

  private:
    OpenVinoPort stored(const std::string& name, Element element, const Extents& shape, std::string_view bytes);

    const ModelGraph& graph_;
    bool half_;
    int layers_ = 0;
    std::string xml_, edges_, weights_;
    std::unordered_map<ValueId, OpenVinoPort> ports_;
};

// An Error: OpenVINO has no way to say it.
Status write_openvino_node(OpenVinoLayers& layers, const GraphNode& node);

}  // namespace goetia
