// YAML text to nodes that know their file and line.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/node.h"

namespace goetia::config {

// Bounds that no honest config reaches: they keep a hostile one from eating the machine.
constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxNodes = 200'000;  // counted after aliases are followed
constexpr std::size_t kMaxBytes = 16U << 20U;

// Duplicate keys, unknown tags, several documents, bad UTF-8 and anything beyond the bounds are refused, each with
// `name` and the line. An empty text is an empty mapping.
Result<Node> read_yaml(std::string_view text, const std::string& name);
Result<Node> read_yaml_file(const std::filesystem::path& path);

}  // namespace goetia::config
