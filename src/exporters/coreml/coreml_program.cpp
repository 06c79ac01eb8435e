#include "exporters/coreml/coreml_program.h"

#include <cctype>
#include <cstring>

namespace goetia {
namespace {

int mil_element(Element element) {
    switch (element) {
        case Element::kBool: return 1;
        case Element::kF16: return 10;
        case Element::kF32: return 11;
        case Element::kI8: return 21;
        case Element::kI32:
        case Element::kI64: return 23;  // Core ML counts in 32 bits
        case Element::kU8: break;
    }
    return 31;
}

ProtoMessage tensor_type(int element, const std::vector<std::int64_t>& lengths) {
    ProtoMessage tensor, type;
    tensor.whole(1, element).whole(2, static_cast<std::int64_t>(lengths.size()));
    for (const std::int64_t length : lengths) {
        ProtoMessage size, dimension;
        dimension.message(1, std::move(size.whole(1, length)));
        tensor.message(3, std::move(dimension));
    }
    return std::move(type.message(1, std::move(tensor)));
}

// Written in place: `field` says of what kind the numbers are.
ProtoMessage immediate(int element, const std::vector<std::int64_t>& lengths, int field, ProtoMessage numbers) {
    ProtoMessage tensor, content, value;
    tensor.message(field, std::move(numbers));
    content.message(1, std::move(tensor));
    value.message(2, tensor_type(element, lengths)).message(3, std::move(content));
    return value;
}

ProtoMessage mil_text(const std::string& text) {
    constexpr int kString = 2, kStrings = 4;
    ProtoMessage strings;
    return immediate(kString, {}, kStrings, std::move(strings.text(1, text)));
}

ProtoMessage map_entry(const std::string& key, ProtoMessage value) {
    ProtoMessage entry;
    return std::move(entry.text(1, key).message(2, std::move(value)));
}

template <class Number>
void append_raw(std::string& bytes, Number number) {
    bytes.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

}  // namespace

ProtoMessage mil_named_type(const std::string& name, Element element, const std::vector<std::int64_t>& lengths) {
    ProtoMessage named;
    return std::move(named.text(1, name).message(2, tensor_type(mil_element(element), lengths)));
}

// The file begins with how many blobs there are and its version.
CoreMlProgram::CoreMlProgram(const ModelGraph& graph) : graph_(graph) { weights_.resize(64); }

std::string CoreMlProgram::finished_weights() const {
    std::string bytes = weights_;
    const std::uint32_t head[2]{blobs_, 2};
    std::memcpy(bytes.data(), head, sizeof(head));
    return bytes;
}

std::string CoreMlProgram::name(ValueId id) {
    const std::string& given = graph_.value(id).name;
    std::string& known = names_[given];
    if (!known.empty()) return known;
    std::string plain;
    for (const char character : given)
        plain += std::isalnum(static_cast<unsigned char>(character)) != 0 ? character : '_';
    if (std::isdigit(static_cast<unsigned char>(plain[0])) != 0) plain = "_" + plain;
    const int times = taken_[plain]++;
    return known = times == 0 ? plain : fmt::format("{}__{}", plain, times);
}

// A record of 64 bytes that says what follows; both begin at multiples of 64.
std::uint64_t CoreMlProgram::store(const GraphConstant& constant) {
    const bool is_half = constant.element() == Element::kF16;
    weights_.resize((weights_.size() + 63) / 64 * 64);
    const std::uint64_t record = weights_.size();
    append_raw(weights_, std::uint32_t{0xDEADBEEF});
    append_raw(weights_, std::uint32_t{is_half ? 1U : constant.element() == Element::kI8 ? 4U : 2U});
    append_raw(weights_, std::uint64_t{constant.bytes().size()});
    append_raw(weights_, record + 64);
    weights_.resize(record + 64);
    weights_.append(reinterpret_cast<const char*>(constant.bytes().data()), constant.bytes().size());
    ++blobs_;
    return record;
}

std::string CoreMlProgram::constant(const std::string& name, const GraphConstant& constant,
                                    const std::vector<std::int64_t>& lengths) {
    constexpr std::int64_t kSmall = 10;
    const Element element = constant.element();
    ProtoMessage value;
    if (!is_floating(element)) {
        ProtoMessage numbers;
        value = immediate(23, lengths, 2, std::move(numbers.wholes(1, constant.whole())));
    } else if (constant.count() <= kSmall) {
        const std::vector<float> floats = constant.floats();
        ProtoMessage numbers;
        if (element == Element::kF32) {
            const auto bytes = std::as_bytes(std::span(floats));
            value = immediate(11, lengths, 1,
                              std::move(numbers.text(1, {reinterpret_cast<const char*>(bytes.data()), bytes.size()})));
        } else {
            const std::span<const std::byte> bytes = constant.bytes();
            value = immediate(10, lengths, 7,
                              std::move(numbers.text(1, {reinterpret_cast<const char*>(bytes.data()), bytes.size()})));
        }
    } else {
        ProtoMessage blob;
        blob.text(1, "@model_path/weights/weight.bin").whole(2, static_cast<std::int64_t>(store(constant)));
        value.message(2, tensor_type(mil_element(element), lengths)).message(5, std::move(blob));
    }
    ProtoMessage operation;
    operation.text(1, "const").message(3, mil_named_type(name, element, lengths));
    operation.message(5, map_entry("name", mil_text(name))).message(5, map_entry("val", std::move(value)));
    operations_.message(3, std::move(operation));
    return name;
}

std::string CoreMlProgram::read(ValueId id) {
    if (!graph_.is_constant(id)) return name(id);
    const auto known = constants_.find(id);
    if (known != constants_.end()) return known->second;
    const GraphConstant& numbers = *graph_.value(id).constant;
    return constants_[id] = constant(name(id), numbers, numbers.lengths());
}

MilArgument CoreMlProgram::wholes(const std::vector<std::int64_t>& numbers) {
    ProtoMessage list;
    return {{}, immediate(23, {static_cast<std::int64_t>(numbers.size())}, 2, std::move(list.wholes(1, numbers)))};
}
MilArgument CoreMlProgram::whole(std::int64_t number) {
    ProtoMessage list;
    return {{}, immediate(23, {}, 2, std::move(list.wholes(1, {number})))};
}
MilArgument CoreMlProgram::flag(bool value) {
    ProtoMessage list;
    return {{}, immediate(1, {}, 3, std::move(list.wholes(1, {value ? 1 : 0})))};
}
MilArgument CoreMlProgram::flags(const std::vector<bool>& values) {
    ProtoMessage list;
    return {{},
            immediate(1, {static_cast<std::int64_t>(values.size())}, 3,
                      std::move(list.wholes(1, {values.begin(), values.end()})))};
}
MilArgument CoreMlProgram::text(const std::string& value) { return {{}, mil_text(value)}; }
MilArgument CoreMlProgram::number(double value, Element element) {
    ProtoMessage numbers;
    if (element == Element::kF16) {
        const std::uint16_t half = half_of(static_cast<float>(value));
        return {{},
                immediate(10, {}, 7, std::move(numbers.text(1, {reinterpret_cast<const char*>(&half), sizeof(half)})))};
    }
    const auto single = static_cast<float>(value);
    return {{},
            immediate(11, {}, 1, std::move(numbers.text(1, {reinterpret_cast<const char*>(&single), sizeof(single)})))};
}

std::string CoreMlProgram::step(const std::string& type, const std::string& name,
                                std::vector<std::pair<std::string, MilArgument>> inputs, Element element,
                                const std::vector<std::int64_t>& lengths) {
    ProtoMessage operation;
    operation.text(1, type);
    for (auto& [key, argument] : inputs) {
        ProtoMessage bindings;
        for (const std::string& one : argument.names) {
            ProtoMessage binding;
            bindings.message(1, std::move(binding.text(1, one)));
        }
        if (argument.names.empty()) {
            ProtoMessage binding;
            bindings.message(1, std::move(binding.message(2, std::move(argument.value))));
        }
        operation.message(2, map_entry(key, std::move(bindings)));
    }
    operation.message(3, mil_named_type(name, element, lengths)).message(5, map_entry("name", mil_text(name)));
    operations_.message(3, std::move(operation));
    return name;
}

void CoreMlProgram::output(const GraphNode& node, const std::string& type,
                           std::vector<std::pair<std::string, MilArgument>> inputs) {
    step(type, name(node.output), std::move(inputs), graph_.value(node.output).element, lengths(node.output));
}

ProtoMessage CoreMlProgram::block(const std::vector<std::string>& outputs) {
    ProtoMessage block;
    for (const std::string& name : outputs) block.text(2, name);
    // Operations were written with the field's number that they have in a block.
    const std::string operations = operations_.text();
    return std::move(block.raw(operations));
}

}  // namespace goetia
