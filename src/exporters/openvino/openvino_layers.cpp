#include "exporters/openvino/openvino_layers.h"

#include <fmt/ranges.h>

namespace goetia {
namespace {

std::string xml_text(std::string_view text) {
    std::string escaped;
    for (const char character : text) {
        switch (character) {
            case '&': escaped += "&amp;"; break;
            case '<': escaped += "&lt;"; break;
            case '>': escaped += "&gt;"; break;
            case '"': escaped += "&quot;"; break;
            case '\n': escaped += "&#10;"; break;
            default: escaped += character;
        }
    }
    return escaped;
}

std::string element_text(Element element) {
    return element == Element::kBool ? "boolean" : std::string(element_name(element));
}

std::string precision_text(Element element) {
    switch (element) {
        case Element::kF32: return "FP32";
        case Element::kF16: return "FP16";
        case Element::kI64: return "I64";
        case Element::kI32: return "I32";
        case Element::kI8: return "I8";
        case Element::kU8: return "U8";
        case Element::kBool: break;
    }
    return "BOOL";
}

std::string port_text(int id, Element element, const Extents& shape, const std::string& names = "") {
    std::string text = fmt::format("<port id=\"{}\" precision=\"{}\"{}>", id, precision_text(element),
                                   names.empty() ? "" : fmt::format(" names=\"{}\"", xml_text(names)));
    for (const GraphExtent& extent : shape) text += fmt::format("<dim>{}</dim>", extent.of_batch ? -1 : extent.count);
    return text + "</port>";
}

std::string half_bytes(const GraphConstant& constant) {
    std::string bytes;
    for (const float number : constant.floats()) {
        const std::uint16_t half = half_of(number);
        bytes.append(reinterpret_cast<const char*>(&half), sizeof(half));
    }
    return bytes;
}

}  // namespace

OpenVinoPort OpenVinoLayers::layer(const std::string& type, const std::string& opset, const std::string& name,
                                   const OpenVinoData& data, const std::vector<OpenVinoPort>& inputs, Element element,
                                   const Extents& shape, int more_outputs) {
    const int id = layers_++;
    xml_ += fmt::format("<layer id=\"{}\" name=\"{}\" type=\"{}\" version=\"{}\">", id, xml_text(name), type, opset);
    if (!data.empty()) {
        xml_ += "<data";
        for (const auto& [key, text] : data) xml_ += fmt::format(" {}=\"{}\"", key, xml_text(text));
        xml_ += "/>";
    }
    int port = 0;
    if (!inputs.empty()) {
        xml_ += "<input>";
        for (const OpenVinoPort& input : inputs) {
            edges_ += fmt::format("<edge from-layer=\"{}\" from-port=\"{}\" to-layer=\"{}\" to-port=\"{}\"/>\n",
                                  input.layer, input.port, id, port);
            xml_ += port_text(port++, input.element, input.shape);
        }
        xml_ += "</input>";
    }
    const OpenVinoPort made{id, port, element, shape};
    if (type != "Result") {
        xml_ += "<output>" + port_text(port, element, shape, name);
        for (int i = 1; i <= more_outputs; ++i) xml_ += port_text(port + i, Element::kI64, shape);
        xml_ += "</output>";
    }
    xml_ += "</layer>\n";
    return made;
}

void OpenVinoLayers::parameter(ValueId id) {
    const GraphValue& value = graph_.value(id);
    std::string shape;
    for (const GraphExtent& extent : value.shape)
        shape += (shape.empty() ? "" : ",") + (extent.of_batch ? "?" : std::to_string(extent.count));
    ports_[id] =
        layer("Parameter", "opset1", value.name, {{"shape", shape}, {"element_type", element_text(value.element)}}, {},
              value.element, value.shape);
}

void OpenVinoLayers::result(ValueId id) {
    const GraphValue& value = graph_.value(id);
    layer("Result", "opset1", value.name + "/result", {}, {this->value(id)}, value.element, value.shape);
}

OpenVinoPort OpenVinoLayers::stored(const std::string& name, Element element, const Extents& shape,
                                    std::string_view bytes) {
    weights_.resize((weights_.size() + 63) / 64 * 64);
    const std::size_t offset = weights_.size();
    weights_ += bytes;
    return layer("Const", "opset1", name,
                 {{"element_type", element_text(element)},
                  {"shape", fmt::format("{}", fmt::join(lengths_at(shape, 1), ", "))},
                  {"offset", std::to_string(offset)},
                  {"size", std::to_string(bytes.size())}},
                 {}, element, shape);
}

// A Convert behind half weights is taken for a decompression, which the CPU plug-in does once.
OpenVinoPort OpenVinoLayers::constant(const std::string& name, const GraphConstant& constant, const Extents& shape) {
    const bool shrinks = half_ && constant.element() == Element::kF32 && constant.count() > 1;
    if (!shrinks) {
        const std::span<const std::byte> bytes = constant.bytes();
        return stored(name, constant.element(), shape, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    const OpenVinoPort half = stored(name + "/f16", Element::kF16, shape, half_bytes(constant));
    const OpenVinoPort made =
        layer("Convert", "opset1", name, {{"destination_type", "f32"}}, {half}, Element::kF32, shape);
    constexpr std::string_view kEnd = "</layer>\n";
    xml_.insert(xml_.size() - kEnd.size(), "<rt_info><attribute name=\"decompression\" version=\"0\"/></rt_info>");
    return made;
}

OpenVinoPort OpenVinoLayers::value(ValueId id) {
    const auto found = ports_.find(id);
    if (found != ports_.end()) return found->second;
    const GraphValue& value = graph_.value(id);
    return ports_[id] = constant(value.name, *value.constant, value.shape);
}

OpenVinoPort OpenVinoLayers::whole_list(const std::string& name, const std::vector<std::int64_t>& numbers) {
    const ConstantPtr made = GraphConstant::of_whole({static_cast<std::int64_t>(numbers.size())}, numbers);
    return constant(name, *made, fixed_extents(made->lengths()));
}

OpenVinoPort OpenVinoLayers::whole(const std::string& name, std::int64_t number) {
    return constant(name, *GraphConstant::of_whole({}, {number}), {});
}

OpenVinoPort OpenVinoLayers::number(const std::string& name, float number) {
    return constant(name, *GraphConstant::of_floats({}, {number}), {});
}

void OpenVinoLayers::output(const GraphNode& node, const std::string& type, const std::string& opset,
                            const OpenVinoData& data, const std::vector<OpenVinoPort>& inputs, int more_outputs) {
    const GraphValue& value = graph_.value(node.output);
    ports_[node.output] = layer(type, opset, value.name, data, inputs, value.element, value.shape, more_outputs);
}

std::string OpenVinoLayers::xml() const {
    std::string facts;
    for (const auto& [key, fact] : graph_.facts) facts += fmt::format("<{} value=\"{}\"/>", key, xml_text(fact));
    return fmt::format(
        "<?xml version=\"1.0\"?>\n<net name=\"{}\" version=\"11\">\n<layers>\n{}</layers>\n<edges>\n{}</edges>\n"
        "<rt_info><goetia>{}</goetia></rt_info>\n</net>\n",
        xml_text(graph_.name), xml_, edges_, facts);
}

}  // namespace goetia
