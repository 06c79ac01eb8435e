// From a picture file's bytes to RGB pixels, upright. The format is told from the bytes, not from the file's name.
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

// What a file may ask for and how it is taken. A header may promise any size; nothing larger than `pixels` is given
// memory.
struct DecodeLimits {
    std::int64_t pixels = 178'956'970;           // half a gigabyte of RGB
    std::optional<BackgroundColour> background;  // under transparent pixels; absent: transparency is left out
};

// "cannot decode 'x.jpg': premature end of JPEG file". `name` is only for messages.
Result<Image> decode_image(std::string_view bytes, std::string_view name, const DecodeLimits& limits = {});

// Refuses a header that promises more than that.
Status check_size(std::int64_t width, std::int64_t height, std::string_view name, const DecodeLimits& limits = {});

Result<Image> read_image(const std::filesystem::path& path, const DecodeLimits& limits = {});

// Whether a folder's file is taken as a picture: .jpg, .jpeg, .png, .bmp, .webp, .tif, .tiff in any case.
bool has_image_extension(const std::filesystem::path& path);
// A picture by its name, of a kind that this build does not read.
bool has_unread_image_extension(const std::filesystem::path& path);

}  // namespace goetia
