// From LibTorch's recorded operators to a graph's nodes. A file lower_<kind>.cpp knows some operators each; the table
// of all is in lower_table.cpp.
#pragma once

#include <set>
#include <string_view>
#include <unordered_map>

#include <ATen/core/ivalue.h>
#include <ATen/core/Tensor.h>

#include "graph/graph.h"

namespace torch::jit {
struct Node;
struct Value;
}  // namespace torch::jit

namespace goetia {

// What an argument of an operator is: a tensor, a list of them, or a plain value, which may differ between both traces.
struct LoweredValue {
    ValueId id = kNoValue;
    bool is_list = false;
    std::vector<ValueId> list;
    c10::IValue of_two, of_three;  // None where it is a tensor
    std::string path;              // of a module or parameter
};

// The operator at hand, and the graph that grows. Faults are gathered; a lowered value after a fault may be kNoValue.
class LoweringStep {
  public:
    LoweringStep(ModelGraph& graph, std::set<std::string>& names, std::vector<LoweredValue> arguments,
                 const torch::jit::Node& of_two, const torch::jit::Node& of_three, std::string layer)
        : graph_(graph),
          names_(names),
          arguments_(std::move(arguments)),
          of_two_(of_two),
          of_three_(of_three),
          layer_(std::move(layer)) {}

    [[nodiscard]] std::size_t count() const { return arguments_.size(); }
    [[nodiscard]] bool is_tensor(std::size_t i) const { return arguments_.at(i).id != kNoValue; }
    [[nodiscard]] bool is_none(std::size_t i) const { return i >= count() || (!is_tensor(i) && plain(i).isNone()); }
    [[nodiscard]] ValueId tensor(std::size_t i) const;  // throws: it is none
    [[nodiscard]] ValueId tensor_or_none(std::size_t i) const { return i < count() ? arguments_[i].id : kNoValue; }
    [[nodiscard]] const std::vector<ValueId>& tensors(std::size_t i) const { return arguments_.at(i).list; }
    [[nodiscard]] const c10::IValue& plain(std::size_t i) const { return arguments_.at(i).of_two; }
    [[nodiscard]] std::int64_t whole(std::size_t i) const;  // throws: it differs between the traces
    [[nodiscard]] double number(std::size_t i) const;
    [[nodiscard]] bool flag(std::size_t i) const;
    // One number stands for both axes.
    [[nodiscard]] std::vector<std::int64_t> pair(std::size_t i) const;
    [[nodiscard]] std::vector<std::int64_t> wholes(std::size_t i) const;
    [[nodiscard]] const Extents& shape(ValueId id) const { return graph_.value(id).shape; }
    [[nodiscard]] std::size_t axis(std::int64_t given, std::size_t rank) const;
    [[nodiscard]] Extents output_shape(std::size_t output = 0) const;  // as both traces saw it
    [[nodiscard]] std::size_t outputs() const;

    ValueId add(GraphOp op, std::vector<ValueId> inputs, std::map<std::string, Attribute> attributes = {});
    ValueId constant(ConstantPtr numbers);
    ValueId scalar(double number, Element element);
    ValueId reshape(ValueId from, Extents to);
    // A tensor as it is; a plain number as a constant of the type of `like`.
    ValueId tensor_like(std::size_t i, ValueId like);
    [[nodiscard]] ModelGraph& graph() { return graph_; }

  private:
    ModelGraph& graph_;
    std::set<std::string>& names_;
    std::vector<LoweredValue> arguments_;
    const torch::jit::Node &of_two_, &of_three_;
    std::string layer_;
};

// One value, or, of operators that give several, one for each: a list that is unpacked counts as several.
using LoweredOutputs = std::vector<ValueId>;
using LowerFunction = LoweredOutputs (*)(LoweringStep&);

// What an operator does in a model that is not to be exported.
class NotExportable : public std::exception {
  public:
    explicit NotExportable(std::string text) : text_(std::move(text)) {}
    [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

  private:
    std::string text_;
};

const std::unordered_map<std::string_view, LowerFunction>& lower_table();  // by name: "aten::relu"
void add_lower_windows(std::unordered_map<std::string_view, LowerFunction>& table);
void add_lower_shapes(std::unordered_map<std::string_view, LowerFunction>& table);
void add_lower_arithmetic(std::unordered_map<std::string_view, LowerFunction>& table);
void add_lower_norms(std::unordered_map<std::string_view, LowerFunction>& table);

// None: the traces differ in another way than N times the batch.
std::optional<Extents> traced_shape(const torch::jit::Value& of_two, const torch::jit::Value& of_three);
ConstantPtr constant_from(const at::Tensor& tensor);  // shares its memory where that is contiguous

}  // namespace goetia
