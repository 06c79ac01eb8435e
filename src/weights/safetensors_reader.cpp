#include <algorithm>
#include <new>
#include <set>

#include <fmt/ranges.h>

#include "base/json.h"
#include "weights/file_bytes.h"
#include "weights/safetensors.h"
#include "weights/safetensors_types.h"

namespace goetia {
namespace {

constexpr std::uint64_t kMaxHeader = 100'000'000;
constexpr int kHeaderDepth = 4;  // of the header's JSON: name, entry, list
constexpr std::string_view kMetadata = "__metadata__";

struct Entry {
    std::string name;
    Tensor tensor;
    std::uint64_t begin = 0, end = 0;
};

// The header as JSON, without duplicate names or deep nesting.
Result<Json> parse_header(std::string_view text) {
    std::vector<std::set<std::string>> names;
    std::string twice;
    bool deep = false;
    const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
        if (depth > kHeaderDepth) deep = true;
        if (event == Json::parse_event_t::object_start) names.emplace_back();
        else if (event == Json::parse_event_t::object_end && !names.empty()) names.pop_back();
        else if (event == Json::parse_event_t::key && !names.empty() &&
                 !names.back().insert(parsed.get<std::string>()).second)
            twice = parsed.get<std::string>();
        return true;
    };
    Json header = Json::parse(text.begin(), text.end(), watch, false);
    if (header.is_discarded() || !header.is_object() || deep)
        return invalid("it is damaged: its header is not a JSON object of tensors");
    if (!twice.empty()) return invalid("it names '{}' twice", twice);
    return header;
}

std::optional<std::vector<std::uint64_t>> sizes_of_list(const Json& list) {
    if (!list.is_array()) return std::nullopt;
    std::vector<std::uint64_t> numbers;
    for (const Json& one : list) {
        if (!one.is_number_unsigned() || one.get<std::uint64_t>() > INT64_MAX) return std::nullopt;
        numbers.push_back(one.get<std::uint64_t>());
    }
    return numbers;
}

Result<Entry> read_tensor_entry(const std::string& name, const Json& fields) {
    const Json nothing;
    const auto field = [&](const char* key) -> const Json& {
        return fields.is_object() && fields.contains(key) ? fields.at(key) : nothing;
    };
    const auto shape = sizes_of_list(field("shape"));
    const auto offsets = sizes_of_list(field("data_offsets"));
    if (!field("dtype").is_string() || !shape || !offsets || offsets->size() != 2)
        return invalid("it is damaged: tensor '{}' lacks its dtype, shape or data_offsets", name);
    const auto type_name = field("dtype").get<std::string>();
    const auto type = std::find_if(kSafetensorsTypes.begin(), kSafetensorsTypes.end(),
                                   [&](const auto& one) { return one.second == type_name; });
    if (type == kSafetensorsTypes.end()) {
        std::vector<std::string_view> known;
        for (const auto& one : kSafetensorsTypes) known.push_back(one.second);
        return make_error(Code::kUnsupported, "tensor '{}' is of type '{}'; known: {}", name, type_name,
                          fmt::join(known, ", "));
    }
    Entry entry{name,
                {.dtype = type->first, .shape = {shape->begin(), shape->end()}, .memory = {}, .data = nullptr},
                offsets->at(0),
                offsets->at(1)};
    std::uint64_t bytes = size_of(type->first);
    for (const std::uint64_t size : *shape) {
        if (__builtin_mul_overflow(bytes, size, &bytes))
            return invalid("it is damaged: tensor '{}' is too large", name);
    }
    if (entry.end < entry.begin || entry.end - entry.begin != bytes)
        return invalid("it is damaged: tensor '{}' needs {} bytes, its offsets are {} to {}", name, bytes, entry.begin,
                       entry.end);
    return entry;
}

Status check_cover(std::vector<Entry> entries, std::uint64_t bytes) {
    std::sort(entries.begin(), entries.end(),
              [](const Entry& a, const Entry& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
    std::uint64_t at = 0;
    for (const Entry& entry : entries) {
        if (entry.begin != at)
            return invalid("it is damaged: tensor '{}' begins at byte {}, expected {}", entry.name, entry.begin, at);
        at = entry.end;
    }
    if (at != bytes) return invalid("it is truncated or damaged: its tensors need {} bytes, found {}", at, bytes);
    return {};
}

Status check_metadata(const Json& given) {
    if (!given.is_object()) return invalid("it is damaged: its '{}' is not a mapping", kMetadata);
    for (const auto& [key, value] : given.items()) {
        if (!value.is_string())
            return invalid("it is damaged: its '{}' may hold texts only, found {} under '{}'", kMetadata,
                           value.type_name(), key);
    }
    return {};
}

Result<Value> read_all(const OwnedBytes& file) {
    ByteReader reader(file.bytes);
    const auto size = reader.number<std::uint64_t>();
    if (!reader.ok() || size > kMaxHeader || size > reader.left())
        return invalid("it is truncated or not a safetensors file");
    const std::string_view text = reader.text(size);
    if (!text.starts_with('{')) return invalid("it is not a safetensors file: its header does not begin with a brace");
    GOETIA_ASSIGN(const Json header, parse_header(text));
    const auto data = file.bytes.subspan(reader.at());
    std::vector<Entry> entries;
    for (const auto& [name, fields] : header.items()) {
        if (name == kMetadata) {
            GOETIA_TRY(check_metadata(fields));
            continue;
        }
        GOETIA_ASSIGN(Entry entry, read_tensor_entry(name, fields));
        entries.push_back(std::move(entry));
    }
    GOETIA_TRY(check_cover(entries, data.size()));
    Dict tensors;
    for (Entry& entry : entries) {
        const auto bytes = data.subspan(entry.begin, entry.end - entry.begin);
        entry.tensor.memory = file.memory, entry.tensor.data = bytes.data();
        if (reinterpret_cast<std::uintptr_t>(bytes.data()) % size_of(entry.tensor.dtype) != 0) {  // an unpadded header
            const auto copy = aligned_memory(bytes.size());
            std::memcpy(copy.get(), bytes.data(), bytes.size());
            entry.tensor.memory = copy, entry.tensor.data = copy.get();
        }
        tensors.emplace_back(std::move(entry.name), std::move(entry.tensor));
    }
    return Value(std::move(tensors));
}

}  // namespace

Result<Value> read_safetensors(const std::filesystem::path& path) {
    GOETIA_ASSIGN(const OwnedBytes file, read_bytes(path));
    Result<Value> read = [&]() -> Result<Value> {
        try {
            return read_all(file);
        } catch (const std::bad_alloc&) {
            return failed("memory is exhausted");
        }
    }();
    if (!read) return std::move(read).error().within(fmt::format("cannot read '{}'", path.native()));
    return read;
}

}  // namespace goetia
