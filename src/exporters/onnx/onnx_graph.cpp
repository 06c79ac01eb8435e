#include "exporters/onnx/onnx_graph.h"

namespace goetia {
namespace {

ProtoMessage attribute_message(const OnnxAttribute& attribute) {
    constexpr std::int64_t kFloat = 1, kInt = 2, kString = 3, kInts = 7;
    ProtoMessage message;
    message.text(1, attribute.name);
    std::int64_t kind = kInt;
    if (const auto* whole = std::get_if<std::int64_t>(&attribute.value)) {
        message.whole(3, *whole);
    } else if (const auto* number = std::get_if<float>(&attribute.value)) {
        message.single(2, *number), kind = kFloat;
    } else if (const auto* text = std::get_if<std::string>(&attribute.value)) {
        message.text(4, *text), kind = kString;
    } else {
        for (const std::int64_t one : std::get<std::vector<std::int64_t>>(attribute.value)) message.whole(8, one);
        kind = kInts;
    }
    return std::move(message.whole(20, kind));
}

ProtoMessage entry(const std::string& key, const std::string& value) {
    ProtoMessage message;
    return std::move(message.text(1, key).text(2, value));
}

}  // namespace

int onnx_element(Element element) {
    switch (element) {
        case Element::kF32: return 1;
        case Element::kU8: return 2;
        case Element::kI8: return 3;
        case Element::kI32: return 6;
        case Element::kI64: return 7;
        case Element::kBool: return 9;
        case Element::kF16: break;
    }
    return 10;
}

void OnnxGraph::node(const std::string& type, const std::vector<std::string>& inputs, const std::string& output,
                     std::vector<OnnxAttribute> attributes) {
    ProtoMessage message;
    for (const std::string& input : inputs) message.text(1, input);
    message.text(2, output).text(3, output).text(4, type);
    for (const OnnxAttribute& attribute : attributes) message.message(5, attribute_message(attribute));
    message_.message(1, std::move(message));
}

std::string OnnxGraph::between(const GraphNode& node, const std::string& what) {
    return graph_.value(node.output).name + "/" + what;
}

std::string OnnxGraph::constant(const std::string& name, const std::vector<std::int64_t>& numbers) {
    return constant(name, GraphConstant::of_whole({static_cast<std::int64_t>(numbers.size())}, numbers));
}

std::string OnnxGraph::constant(const std::string& name, ConstantPtr numbers) {
    kept_.push_back(std::move(numbers));
    initializer(name, *kept_.back());
    return name;
}

void OnnxGraph::initializer(const std::string& name, const GraphConstant& constant) {
    constexpr std::size_t kSmall = 1024, kPage = 4096;
    ProtoMessage message;
    for (const std::int64_t length : constant.lengths()) message.whole(1, length);
    message.whole(2, onnx_element(constant.element())).text(8, name);
    if (beside_ == nullptr || constant.bytes().size() < kSmall) {
        message.bytes(9, constant.bytes());
    } else {
        static constexpr std::byte kZeros[kPage]{};
        const std::size_t gap = (kPage - offset_ % kPage) % kPage;
        if (gap > 0) beside_->emplace_back(kZeros, gap);
        offset_ += gap;
        message.message(13, entry("location", location_)).message(13, entry("offset", std::to_string(offset_)));
        message.message(13, entry("length", std::to_string(constant.bytes().size()))).whole(14, 1);
        beside_->push_back(constant.bytes());
        offset_ += constant.bytes().size();
    }
    message_.message(5, std::move(message));
}

}  // namespace goetia
