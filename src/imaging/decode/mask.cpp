#include "imaging/decode/mask.h"

#include "base/files.h"
#include "imaging/decode/png_file.h"

namespace goetia {
namespace {

// Samples of 1, 2, 4 or 8 bits; each row begins at a new byte.
void unpack(const std::vector<std::uint8_t>& raw, int depth, Image& mask) {
    const std::size_t row_bytes = (static_cast<std::size_t>(mask.width) * depth + 7) / 8;
    const unsigned full = (1U << depth) - 1;
    for (int y = 0; y < mask.height; ++y) {
        const std::uint8_t* row = raw.data() + row_bytes * y;
        for (int x = 0; x < mask.width; ++x) {
            const int bit = x * depth;
            mask.pixels.push_back(static_cast<std::uint8_t>(row[bit / 8] >> (8 - depth - bit % 8) & full));
        }
    }
}

// Samples of 16 bits, in this machine's byte order.
Status narrow(const std::vector<std::uint8_t>& raw, std::string_view name, Image& mask) {
    for (std::size_t i = 0; i + 1 < raw.size(); i += 2) {
        const unsigned value = raw[i] | static_cast<unsigned>(raw[i + 1]) << 8;
        if (value > 255)
            return cannot_decode(name,
                                 fmt::format("a mask's values go up to 255, found {}; write it in 8 bits", value));
        mask.pixels.push_back(static_cast<std::uint8_t>(value));
    }
    return {};
}

Status take_equal(const std::vector<std::uint8_t>& raw, std::size_t channels, std::string_view name, Image& mask) {
    for (std::size_t i = 0; i + channels <= raw.size(); i += channels) {
        if (raw[i] != raw[i + 1] || raw[i] != raw[i + 2]) {
            return cannot_decode(
                name, "it has colours, but a mask's pixels are class numbers; write it as grey or with a palette");
        }
        mask.pixels.push_back(raw[i]);
    }
    return {};
}

}  // namespace

Result<Image> decode_mask(std::string_view bytes, std::string_view name, const DecodeLimits& limits) {
    if (bytes.empty()) return cannot_decode(name, "the file is empty");
    if (!bytes.starts_with("\x89PNG\r\n\x1A\n")) return cannot_decode(name, "it is not a PNG file, as masks must be");
    GOETIA_ASSIGN(PngFile file, PngFile::open(bytes, name, limits));
    const spng_ihdr& header = file.header();
    const bool colours = header.color_type != SPNG_COLOR_TYPE_GRAYSCALE && header.color_type != SPNG_COLOR_TYPE_INDEXED;
    const int format = colours ? SPNG_FMT_RGB8 : SPNG_FMT_PNG;  // unchanged; 16 bits in this machine's byte order
    GOETIA_ASSIGN(const std::vector<std::uint8_t> raw, file.pixels(format, 0));

    Image mask{static_cast<int>(header.width), static_cast<int>(header.height), 1, {}};
    mask.pixels.reserve(static_cast<std::size_t>(mask.width) * mask.height);
    if (colours) GOETIA_TRY(take_equal(raw, 3, name, mask));
    else if (header.bit_depth == 16) GOETIA_TRY(narrow(raw, name, mask));
    else unpack(raw, header.bit_depth, mask);
    return mask;
}

Result<Image> read_mask(const std::filesystem::path& path, const DecodeLimits& limits) {
    GOETIA_ASSIGN(const std::string bytes, read_file(path));
    return decode_mask(bytes, path.native(), limits);
}

}  // namespace goetia
