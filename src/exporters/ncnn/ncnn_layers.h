// The layers of an NCNN model while it is written.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace goetia {

class NcnnLayers {
  public:
    NcnnLayers(const ModelGraph& graph, bool half_weights);

    [[nodiscard]] const ModelGraph& graph() const { return graph_; }
    // The shape without the batch; throws nothing: an Error where the batch is not the first axis and only that.
    [[nodiscard]] Result<std::vector<std::int64_t>> lengths(ValueId id) const;
    // The name under which the next reader takes a value: each reader has a blob of its own.
    Result<std::string> read(ValueId id);
    void layer(const std::string& type, const std::vector<std::string>& inputs, const GraphNode& node,
               const std::vector<std::pair<int, std::string>>& parameters);
    void input(ValueId id);
    // What could not be written counts as there, so that its readers are looked at too.
    void unwritten(ValueId id) { unwritten_.insert(id); }
    // Of the layer that comes next: weights with a tag that says how they are stored, and plain numbers.
    void tagged_weights(const std::vector<float>& numbers);
    void plain_weights(const std::vector<float>& numbers);

    [[nodiscard]] std::string text() const;
    [[nodiscard]] const std::string& weights() const { return weights_; }

  private:
    void line(const std::string& type, const std::string& name, const std::vector<std::string>& inputs,
              const std::vector<std::string>& outputs, const std::string& parameters);
    void split(ValueId id);
    Result<std::string> constant_blob(ValueId id);

    const ModelGraph& graph_;
    bool half_;
    std::vector<std::size_t> readers_;  // of each value, among nodes and outputs
    std::set<ValueId> unwritten_;
    std::map<ValueId, std::vector<std::string>> free_;  // names that no reader has taken yet
    std::string lines_, weights_;
    int layers_ = 0, blobs_ = 0, constants_ = 0;
};

std::string ncnn_name(const std::string& name);  // no spaces

// An Error: NCNN has no way to say it.
Status write_ncnn_node(NcnnLayers& layers, const GraphNode& node);

}  // namespace goetia
