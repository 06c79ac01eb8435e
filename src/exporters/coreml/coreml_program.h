// The operations of an ML Program while it is written.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "exporters/wire/proto_message.h"
#include "graph/graph.h"

namespace goetia {

// An argument of an operation: names of what was computed, or a value written in place.
struct MilArgument {
    std::vector<std::string> names;
    ProtoMessage value;
};

class CoreMlProgram {
  public:
    explicit CoreMlProgram(const ModelGraph& graph);

    [[nodiscard]] const ModelGraph& graph() const { return graph_; }
    // Names are of letters, digits and underscores there.
    std::string name(ValueId id);
    // A constant becomes an operation when it is first asked for.
    std::string read(ValueId id);
    std::string constant(const std::string& name, const GraphConstant& constant,
                         const std::vector<std::int64_t>& lengths);

    [[nodiscard]] static MilArgument of(std::string name) { return {{std::move(name)}, {}}; }
    [[nodiscard]] static MilArgument wholes(const std::vector<std::int64_t>& numbers);
    [[nodiscard]] static MilArgument whole(std::int64_t number);
    [[nodiscard]] static MilArgument flag(bool value);
    [[nodiscard]] static MilArgument flags(const std::vector<bool>& values);
    [[nodiscard]] static MilArgument text(const std::string& value);
    [[nodiscard]] static MilArgument number(double value, Element element);

    // An operation on the way to a node's output, and the one that gives it.
    std::string step(const std::string& type, const std::string& name,
                     std::vector<std::pair<std::string, MilArgument>> inputs, Element element,
                     const std::vector<std::int64_t>& lengths);
    void output(const GraphNode& node, const std::string& type,
                std::vector<std::pair<std::string, MilArgument>> inputs);

    [[nodiscard]] ProtoMessage block(const std::vector<std::string>& outputs);
    [[nodiscard]] const std::string& weights() const { return weights_; }
    [[nodiscard]] std::string finished_weights() const;
    [[nodiscard]] std::vector<std::int64_t> lengths(ValueId id) const { return lengths_at(graph_.value(id).shape, 1); }

  private:
    std::uint64_t store(const GraphConstant& constant);

    const ModelGraph& graph_;
    std::map<std::string, std::string> names_;  // by those of the graph
    std::map<std::string, int> taken_;
    std::map<ValueId, std::string> constants_;
    ProtoMessage operations_;
    std::string weights_;
    std::uint32_t blobs_ = 0;
};

ProtoMessage mil_named_type(const std::string& name, Element element, const std::vector<std::int64_t>& lengths);

// An Error: an ML Program has no way to say it.
Status write_coreml_node(CoreMlProgram& program, const GraphNode& node);

}  // namespace goetia
