#include "imaging/decode/image_size.h"

#include <fstream>

#include <zlib.h>

#include "base/files.h"
#include "imaging/decode/exif.h"

namespace goetia {
namespace {

std::size_t byte(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }
std::size_t big16(std::string_view bytes, std::size_t at) { return byte(bytes, at) << 8 | byte(bytes, at + 1); }
std::size_t big32(std::string_view bytes, std::size_t at) { return big16(bytes, at) << 16 | big16(bytes, at + 2); }

std::size_t sum_of(std::string_view bytes) {
    return ::crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()));
}

std::optional<ImageSize> turned(std::size_t width, std::size_t height, int orientation) {
    if (width == 0 || height == 0 || width > INT32_MAX || height > INT32_MAX) return std::nullopt;
    if (orientation >= 5) std::swap(width, height);  // 5 to 8 are rotated by 90 degrees
    return ImageSize{static_cast<int>(width), static_cast<int>(height)};
}

}  // namespace

std::optional<ImageSize> jpeg_size(std::string_view head) {
    if (!head.starts_with("\xFF\xD8")) return std::nullopt;
    std::size_t at = 2;
    while (at + 9 < head.size()) {
        if (byte(head, at) != 0xFF) return std::nullopt;
        const std::size_t marker = byte(head, at + 1);
        if (marker == 0xFF) {  // fill byte byte
            ++at;
            continue;
        }
        const bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (frame) return turned(big16(head, at + 7), big16(head, at + 5), jpeg_orientation(head));
        const bool alone = marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8);
        at += alone ? 2 : 2 + big16(head, at + 2);
    }
    return std::nullopt;
}

std::optional<ImageSize> png_size(std::string_view file) {
    if (!file.starts_with("\x89PNG\r\n\x1A\n") || file.size() < 24 || file.substr(12, 4) != "IHDR") return std::nullopt;
    int orientation = 1;
    for (std::size_t at = 8; at + 12 <= file.size();) {
        const std::size_t length = big32(file, at);
        if (length > file.size() - at - 12) break;
        const std::string_view chunk = file.substr(at + 4, length + 4);  // name and data
        // The decoder ignores a chunk with a wrong checksum too.
        if (chunk.starts_with("eXIf") && sum_of(chunk) == big32(file, at + 8 + length))
            orientation = exif_orientation(file.substr(at + 8, length));
        at += 12 + length;
    }
    return turned(big32(file, 16), big32(file, 20), orientation);
}

Result<ImageSize> read_image_size(const std::filesystem::path& path) {
    constexpr std::size_t kHead = 65536;
    std::string head(kHead, '\0');
    std::ifstream file(path, std::ios::binary);
    file.read(head.data(), kHead);
    head.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
    if (const auto size = jpeg_size(head)) return *size;
    GOETIA_ASSIGN(const std::string bytes, read_file(path));
    if (const auto size = jpeg_size(bytes)) return *size;
    if (const auto size = png_size(bytes)) return *size;
    GOETIA_ASSIGN(const Image image, decode_image(bytes, path.native()));
    return ImageSize{image.width, image.height};
}

}  // namespace goetia
