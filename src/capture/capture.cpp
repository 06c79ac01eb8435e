#include "capture/capture.h"

#include <map>

#include <ATen/ops/equal.h>

#include "capture/lowering.h"
#include "capture/trace.h"
#include "capture/writes_in_place.h"
#include "graph/verify.h"

namespace goetia {
namespace {

namespace jit = torch::jit;

// Walks both traces in step: what differs between a batch of two and one of three grows with the batch.
class Capture {
  public:
    Capture(const CaptureRequest& request, const ModelTrace& of_two, const ModelTrace& of_three)
        : request_(request), two_(of_two), three_(of_three) {
        for (const NamedTensor& one : request.module->named_state()) tensors_[one.name] = one.tensor;
    }

    Result<ModelGraph> run() {
        const auto nodes = pairs();
        if (!nodes) return nodes.error();
        const jit::Value& images = *two_.graph->inputs().at(1);
        const auto shape = traced_shape(images, *three_.graph->inputs().at(1));
        if (!shape) return failed("the traces have no shapes");
        names_.insert(request_.input);
        graph_.inputs = {graph_.add_value({request_.input, Element::kF32, *shape, nullptr})};
        values_[two_.graph->inputs().at(0)] = {};
        values_[&images].id = graph_.inputs[0];
        for (const auto& [a, b] : *nodes) lower(*a, *b);
        for (const Fault& fault : writes_in_place(*two_.graph)) add_fault(fault);
        finish();
        if (!faults_.empty()) {
            Error error = make_error(Code::kUnsupported, "the model holds what no export format can be given");
            error.faults = std::move(faults_);
            return error;
        }
        GOETIA_TRY(verify(graph_));
        return std::move(graph_);
    }

  private:
    using NodePairs = std::vector<std::pair<const jit::Node*, const jit::Node*>>;

    Result<NodePairs> pairs() const {
        NodePairs all;
        auto a = two_.graph->nodes().begin(), b = three_.graph->nodes().begin();
        while (a != two_.graph->nodes().end() && b != three_.graph->nodes().end()) {
            if (a->kind() != b->kind() || a->inputs().size() != b->inputs().size()) break;
            all.emplace_back(*a, *b);
            ++a, ++b;
        }
        if (a == two_.graph->nodes().end() && b == three_.graph->nodes().end()) return all;
        return make_error(Code::kUnsupported,
                          "the model does other things with two images than with three, from operator {} on; only "
                          "models that treat every image alike can be exported",
                          all.size());
    }

    void add_fault(Fault fault) {
        for (const Fault& known : faults_) {
            if (known.path == fault.path && known.message == fault.message) return;
        }
        faults_.push_back(std::move(fault));
    }

    // Where the first input that is a parameter lies; what has none belongs to the layer before it.
    std::string layer_of(const jit::Node& node) {
        for (const jit::Value* input : node.inputs()) {
            const std::string& path = values_[input].path;
            if (!path.empty() && input->node()->kind() == c10::prim::GetAttr)
                return layer_ = path.substr(0, path.rfind('.') == std::string::npos ? 0 : path.rfind('.'));
        }
        return layer_;
    }

    void lower(const jit::Node& a, const jit::Node& b) {
        try {
            if (a.kind() == c10::prim::GetAttr) return get_attribute(a);
            if (a.kind() == c10::prim::Constant) return constant(a, b);
            if (a.kind() == c10::prim::ListConstruct || a.kind() == c10::prim::TupleConstruct) return list(a);
            if (a.kind() == c10::prim::ListUnpack || a.kind() == c10::prim::TupleUnpack) return unpack(a);
            operation(a, b);
        } catch (const std::exception& fault) {
            const std::string text = fault.what();
            add_fault({.path = layer_.empty() ? "model" : layer_,
                       .message = fmt::format("{}: {}", a.kind().toQualString(), text.substr(0, text.find('\n'))),
                       .found = {},
                       .allowed = {}});
        }
    }

    void get_attribute(const jit::Node& node) {
        const std::string& above = values_[node.input()].path;
        LoweredValue& made = values_[node.output()];
        made.path = (above.empty() ? "" : above + ".") + node.s(c10::attr::name);
        const auto found = tensors_.find(made.path);
        if (found == tensors_.end()) return;
        ValueId& id = parameters_[made.path];
        if (id == 0) {
            names_.insert(made.path);
            id = graph_.add_constant(made.path, constant_from(found->second)) + 1;  // 0: not yet
        }
        made.id = id - 1;
    }

