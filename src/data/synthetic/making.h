// What all synthetic sets have in common.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "data/whole_folder.h"

namespace goetia {

// One file of a set under way: no half of it is ever seen, as the whole folder is renamed.
Status write_plain(const std::filesystem::path& path, std::string_view bytes);

// The first `count` kinds of shape by sorted name: a class's number is its place there.
std::vector<std::size_t> sorted_kinds(std::int64_t count);

// Of each class the second of every five pictures is val.
constexpr bool is_val_turn(std::int64_t turn) { return turn % 5 == 1; }

}  // namespace goetia
