// How large a picture is, from as few of its bytes as will do.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "imaging/decode/decode.h"

namespace goetia {

struct ImageSize {
    int width = 0, height = 0;
    friend bool operator==(const ImageSize&, const ImageSize&) = default;
};

// Upright, as decode_image() would give it; nothing when `head`, the file's first bytes, do not tell.
std::optional<ImageSize> jpeg_size(std::string_view head);
std::optional<ImageSize> png_size(std::string_view whole);

// JPEG and PNG from their headers, other formats by decoding them.
Result<ImageSize> read_image_size(const std::filesystem::path& path);

}  // namespace goetia
