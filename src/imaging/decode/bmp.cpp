#include <algorithm>
#include <array>
#include <bit>

#include "imaging/decode/alpha.h"
#include "imaging/decode/formats.h"

namespace goetia {
namespace {

using Rgba = std::array<std::uint8_t, 4>;

enum : std::uint32_t { kPlain = 0, kRuns8 = 1, kRuns4 = 2, kFields = 3, kFieldsWithAlpha = 6 };

struct Header {
    std::int64_t width = 0, height = 0;
    bool from_the_top = false, alpha = false;
    std::uint32_t bits = 0, compression = kPlain;
    std::size_t pixels = 0;  // their offset
    std::array<std::uint32_t, 4> masks{};
    std::vector<Rgba> palette;
};

// Little-endian integers; 0 beyond the end.
class BmpBytes {
  public:
    explicit BmpBytes(std::string_view bytes) : bytes_(bytes) {}

    [[nodiscard]] std::uint8_t byte(std::size_t at) const {
        return at < bytes_.size() ? static_cast<std::uint8_t>(bytes_[at]) : 0;
    }
    [[nodiscard]] std::uint32_t number(std::size_t at, std::size_t count) const {
        std::uint32_t value = 0;
        for (std::size_t i = count; i > 0; --i) value = value << 8 | byte(at + i - 1);
        return value;
    }
    [[nodiscard]] std::size_t size() const { return bytes_.size(); }

  private:
    std::string_view bytes_;
};

void read_masks(const BmpBytes& bytes, std::uint32_t size, Header& header) {
    if (header.compression == kFields || header.compression == kFieldsWithAlpha) {
        for (std::size_t i = 0; i < 4; ++i) header.masks[i] = bytes.number(54 + 4 * i, 4);
        if (size < 56 && header.compression == kFields) header.masks[3] = 0;
        header.alpha = header.masks[3] != 0;
    } else if (header.bits == 16) {
        header.masks = {0x7C00, 0x3E0, 0x1F, 0};
    } else if (header.bits == 32) {
        header.masks = {0xFF0000, 0xFF00, 0xFF, 0};
    }
}

void read_palette(const BmpBytes& bytes, std::uint32_t size, Header& header) {
    if (header.bits > 8) return;
    const bool old = size == 12;
    const std::size_t width = old ? 3 : 4, limit = std::size_t{1} << header.bits;
    const std::size_t declared = old ? 0 : bytes.number(46, 4),
                      count = declared == 0 ? limit : std::min(declared, limit);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at = 14 + size + i * width;
        header.palette.push_back({bytes.byte(at + 2), bytes.byte(at + 1), bytes.byte(at), 255});
    }
}

Result<Header> read_header(const BmpBytes& bytes, std::string_view name) {
    if (bytes.size() < 26) return cannot_decode(name, "premature end of BMP file");
    Header header{.pixels = bytes.number(10, 4)};
    const std::uint32_t size = bytes.number(14, 4);
    if (size == 12) {
        header.width = bytes.number(18, 2), header.height = bytes.number(20, 2), header.bits = bytes.number(24, 2);
    } else if (size >= 40 && size <= 1024) {
        header.width = static_cast<std::int32_t>(bytes.number(18, 4));
        header.height = static_cast<std::int32_t>(bytes.number(22, 4));
        header.from_the_top = header.height < 0;
        header.height = std::abs(header.height);
        header.bits = bytes.number(28, 2), header.compression = bytes.number(30, 4);
    } else {
        return cannot_decode(name, fmt::format("its BMP header says it is {} bytes long", size));
    }
    constexpr std::array<std::uint32_t, 6> kBits{1, 4, 8, 16, 24, 32};
    const bool fields = header.compression == kFields || header.compression == kFieldsWithAlpha;
    const bool fits = header.compression == kPlain || (header.compression == kRuns8 && header.bits == 8) ||
                      (header.compression == kRuns4 && header.bits == 4) ||
                      (fields && (header.bits == 16 || header.bits == 32));
    if (std::find(kBits.begin(), kBits.end(), header.bits) == kBits.end() || !fits) {
        return cannot_decode(name, fmt::format("this build does not read BMP files of {} bits with compression {}",
                                               header.bits, header.compression));
    }
    read_masks(bytes, size, header);
    read_palette(bytes, size, header);
    return header;
}

// The bits under a mask, scaled to 0 .. 255.
std::uint8_t level(std::uint32_t value, std::uint32_t mask) {
    if (mask == 0) return 0;
    const std::uint64_t limit = mask >> std::countr_zero(mask), part = (value & mask) >> std::countr_zero(mask);
    return static_cast<std::uint8_t>((part * 255 + limit / 2) / limit);
}

class Canvas {
  public:
    explicit Canvas(const Header& header) : header_(header) {
        image_ = {static_cast<int>(header.width), static_cast<int>(header.height), 4, {}};
        image_.pixels.resize(static_cast<std::size_t>(header.width * header.height) * 4);
    }

