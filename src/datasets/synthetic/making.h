// What all synthetic sets have in common.
#pragma once

#include <vector>

#include "base/whole_folder.h"

namespace goetia {

// The first `count` kinds of shape by sorted name: a class's number is its place there.
std::vector<std::size_t> sorted_kinds(std::int64_t count);

// Of each class the second of every five pictures is val.
constexpr bool is_val_turn(std::int64_t turn) { return turn % 5 == 1; }

}  // namespace goetia
