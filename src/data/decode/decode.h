// From a picture file's bytes to RGB pixels, upright. The format is told from the bytes, not from the file's name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "base/result.h"
#include "data/sample.h"

namespace goetia {

// A header may promise any size; nothing larger than this is given memory.
struct DecodeLimits {
    std::int64_t pixels = 178'956'970;  // half a gigabyte of RGB
};

// "cannot decode 'x.jpg': premature end of JPEG file". `name` is only for messages.
Result<Image> decode_image(std::string_view bytes, std::string_view name, const DecodeLimits& limits = {});

Result<Image> read_image(const std::filesystem::path& path, const DecodeLimits& limits = {});

// Whether a folder's file is taken as a picture: .jpg, .jpeg, .png in any case.
bool has_image_extension(const std::filesystem::path& path);

}  // namespace goetia
