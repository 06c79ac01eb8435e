#include "graph/verify.h"

#include <set>

#include "graph/infer.h"

namespace goetia {
namespace {

constexpr std::size_t kMostFaults = 20;

class GraphVerifier {
  public:
    explicit GraphVerifier(const ModelGraph& graph) : graph_(graph), is_known_(graph.values.size()) {}

    Status run() {
        check_values();
        for (const ValueId input : graph_.inputs) {
            if (!exists(input)) fault("graph", "an input of the graph is not among its values");
            else if (graph_.is_constant(input)) fault(name_of(input), "is an input of the graph and a constant");
            else is_known_[static_cast<std::size_t>(input)] = true;
        }
        for (const GraphNode& node : graph_.nodes) check_node(node);
        if (graph_.outputs.empty()) fault("graph", "has no outputs");
        for (const ValueId output : graph_.outputs) {
            if (!exists(output) || !is_known_[static_cast<std::size_t>(output)])
                fault(exists(output) ? name_of(output) : "graph", "is an output of the graph that nothing computes");
        }
        if (faults_.empty()) return {};
        Error error = invalid("the graph '{}' is broken", graph_.name);
        error.faults = std::move(faults_);
        return error;
    }

  private:
    [[nodiscard]] bool exists(ValueId id) const {
        return id >= 0 && static_cast<std::size_t>(id) < graph_.values.size();
    }
    [[nodiscard]] const std::string& name_of(ValueId id) const { return graph_.value(id).name; }
    void fault(std::string path, std::string message) {
        if (faults_.size() < kMostFaults)
            faults_.push_back({.path = std::move(path), .message = std::move(message), .found = {}, .allowed = {}});
    }

    void check_values() {
        std::set<std::string> names;
        for (std::size_t i = 0; i < graph_.values.size(); ++i) {
            const GraphValue& value = graph_.values[i];
            if (value.name.empty()) fault(fmt::format("value {}", i), "has no name");
            else if (!names.insert(value.name).second) fault(value.name, "is the name of two values");
            if (value.constant == nullptr) continue;
            is_known_[i] = true;
            const GraphConstant& constant = *value.constant;
            if (constant.element() != value.element || fixed_extents(constant.lengths()) != value.shape)
                fault(value.name, "its numbers are of another type or shape than the value");
            else if (constant.bytes().size() !=
                     static_cast<std::size_t>(constant.count()) * element_size(value.element))
                fault(value.name, fmt::format("has {} bytes for {} numbers of {}", constant.bytes().size(),
                                              constant.count(), element_name(value.element)));
        }
    }

    void check_node(const GraphNode& node) {
        const OpRule& rule = op_rule(node.op);
        if (!exists(node.output)) return fault(std::string(rule.name), "has no output");
        const std::string at = fmt::format("{} ({}, layer '{}')", name_of(node.output), rule.name, node.layer);
        const std::size_t before = faults_.size();
        if (graph_.is_constant(node.output) || is_known_[static_cast<std::size_t>(node.output)])
            fault(at, "computes what is there already");
        if (node.inputs.size() < rule.least_inputs || node.inputs.size() > rule.most_inputs)
            fault(at, fmt::format("has {} inputs, which this operation does not take", node.inputs.size()));
        check_inputs(node, rule, at);
        check_attributes(node, rule, at);
        if (faults_.size() == before) check_output(node, at);
        is_known_[static_cast<std::size_t>(node.output)] = true;
    }

    void check_inputs(const GraphNode& node, const OpRule& rule, const std::string& at) {
        for (std::size_t i = 0; i < node.inputs.size(); ++i) {
            const ValueId id = node.inputs[i];
            if (id == kNoValue && i >= rule.least_inputs) continue;
            if (!exists(id)) fault(at, fmt::format("input {} is left out or not among the values", i));
            else if (!is_known_[static_cast<std::size_t>(id)])
                fault(at, fmt::format("reads '{}', which is computed later or never", name_of(id)));
        }
        if (!is_elementwise_pair(node.op) || node.inputs.size() != 2 || !exists(node.inputs[0]) ||
            !exists(node.inputs[1]))
            return;
        const Element one = graph_.value(node.inputs[0]).element, other = graph_.value(node.inputs[1]).element;
        if (one != other)
            fault(at, fmt::format("has inputs of two types, {} and {}", element_name(one), element_name(other)));
    }

    void check_attributes(const GraphNode& node, const OpRule& rule, const std::string& at) {
        std::size_t known = 0;
        for (const AttributeRule& wanted : rule.attributes) {
            const auto found = node.attributes.find(std::string(wanted.name));
            if (found == node.attributes.end()) {
                fault(at, fmt::format("lacks the attribute '{}'", wanted.name));
                continue;
            }
            ++known;
            const auto* list = std::get_if<std::vector<std::int64_t>>(&found->second);
            if (found->second.index() != static_cast<std::size_t>(wanted.kind))
                fault(at, fmt::format("its attribute '{}' is of another kind", wanted.name));
            else if (list != nullptr && wanted.length != 0 && list->size() != wanted.length)
                fault(at, fmt::format("its attribute '{}' has {} numbers instead of {}", wanted.name, list->size(),
                                      wanted.length));
        }
        if (known < node.attributes.size()) fault(at, "has an attribute that this operation does not know");
    }

    void check_output(const GraphNode& node, const std::string& at) {
        const auto inferred = infer_output(graph_, node);
        if (!inferred) return fault(at, inferred.error().message);
        const GraphValue& value = graph_.value(node.output);
        if (inferred->shape != value.shape || inferred->element != value.element)
            fault(at, fmt::format("is written as {} {}, but computes {} {}", element_name(value.element),
                                  extents_text(value.shape), element_name(inferred->element),
                                  extents_text(inferred->shape)));
    }

    const ModelGraph& graph_;
    std::vector<bool> is_known_;
    std::vector<Fault> faults_;
};

}  // namespace

Status verify(const ModelGraph& graph) { return GraphVerifier(graph).run(); }

}  // namespace goetia
