// What a picture looks like, in 64 bits: resizing, another quality or another file format change few of them.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>

#include "imaging/sample.h"

namespace goetia {

// The signs of the 64 lowest frequencies (DCT) of the picture as 32 x 32 grey, each against their median. Nothing for a
// picture without contrast: all of those look alike.
std::optional<std::uint64_t> perceptual_hash(const Image& image);

// In how many bits two differ: 0 to 64.
inline int hash_distance(std::uint64_t a, std::uint64_t b) { return std::popcount(a ^ b); }

}  // namespace goetia
