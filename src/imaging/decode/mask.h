// A picture whose pixels are class numbers: grey values or palette places as they stand in the file, no colours.
#pragma once

#include <filesystem>
#include <string_view>

#include "imaging/decode/decode.h"

namespace goetia {

// One channel. PNG only: grey of 1 to 16 bits (values to 255), a palette's places, or colours whose channels are equal.
Result<Image> decode_mask(std::string_view bytes, std::string_view name, const DecodeLimits& limits = {});

Result<Image> read_mask(const std::filesystem::path& path, const DecodeLimits& limits = {});

}  // namespace goetia