    // `row` as in the file.
    void set(std::int64_t x, std::int64_t row, const Rgba& colour) {
        if (x >= header_.width || row >= header_.height) return;
        const std::int64_t y = header_.from_the_top ? row : header_.height - 1 - row;
        std::copy(colour.begin(), colour.end(),
                  image_.pixels.begin() + static_cast<std::ptrdiff_t>((y * header_.width + x) * 4));
    }
    void set(std::int64_t x, std::int64_t row, std::size_t place) {
        set(x, row, place < header_.palette.size() ? header_.palette[place] : Rgba{0, 0, 0, 255});
    }
    Image take() { return std::move(image_); }

  private:
    const Header& header_;
    Image image_;
};

Status read_rows(const BmpBytes& bytes, const Header& header, std::string_view name, Canvas& canvas) {
    const std::size_t stride = (static_cast<std::size_t>(header.width) * header.bits + 31) / 32 * 4;
    if (header.pixels > bytes.size() ||
        (bytes.size() - header.pixels) / stride < static_cast<std::size_t>(header.height))
        return cannot_decode(name, "premature end of BMP file");
    for (std::int64_t row = 0; row < header.height; ++row) {
        const std::size_t begin = header.pixels + stride * static_cast<std::size_t>(row);
        for (std::int64_t x = 0; x < header.width; ++x) {
            const auto place = static_cast<std::size_t>(x);
            if (header.bits <= 8) {
                const std::size_t bit = place * header.bits;
                const unsigned shift = 8 - header.bits - static_cast<unsigned>(bit % 8);
                canvas.set(x, row, std::size_t{bytes.byte(begin + bit / 8)} >> shift & ((1U << header.bits) - 1));
            } else if (header.bits == 24) {
                const std::size_t at = begin + 3 * place;
                canvas.set(x, row, Rgba{bytes.byte(at + 2), bytes.byte(at + 1), bytes.byte(at), 255});
            } else {
                const std::uint32_t value = bytes.number(begin + place * header.bits / 8, header.bits / 8);
                const auto& m = header.masks;
                canvas.set(x, row,
                           Rgba{level(value, m[0]), level(value, m[1]), level(value, m[2]),
                                header.alpha ? level(value, m[3]) : std::uint8_t{255}});
            }
        }
    }
    return {};
}

// Runs of one palette index, or of two in turn (4 bits); 0 escapes: end of row, end of image, a jump, or literal
// indices.
Status read_runs(const BmpBytes& bytes, const Header& header, std::string_view name, Canvas& canvas) {
    const bool small = header.compression == kRuns4;
    for (std::int64_t row = 0; row < header.height; ++row) {
        for (std::int64_t x = 0; x < header.width; ++x) canvas.set(x, row, std::size_t{0});
    }
    std::size_t at = header.pixels;
    std::int64_t x = 0, row = 0;
    const auto place = [&](std::size_t from, std::size_t i) -> std::size_t {
        if (!small) return bytes.byte(from + i);
        return i % 2 == 0 ? bytes.byte(from + i / 2) >> 4 : bytes.byte(from + i / 2) & 15;
    };
    while (row < header.height) {
        if (at + 2 > bytes.size()) return cannot_decode(name, "premature end of BMP file");
        const std::size_t count = bytes.byte(at), value = bytes.byte(at + 1);
        at += 2;
        if (count > 0) {
            for (std::size_t i = 0; i < count; ++i)
                canvas.set(x++, row, small ? (i % 2 == 0 ? value >> 4 : value & 15) : value);
        } else if (value == 0) {
            x = 0, ++row;
        } else if (value == 1) {
            break;
        } else if (value == 2) {
            x += bytes.byte(at), row += bytes.byte(at + 1), at += 2;
        } else {
            for (std::size_t i = 0; i < value; ++i) canvas.set(x++, row, place(at, i));
            at += ((small ? (value + 1) / 2 : value) + 1) / 2 * 2;
        }
    }
    return {};
}

}  // namespace

Result<Image> decode_bmp(std::string_view file, std::string_view name, const DecodeLimits& limits) {
    const BmpBytes bytes(file);
    GOETIA_ASSIGN(const Header header, read_header(bytes, name));
    GOETIA_TRY(check_size(header.width, header.height, name, limits));
    const bool runs = header.compression == kRuns8 || header.compression == kRuns4;
    Canvas canvas(header);
    GOETIA_TRY(runs ? read_runs(bytes, header, name, canvas) : read_rows(bytes, header, name, canvas));
    return without_alpha(canvas.take(), limits.background);
}

}  // namespace goetia
