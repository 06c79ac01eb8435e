#include "capture/lowering.h"

#include <torch/csrc/jit/ir/ir.h>

#include "graph/infer.h"

namespace goetia {

ValueId LoweringStep::tensor(std::size_t i) const {
    const ValueId id = i < count() ? arguments_[i].id : kNoValue;
    if (id == kNoValue) throw NotExportable(fmt::format("its argument {} is no tensor", i));
    return id;
}

std::int64_t LoweringStep::whole(std::size_t i) const {
    const LoweredValue& argument = arguments_.at(i);
    if (!argument.of_two.isInt() || !argument.of_three.isInt() || argument.of_two.toInt() != argument.of_three.toInt())
        throw NotExportable(fmt::format("its argument {} is no whole number that is the same for every batch", i));
    return argument.of_two.toInt();
}

double LoweringStep::number(std::size_t i) const {
    const LoweredValue& argument = arguments_.at(i);
    const auto read = [&](const c10::IValue& value) {
        if (!value.isScalar()) throw NotExportable(fmt::format("its argument {} is no number", i));
        return value.toScalar().toDouble();
    };
    if (read(argument.of_two) != read(argument.of_three))
        throw NotExportable(fmt::format("its argument {} depends on the batch", i));
    return read(argument.of_two);
}

bool LoweringStep::flag(std::size_t i) const {
    const c10::IValue& value = plain(i);
    if (value.isBool()) return value.toBool();
    if (value.isInt()) return value.toInt() != 0;
    throw NotExportable(fmt::format("its argument {} is neither true nor false", i));
}

std::vector<std::int64_t> LoweringStep::wholes(std::size_t i) const {
    const LoweredValue& argument = arguments_.at(i);
    if (argument.of_two.isInt()) return {whole(i)};
    if (!argument.of_two.isIntList() || !argument.of_three.isIntList() ||
        argument.of_two.toIntVector() != argument.of_three.toIntVector())
        throw NotExportable(fmt::format("its argument {} is no list that is the same for every batch", i));
    return argument.of_two.toIntVector();
}

std::vector<std::int64_t> LoweringStep::pair(std::size_t i) const {
    std::vector<std::int64_t> list = wholes(i);
    if (list.size() == 1) list.push_back(list[0]);
    if (list.size() != 2) throw NotExportable(fmt::format("its argument {} is not for two axes", i));
    return list;
}

std::size_t LoweringStep::axis(std::int64_t given, std::size_t rank) const {
    const auto found = axis_of(given, rank);
    if (!found) throw NotExportable(found.error().message);
    return *found;
}

std::optional<Extents> traced_shape(const torch::jit::Value& of_two, const torch::jit::Value& of_three) {
    const auto two = of_two.type()->cast<c10::TensorType>(), three = of_three.type()->cast<c10::TensorType>();
    const auto lengths = [](const c10::TensorTypePtr& type) {
        return type ? type->sizes().concrete_sizes() : std::optional<std::vector<std::int64_t>>();
    };
    const auto of_a = lengths(two), of_b = lengths(three);
    return of_a && of_b ? extents_of_traces(*of_a, *of_b) : std::nullopt;
}

std::size_t LoweringStep::outputs() const { return of_two_.outputs().size(); }

Extents LoweringStep::output_shape(std::size_t output) const {
    auto found = traced_shape(*of_two_.output(output), *of_three_.output(output));
    if (!found) throw NotExportable("the shape of what it gives does not grow as N times the batch");
    return *std::move(found);
}

ValueId LoweringStep::add(GraphOp op, std::vector<ValueId> inputs, std::map<std::string, Attribute> attributes) {
    const std::string base =
        layer_.empty() ? std::string(op_rule(op).name) : layer_ + "/" + std::string(op_rule(op).name);
    std::string name = base;
    for (int number = 2; !names_.insert(name).second; ++number) name = fmt::format("{}_{}", base, number);
    GraphNode node{.op = op,
                   .inputs = std::move(inputs),
                   .output = kNoValue,
                   .attributes = std::move(attributes),
                   .layer = layer_};
    auto added = graph_.add_node(std::move(node), name);
    if (!added) throw NotExportable(added.error().message);
    return *added;
}

ValueId LoweringStep::constant(ConstantPtr numbers) {
    std::string name;
    for (std::size_t number = names_.size(); !names_.insert(name = fmt::format("constant_{}", number)).second;)
        ++number;
    return graph_.add_constant(name, std::move(numbers));
}

ValueId LoweringStep::scalar(double number, Element element) {
    if (element == Element::kF32) return constant(GraphConstant::of_floats({}, {static_cast<float>(number)}));
    if (element == Element::kI64) return constant(GraphConstant::of_whole({}, {static_cast<std::int64_t>(number)}));
    throw NotExportable(fmt::format("a number meets a tensor of {}", element_name(element)));
}

ValueId LoweringStep::reshape(ValueId from, Extents to) {
    if (shape(from) == to) return from;
    return add(GraphOp::kReshape, {from}, {{"shape", std::move(to)}});
}

ValueId LoweringStep::tensor_like(std::size_t i, ValueId like) {
    return is_tensor(i) ? tensor(i) : scalar(number(i), graph_.value(like).element);
}

ConstantPtr constant_from(const at::Tensor& tensor) {
    Element element = Element::kF32;
    at::Tensor plain = tensor.detach();
    switch (tensor.scalar_type()) {
        case at::kFloat: break;
        case at::kHalf: element = Element::kF16; break;
        case at::kLong: element = Element::kI64; break;
        case at::kInt: element = Element::kI32; break;
        case at::kBool: element = Element::kBool; break;
        case at::kDouble: plain = plain.to(at::kFloat); break;
        default:
            throw NotExportable(
                fmt::format("a tensor of {} is not among the types of a graph", c10::toString(tensor.scalar_type())));
    }
    const auto kept = std::make_shared<const at::Tensor>(plain.to(at::kCPU).contiguous());
    const std::span bytes(static_cast<const std::byte*>(kept->const_data_ptr()), kept->nbytes());
    return std::make_shared<const GraphConstant>(element, kept->sizes().vec(), kept, bytes);
}

}  // namespace goetia
