#include "weights/safetensors.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "base/json.h"
#include "weights/file_bytes.h"

namespace goetia {
namespace {

constexpr std::uint64_t kLargestHeader = 100'000'000;
constexpr std::uint64_t kLargestTensor = std::uint64_t{1} << 48U;

const std::map<std::string_view, DType>& dtypes() {
    static const std::map<std::string_view, DType> known{
        {"BOOL", DType::kBool}, {"U8", DType::kUInt8},     {"I8", DType::kInt8},     {"I16", DType::kInt16},   {"I32", DType::kInt32},
        {"I64", DType::kInt64}, {"F16", DType::kFloat16}, {"BF16", DType::kBFloat16}, {"F32", DType::kFloat32}, {"F64", DType::kFloat64},
    };
    return known;
}

struct Extent {
    std::uint64_t begin = 0, end = 0;
};

bool is_count(const Json& value) { return value.is_number_unsigned(); }

Result<Extent> read_extent(const std::string& name, const Json& entry) {
    const Json& offsets = entry.contains("data_offsets") ? entry["data_offsets"] : Json();
    if (!offsets.is_array() || offsets.size() != 2 || !is_count(offsets[0]) || !is_count(offsets[1])) return invalid("tensor '{}' has no two data_offsets", name);
    const Extent extent{offsets[0].get<std::uint64_t>(), offsets[1].get<std::uint64_t>()};
    if (extent.begin > extent.end) return invalid("tensor '{}' ends before it begins", name);
    return extent;
}

// The tensor's type and shape; its numbers are filled in by the caller, who knows that they are there.
Result<Tensor> read_description(const std::string& name, const Json& entry, std::uint64_t bytes) {
    if (!entry.is_object() || !entry.contains("dtype") || !entry["dtype"].is_string() || !entry.contains("shape") || !entry["shape"].is_array()) {
        return invalid("tensor '{}' has no dtype and shape", name);
    }
    const std::string dtype = entry["dtype"].get<std::string>();
    const auto known = dtypes().find(dtype);
    if (known == dtypes().end()) return make_error(Code::kUnsupported, "tensor '{}' is of type {}, which this program does not read", name, dtype);
    Tensor tensor{.dtype = known->second, .shape = {}, .memory = {}, .data = nullptr};
    std::uint64_t needed = size_of(tensor.dtype);
    for (const Json& size : entry["shape"]) {
        if (!is_count(size)) return invalid("tensor '{}' has a shape that is no list of sizes", name);
        if (needed != 0 && size.get<std::uint64_t>() > kLargestTensor / needed) return invalid("tensor '{}' has a shape out of bounds", name);
        needed *= size.get<std::uint64_t>();
        tensor.shape.push_back(size.get<std::int64_t>());
    }
    if (needed != bytes) return invalid("tensor '{}' needs {} bytes, its data_offsets hold {}", name, needed, bytes);
    return tensor;
}

// Every byte of the data belongs to exactly one tensor.
Status check_cover(std::vector<Extent> extents, std::uint64_t size) {
    std::sort(extents.begin(), extents.end(), [](const Extent& a, const Extent& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
    std::uint64_t at = 0;
    for (const Extent& extent : extents) {
        if (extent.begin != at) return invalid("its tensors leave a hole or overlap at byte {} of the data", at);
        at = extent.end;
    }
    if (at != size) return invalid("its tensors cover {} bytes of data, the file holds {}; it may be cut short", at, size);
    return {};
}

Result<Value> parse(const OwnedBytes& file) {
    ByteReader reader(file.bytes);
    const auto header_size = reader.number<std::uint64_t>();
    if (!reader.ok() || header_size > kLargestHeader || header_size > reader.left()) return invalid("it does not start like a safetensors file, or is cut short");
    const std::string_view text = reader.text(header_size);
    const Json header = Json::parse(text.begin(), text.end(), nullptr, false);
    if (!header.is_object()) return invalid("its header is no JSON object");
    const auto data = reader.take(reader.left());

    Dict tensors;
    std::vector<Extent> extents;
    for (const auto& [name, entry] : header.items()) {
        if (name == "__metadata__") continue;
        GOETIA_ASSIGN(const Extent extent, read_extent(name, entry));
        GOETIA_ASSIGN(Tensor tensor, read_description(name, entry, extent.end - extent.begin));
        tensor.memory = file.memory;
        if (extent.end <= data.size()) tensor.data = data.data() + extent.begin;
        extents.push_back(extent);
        tensors.emplace_back(name, std::move(tensor));
    }
    GOETIA_TRY(check_cover(std::move(extents), data.size()));
    return Value(std::move(tensors));
}

}  // namespace

Result<Value> read_safetensors(const std::filesystem::path& path) {
    GOETIA_ASSIGN(const OwnedBytes file, read_bytes(path));
    auto value = parse(file);
    if (!value) return std::move(value).error().within(fmt::format("'{}'", path.string()));
    return value;
}

}  // namespace goetia
