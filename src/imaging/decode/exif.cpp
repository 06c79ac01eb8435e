#include "imaging/decode/exif.h"

#include <cstdint>
#include <cstring>

namespace goetia {
namespace {

// Integers of either byte order, 0 beyond the end.
class ExifBytes {
  public:
    ExifBytes(std::string_view bytes, bool little) : bytes_(bytes), little_(little) {}

    [[nodiscard]] std::uint32_t number(std::size_t at, std::size_t width) const {
        if (at > bytes_.size() || bytes_.size() - at < width) return 0;
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < width; ++i) {
            const std::size_t place = little_ ? at + width - 1 - i : at + i;
            value = value << 8 | static_cast<unsigned char>(bytes_[place]);
        }
        return value;
    }

  private:
    std::string_view bytes_;
    bool little_;
};

}  // namespace

int exif_orientation(std::string_view tiff) {
    if (!tiff.starts_with("II") && !tiff.starts_with("MM")) return 1;
    const ExifBytes bytes(tiff, tiff.starts_with("II"));
    if (bytes.number(2, 2) != 42) return 1;
    const std::size_t directory = bytes.number(4, 4);
    const std::size_t entries = bytes.number(directory, 2);
    for (std::size_t i = 0; i < entries; ++i) {
        const std::size_t entry = directory + 2 + 12 * i;
        if (entry >= tiff.size()) break;
        if (bytes.number(entry, 2) != 0x0112) continue;
        constexpr std::uint32_t kLong = 4, kSignedLong = 9;
        const std::uint32_t type = bytes.number(entry + 2, 2);
        const std::uint32_t value = bytes.number(entry + 8, type == kLong || type == kSignedLong ? 4 : 2);
        return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
    }
    return 1;
}

int jpeg_orientation(std::string_view jpeg) {
    const ExifBytes bytes(jpeg, false);
    std::size_t at = 2;
    while (at + 4 <= jpeg.size() && bytes.number(at, 1) == 0xFF) {
        const std::uint32_t marker = bytes.number(at + 1, 1);
        if (marker == 0xFF) {  // a fill byte
            ++at;
            continue;
        }
        if (marker == 0xDA || marker == 0xD9) break;  // the pixels begin, or the file ends
        const std::size_t length = bytes.number(at + 2, 2);
        if (length < 2) break;
        if (marker == 0xE1 && jpeg.substr(at + 4).starts_with(std::string_view("Exif\0\0", 6))) {
            const std::size_t begin = at + 10;
            if (length >= 8 && begin <= jpeg.size()) return exif_orientation(jpeg.substr(begin, length - 8));
        }
        at += 2 + length;
    }
    return 1;
}

int webp_orientation(std::string_view webp) {
    const ExifBytes bytes(webp, true);
    for (std::size_t at = 12; at + 8 <= webp.size();) {
        const std::size_t length = bytes.number(at + 4, 4);
        if (webp.substr(at).starts_with("EXIF")) {
            std::string_view block = webp.substr(at + 8, length);
            if (block.starts_with(std::string_view("Exif\0\0", 6))) block.remove_prefix(6);
            return exif_orientation(block);
        }
        at += 8 + length + length % 2;
    }
    return 1;
}

Image upright(Image image, int orientation) {
    if (orientation <= 1 || orientation > 8) return image;
    const bool swapped = orientation >= 5;  // rows become columns
    const int width = image.width, height = image.height, channels = image.channels;
    Image turned{swapped ? height : width, swapped ? width : height, channels, {}};
    turned.pixels.resize(image.pixels.size());
    for (int y = 0; y < turned.height; ++y) {
        for (int x = 0; x < turned.width; ++x) {
            int from_x = swapped ? y : x, from_y = swapped ? x : y;
            if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8)
                from_x = width - 1 - from_x;
            if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7)
                from_y = height - 1 - from_y;
            std::memcpy(&turned.pixels[(static_cast<std::size_t>(y) * turned.width + x) * channels],
                        &image.pixels[(static_cast<std::size_t>(from_y) * width + from_x) * channels], channels);
        }
    }
    return turned;
}

}  // namespace goetia
