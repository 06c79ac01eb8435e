// Helpers shared by the synthetic sets.
#pragma once

#include <vector>

#include "base/atomic_folder.h"

namespace goetia {

inline constexpr int kJpegQuality = 92;

// The first `count` kinds of shapes, sorted by name; the position is the class index.
std::vector<std::size_t> sorted_kinds(std::int64_t count);

// In each class, the second of every five images is in val.
constexpr bool is_val_turn(std::int64_t turn) { return turn % 5 == 1; }

}  // namespace goetia
