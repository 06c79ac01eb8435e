// Decodes image files to upright RGB pixels. The format is detected from the bytes, not from the file's name.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "imaging/image.h"

namespace goetia {

using BackgroundColour = std::array<std::uint8_t, 3>;

// Limits and options of decoding. A header may claim any size; memory is allocated only up to `pixels`.
struct DecodeLimits {
    std::int64_t pixels = 178'956'970;           // half a gigabyte of RGB
    std::optional<BackgroundColour> background;  // under transparent pixels; absent: alpha is dropped
};

// "cannot decode 'x.jpg': premature end of JPEG file". `name` is only for messages.
Result<Image> decode_image(std::string_view bytes, std::string_view name, const DecodeLimits& limits = {});

// Refuses sizes beyond the limits.
Status check_size(std::int64_t width, std::int64_t height, std::string_view name, const DecodeLimits& limits = {});

Result<Image> read_image(const std::filesystem::path& path, const DecodeLimits& limits = {});

// Whether a file in a folder counts as an image: .jpg, .jpeg, .png, .bmp, .webp, .tif, .tiff in any case.
bool has_image_extension(const std::filesystem::path& path);
// Whether its extension names an image format that this build does not read.
bool has_unsupported_image_extension(const std::filesystem::path& path);

}  // namespace goetia