    void constant(const jit::Node& a, const jit::Node& b) {
        LoweredValue& made = values_[a.output()];
        const auto two = jit::toIValue(a.output()), three = jit::toIValue(b.output());
        if (!two || !three) return;
        if (!two->isTensor()) {
            made.of_two = *two, made.of_three = *three;
            return;
        }
        const at::Tensor one = two->toTensor(), other = three->toTensor();
        if (!one.sizes().equals(other.sizes()) || !at::equal(one, other))
            throw NotExportable("a tensor is made for each batch; make it from the images' own shape");
        std::string name;
        for (int number = 1; !names_.insert(name = fmt::format("table_{}", number)).second;) ++number;
        made.id = graph_.add_constant(name, constant_from(one));
    }

    void list(const jit::Node& node) {
        LoweredValue& made = values_[node.output()];
        c10::List<std::int64_t> two, three;
        for (const jit::Value* input : node.inputs()) {
            const LoweredValue& one = values_[input];
            if (one.of_two.isInt() && one.of_three.isInt())
                two.push_back(one.of_two.toInt()), three.push_back(one.of_three.toInt());
            else made.list.push_back(one.id);
        }
        made.is_list = !made.list.empty();
        if (!made.is_list) made.of_two = two, made.of_three = three;
    }

    void unpack(const jit::Node& node) {
        const LoweredValue from = values_[node.input()];
        for (std::size_t i = 0; i < node.outputs().size(); ++i)
            values_[node.output(i)].id = i < from.list.size() ? from.list[i] : kNoValue;
    }

    void operation(const jit::Node& a, const jit::Node& b) {
        std::string kind = a.kind().toQualString();
        const std::string layer = layer_of(a);
        if (!lower_table().contains(kind) && kind.ends_with('_'))
            kind.pop_back();  // in place: writes_in_place() looks at it
        const auto known = lower_table().find(kind);
        if (known == lower_table().end()) throw NotExportable("no counterpart in a graph");
        std::vector<LoweredValue> arguments;
        for (const jit::Value* input : a.inputs()) arguments.push_back(values_[input]);
        // What an earlier fault left out is reported once, there.
        for (std::size_t i = 0; i < arguments.size(); ++i) {
            const bool is_tensor = a.input(i)->type()->kind() == c10::TypeKind::TensorType;
            if (is_tensor && arguments[i].id == kNoValue && arguments[i].of_two.isNone() && !faults_.empty()) return;
        }
        LoweringStep step(graph_, names_, std::move(arguments), a, b, layer);
        const LoweredOutputs made = known->second(step);
        if (a.outputs().size() == 1 && a.output()->type()->kind() == c10::TypeKind::ListType) {
            values_[a.output()].list = made;
            values_[a.output()].is_list = true;
        } else {
            for (std::size_t i = 0; i < std::min(made.size(), a.outputs().size()); ++i)
                values_[a.output(i)].id = made[i];
        }
    }

    void finish() {
        const LoweredValue& all = values_[two_.graph->outputs().at(0)];
        const std::vector<ValueId> found = all.is_list ? all.list : std::vector<ValueId>{all.id};
        if (!faults_.empty()) return;
        for (std::size_t i = 0; i < found.size(); ++i) {
            const std::string name = i < request_.outputs.size() ? request_.outputs[i] : fmt::format("output{}", i);
            graph_.outputs.push_back(found[i]);
            GraphValue& value = graph_.value(found[i]);
            if (value.constant == nullptr && found[i] != graph_.inputs[0]) value.name = name;
        }
    }

    const CaptureRequest& request_;
    const ModelTrace &two_, &three_;
    std::map<std::string, at::Tensor> tensors_;
    std::map<std::string, ValueId> parameters_;
    std::unordered_map<const jit::Value*, LoweredValue> values_;
    std::set<std::string> names_;
    std::vector<Fault> faults_;
    std::string layer_;
    ModelGraph graph_;
};

}  // namespace

Result<ModelGraph> capture(const CaptureRequest& request) {
    GOETIA_ASSIGN(const ModelTrace two, trace_model(request, 2));
    GOETIA_ASSIGN(const ModelTrace three, trace_model(request, 3));
    return Capture(request, two, three).run();
}

}  // namespace goetia
