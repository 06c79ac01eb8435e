#include "data/decode/mask.h"

#include <memory>

#include <spng.h>

#include "base/files.h"
#include "data/decode/formats.h"

namespace goetia {
namespace {

struct Free {
    void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};

constexpr std::size_t kChunkLimit = std::size_t{64} << 20;  // of texts, profiles and other side matter

// Samples of 1, 2, 4 or 8 bits, rows beginning at whole bytes.
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

// Samples of 16 bits, in this machine's order.
Status narrow(const std::vector<std::uint8_t>& raw, std::string_view name, Image& mask) {
    for (std::size_t i = 0; i + 1 < raw.size(); i += 2) {
        const unsigned value = raw[i] | static_cast<unsigned>(raw[i + 1]) << 8;
        if (value > 255)
            return cannot_decode(name,
                                 fmt::format("a mask's values go to 255, it holds {}; write it in 8 bits", value));
        mask.pixels.push_back(static_cast<std::uint8_t>(value));
    }
    return {};
}

Status take_equal(const std::vector<std::uint8_t>& raw, std::size_t channels, std::string_view name, Image& mask) {
    for (std::size_t i = 0; i + channels <= raw.size(); i += channels) {
        if (raw[i] != raw[i + 1] || raw[i] != raw[i + 2]) {
            return cannot_decode(
                name, "it holds colours, a mask's pixels are class numbers; write it as grey or as a palette");
        }
        mask.pixels.push_back(raw[i]);
    }
    return {};
}

}  // namespace

Result<Image> decode_mask(std::string_view bytes, std::string_view name, const DecodeLimits& limits) {
    if (bytes.empty()) return cannot_decode(name, "the file is empty");
    if (!bytes.starts_with("\x89PNG\r\n\x1A\n")) return cannot_decode(name, "a mask is a PNG file, this is none");
    const std::unique_ptr<spng_ctx, Free> context(spng_ctx_new(0));
    if (!context) return failed("cannot start the PNG decoder: out of memory");
    const auto refuse = [&](int code) { return cannot_decode(name, spng_strerror(code)); };
    if (const int code = spng_set_chunk_limits(context.get(), kChunkLimit, kChunkLimit); code != 0) return refuse(code);
    if (const int code = spng_set_png_buffer(context.get(), bytes.data(), bytes.size()); code != 0) return refuse(code);
    spng_ihdr header{};
    if (const int code = spng_get_ihdr(context.get(), &header); code != 0) return refuse(code);
    GOETIA_TRY(check_size(header.width, header.height, name, limits));

    const bool colours = header.color_type != SPNG_COLOR_TYPE_GRAYSCALE && header.color_type != SPNG_COLOR_TYPE_INDEXED;
    const int format = colours ? SPNG_FMT_RGB8 : SPNG_FMT_PNG;  // as it stands, 16 bits in this machine's order
    std::size_t size = 0;
    if (const int code = spng_decoded_image_size(context.get(), format, &size); code != 0) return refuse(code);
    std::vector<std::uint8_t> raw(size);
    if (const int code = spng_decode_image(context.get(), raw.data(), size, format, 0); code != 0) return refuse(code);
    if (const int code = spng_decode_chunks(context.get()); code != 0) return refuse(code);

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
