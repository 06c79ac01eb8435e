#include "imaging/decode/decode.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/files.h"
#include "imaging/decode/exif.h"
#include "imaging/decode/formats.h"

namespace goetia {

Error cannot_decode(std::string_view name, std::string_view reason) {
    return invalid("cannot decode '{}': {}", name, reason);
}

Status check_size(std::int64_t width, std::int64_t height, std::string_view name, const DecodeLimits& limits) {
    if (width < 1 || height < 1) return cannot_decode(name, fmt::format("its header says {}x{} pixels", width, height));
    if (width <= limits.pixels / height) return {};
    return cannot_decode(
        name, fmt::format("its header says {}x{} pixels; at most {} pixels are decoded", width, height, limits.pixels));
}

Result<Image> decode_image(std::string_view bytes, std::string_view name, const DecodeLimits& limits) {
    using namespace std::string_view_literals;
    if (bytes.empty()) return cannot_decode(name, "the file is empty");
    if (bytes.starts_with("\xFF\xD8\xFF"sv)) return decode_jpeg(bytes, name, limits);
    if (bytes.starts_with("\x89PNG\r\n\x1A\n"sv)) return decode_png(bytes, name, limits);
    if (bytes.starts_with("BM"sv)) return decode_bmp(bytes, name, limits);
    if (bytes.size() > 12 && bytes.starts_with("RIFF"sv) && bytes.substr(8).starts_with("WEBP"sv))
        return decode_webp(bytes, name, limits);
    for (const std::string_view magic : {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv}) {
        if (bytes.starts_with(magic)) return decode_tiff(bytes, name, limits);
    }
    return cannot_decode(name, "it is not a JPEG, PNG, BMP, WebP or TIFF file");
}

Result<Image> read_image(const std::filesystem::path& path, const DecodeLimits& limits) {
    GOETIA_ASSIGN(const std::string bytes, read_file(path));
    return decode_image(bytes, path.native(), limits);
}

namespace {

template <std::size_t kCount>
bool ends_in(const std::filesystem::path& path, const std::array<std::string_view, kCount>& endings) {
    std::string extension = path.extension().native();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return c < 128 ? std::tolower(c) : c; });
    return std::find(endings.begin(), endings.end(), extension) != endings.end();
}

}  // namespace

bool has_image_extension(const std::filesystem::path& path) {
    constexpr std::array<std::string_view, 10> kRead{".jpg", ".jpeg", ".jpe",  ".jfif", ".png",
                                                     ".bmp", ".dib",  ".webp", ".tif",  ".tiff"};
    return ends_in(path, kRead);
}

bool has_unsupported_image_extension(const std::filesystem::path& path) {
    constexpr std::array<std::string_view, 14> kUnread{".gif", ".heic", ".heif", ".avif", ".jp2", ".j2k", ".jxl",
                                                       ".ppm", ".pgm",  ".pbm",  ".pnm",  ".tga", ".exr", ".dng"};
    return ends_in(path, kUnread);
}

}  // namespace goetia
