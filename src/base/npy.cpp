#include "base/npy.h"

#include <bit>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include "base/files.h"

namespace goetia {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::string_view kMagic("\x93NUMPY", 6);

// The text after "'key':" in the header, which is a Python dict of three literals.
std::string_view value_of(std::string_view header, std::string_view key) {
    const std::size_t at = header.find(fmt::format("'{}':", key));
    if (at == std::string_view::npos) return {};
    std::string_view rest = header.substr(at + key.size() + 3);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    return rest;
}

// "(2, 3)" or "(5,)" or "()".
Result<std::vector<std::int64_t>> read_shape(std::string_view text) {
    const std::size_t end = text.find(')');
    if (!text.starts_with('(') || end == std::string_view::npos) return invalid("its header has no shape");
    std::vector<std::int64_t> shape;
    std::int64_t number = -1, total = 1;
    for (const char c : text.substr(1, end)) {
        if (c >= '0' && c <= '9') {
            number = (number < 0 ? 0 : number) * 10 + (c - '0');
            if (number > std::numeric_limits<std::int32_t>::max()) return invalid("its shape is out of bounds");
        } else if (number >= 0) {
            total *= number;
            if (total > (std::int64_t{1} << 40)) return invalid("its shape is out of bounds");
            shape.push_back(number);
            number = -1;
        }
    }
    return shape;
}

Result<NpyArray> parse(std::string_view bytes) {
    if (bytes.size() < 10 || !bytes.starts_with(kMagic)) return invalid("it does not start like an .npy file");
    const bool is_long = static_cast<unsigned char>(bytes[6]) >= 2;
    const std::size_t prefix = is_long ? 12 : 10;
    if (bytes.size() < prefix) return invalid("it is truncated");
    std::size_t header_size = 0;
    for (std::size_t i = prefix; i-- > 8;) header_size = header_size << 8U | static_cast<unsigned char>(bytes[i]);
    if (bytes.size() - prefix < header_size) return invalid("it is truncated");
    const std::string_view header = bytes.substr(prefix, header_size);
    if (!value_of(header, "descr").starts_with("'<f4'")) {
        return invalid("its numbers are not little-endian float32; save it with np.save(path, x.astype('<f4'))");
    }
    if (!value_of(header, "fortran_order").starts_with("False"))
        return invalid("it is in Fortran order; save np.ascontiguousarray(x)");
    GOETIA_ASSIGN(auto shape, read_shape(value_of(header, "shape")));
    std::size_t count = 1;
    for (const std::int64_t size : shape) count *= static_cast<std::size_t>(size);
    const std::string_view data = bytes.substr(prefix + header_size);
    if (data.size() != count * sizeof(float))
        return invalid("it holds {} bytes of numbers, its shape needs {}", data.size(), count * sizeof(float));
    NpyArray array{std::move(shape), std::vector<float>(count)};
    if (count > 0) std::memcpy(array.values.data(), data.data(), data.size());
    return array;
}

}  // namespace

Result<NpyArray> read_npy(const std::filesystem::path& path) {
    GOETIA_ASSIGN(const std::string bytes, read_file(path));
    auto array = parse(bytes);
    if (!array) return invalid("'{}' cannot be read as .npy: {}", path.string(), array.error().message);
    return array;
}

Status write_npy(const std::filesystem::path& path, const NpyArray& array) {
    std::string shape;
    for (const std::int64_t size : array.shape) shape += fmt::format("{}, ", size);
    if (array.shape.size() > 1) shape.resize(shape.size() - 2);
    std::string header = fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}), }}", shape);
    header.append(63 - (header.size() + 10) % 64, ' ');  // the data begins at a multiple of 64
    header += '\n';
    std::string bytes(kMagic);
    bytes += {'\1', '\0', static_cast<char>(header.size() & 0xFFU), static_cast<char>(header.size() >> 8U)};
    bytes += header;
    bytes.append(reinterpret_cast<const char*>(array.values.data()), array.values.size() * sizeof(float));
    return write_file_atomic(path, bytes);
}

}  // namespace goetia
