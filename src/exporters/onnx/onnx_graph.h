// The nodes of an ONNX graph while it is written.
#pragma once

#include <string>
#include <vector>

#include "exporters/wire/proto_message.h"
#include "graph/graph.h"

namespace goetia {

int onnx_element(Element element);  // TensorProto.DataType

// One attribute; of what kind it is follows from its value.
struct OnnxAttribute {
    std::string name;
    std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>> value;
};

class OnnxGraph {
  public:
    OnnxGraph(const ModelGraph& graph, int opset) : graph_(graph), opset_(opset) {}

    [[nodiscard]] int opset() const { return opset_; }
    [[nodiscard]] const ModelGraph& graph() const { return graph_; }
    [[nodiscard]] const Extents& shape(ValueId id) const { return graph_.value(id).shape; }
    [[nodiscard]] std::string name(ValueId id) const { return id == kNoValue ? "" : graph_.value(id).name; }

    void node(const std::string& type, const std::vector<std::string>& inputs, const std::string& output,
              std::vector<OnnxAttribute> attributes = {});
    // A value between two nodes of one operation.
    std::string between(const GraphNode& node, const std::string& what);
    std::string constant(const std::string& name, const std::vector<std::int64_t>& numbers);  // int64
    std::string constant(const std::string& name, ConstantPtr numbers);
    void initializer(const std::string& name, const GraphConstant& constant);

    [[nodiscard]] ProtoMessage take() { return std::move(message_); }
    // Where initializers go that lie beside the model: offsets into that file; null: inside.
    void put_beside(std::string location, std::vector<std::span<const std::byte>>* beside) {
        location_ = std::move(location), beside_ = beside;
    }

  private:
    const ModelGraph& graph_;
    int opset_;
    ProtoMessage message_;
    std::vector<ConstantPtr> kept_;  // what only the writer made
    std::string location_;
    std::vector<std::span<const std::byte>>* beside_ = nullptr;
    std::size_t offset_ = 0;
};

// Writes one operation. An Error: ONNX has no way to say it.
Status write_onnx_node(OnnxGraph& onnx, const GraphNode& node);

}  // namespace goetia
