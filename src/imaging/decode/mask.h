// Decodes semantic masks: PNG files whose pixels are class numbers, taken as grey values or palette indices.
#pragma once

#include <filesystem>
#include <string_view>

#include "imaging/decode/decode.h"

namespace goetia {

// One channel. PNG only: grey of 1 to 16 bits (values up to 255), palette indices, or RGB with equal channels.
Result<Image> decode_mask(std::string_view bytes, std::string_view name, const DecodeLimits& limits = {});

Result<Image> read_mask(const std::filesystem::path& path, const DecodeLimits& limits = {});

}  // namespace goetia
