// Reads an image's size from as few of its bytes as possible.
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

// The upright size, as decode_image() gives it; empty when the bytes do not hold it. A JPEG file's first bytes will do,
// a PNG file is needed in full.
std::optional<ImageSize> jpeg_size(std::string_view head);
std::optional<ImageSize> png_size(std::string_view file);

// JPEG and PNG from their headers, other formats by decoding them.
Result<ImageSize> read_image_size(const std::filesystem::path& path);

}  // namespace goetia
