#include "exporters/ncnn/ncnn_layers.h"

#include <algorithm>

#include <fmt/ranges.h>

namespace goetia {
namespace {

template <class Number>
void append_number(std::string& bytes, Number number) {
    bytes.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

}  // namespace

std::string ncnn_name(const std::string& name) {
    std::string plain = name;
    std::replace(plain.begin(), plain.end(), ' ', '_');
    return plain;
}

// Weights are read into their layers; only what is read as a blob counts.
NcnnLayers::NcnnLayers(const ModelGraph& graph, bool half_weights) : graph_(graph), half_(half_weights) {
    for (const auto& list : graph.readers()) readers_.push_back(list.size());
}

Result<std::vector<std::int64_t>> NcnnLayers::lengths(ValueId id) const {
    const Extents& shape = graph_.value(id).shape;
    const bool is_batched = !shape.empty() && shape[0] == GraphExtent::batch();
    if (!is_batched || grows({shape.begin() + 1, shape.end()}))
        return invalid("a shape {} of which not the first axis alone is the batch", extents_text(shape));
    if (shape.size() > 5) return invalid("a shape {} of more than four axes behind the batch", extents_text(shape));
    return lengths_at({shape.begin() + 1, shape.end()}, 1);
}

void NcnnLayers::line(const std::string& type, const std::string& name, const std::vector<std::string>& inputs,
                      const std::vector<std::string>& outputs, const std::string& parameters) {
    lines_ += fmt::format("{:<24} {:<24} {} {}", type, ncnn_name(name), inputs.size(), outputs.size());
    for (const auto* list : {&inputs, &outputs}) {
        for (const std::string& blob : *list) lines_ += " " + blob;
    }
    lines_ += parameters + "\n";
    ++layers_;
    blobs_ += static_cast<int>(outputs.size());
}

// A value that several layers read is copied by a Split for each of them.
void NcnnLayers::split(ValueId id) {
    const std::size_t count = readers_[static_cast<std::size_t>(id)];
    const std::string name = ncnn_name(graph_.value(id).name);
    if (count <= 1) {
        free_[id] = {name};
        return;
    }
    std::vector<std::string> copies;
    const bool is_output = std::find(graph_.outputs.begin(), graph_.outputs.end(), id) != graph_.outputs.end();
    const std::string whole = name + "/whole";
    for (std::size_t i = 0; i < count; ++i)
        copies.push_back(i == 0 && is_output ? name : fmt::format("{}/{}", name, i));
    line("Split", name + "/split", {is_output ? whole : name}, copies, "");
    if (is_output) copies.erase(copies.begin());  // the one that is an output is read by nobody
    free_[id] = std::move(copies);
}

void NcnnLayers::input(ValueId id) {
    line("Input", graph_.value(id).name, {}, {ncnn_name(graph_.value(id).name)}, "");
    split(id);
}

void NcnnLayers::layer(const std::string& type, const std::vector<std::string>& inputs, const GraphNode& node,
                       const std::vector<std::pair<int, std::string>>& parameters) {
    std::string text;
    for (const auto& [key, value] : parameters) text += fmt::format(" {}={}", key, value);
    std::string name = ncnn_name(graph_.value(node.output).name);
    const bool is_output = std::find(graph_.outputs.begin(), graph_.outputs.end(), node.output) != graph_.outputs.end();
    const bool is_split = readers_[static_cast<std::size_t>(node.output)] > 1;
    line(type, name, inputs, {is_output && is_split ? name + "/whole" : name}, text);
    split(node.output);
}

// A constant becomes a layer of its own; a leading axis of 1 in the place of the batch goes.
Result<std::string> NcnnLayers::constant_blob(ValueId id) {
    const GraphValue& value = graph_.value(id);
    std::vector<std::int64_t> lengths = value.constant->lengths();
    while (lengths.size() > 1 && lengths[0] == 1) lengths.erase(lengths.begin());
    if (lengths.size() > 4 || value.element != Element::kF32)
        return invalid("a constant {} {}", element_name(value.element), extents_text(value.shape));
    constexpr int kPlaces[4][4]{{0, -1, -1, -1}, {1, 0, -1, -1}, {2, 1, 0, -1}, {2, 11, 1, 0}};  // of w, h, d, c
    std::string parameters;
    for (std::size_t i = 0; i < lengths.size(); ++i)
        parameters += fmt::format(" {}={}", kPlaces[lengths.size() - 1][i], lengths[i]);
    const std::string name = fmt::format("{}/{}", ncnn_name(value.name), constants_++);
    line("MemoryData", name, {}, {name}, parameters + " 21=1");
    plain_weights(value.constant->floats());
    return name;
}

Result<std::string> NcnnLayers::read(ValueId id) {
    if (graph_.is_constant(id)) return constant_blob(id);
    if (unwritten_.contains(id)) return ncnn_name(graph_.value(id).name);
    std::vector<std::string>& names = free_[id];
    if (names.empty()) return invalid("'{}' is read more often than it was counted", graph_.value(id).name);
    std::string name = names.front();
    names.erase(names.begin());
    return name;
}

void NcnnLayers::tagged_weights(const std::vector<float>& numbers) {
    constexpr std::uint32_t kHalfTag = 0x01306B47, kPlainTag = 0;
    append_number(weights_, half_ ? kHalfTag : kPlainTag);
    if (!half_) return plain_weights(numbers);
    for (const float number : numbers) append_number(weights_, half_of(number));
    weights_.resize((weights_.size() + 3) / 4 * 4);
}

void NcnnLayers::plain_weights(const std::vector<float>& numbers) {
    weights_.append(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(float));
}

std::string NcnnLayers::text() const { return fmt::format("7767517\n{} {}\n{}", layers_, blobs_, lines_); }

}  // namespace goetia
