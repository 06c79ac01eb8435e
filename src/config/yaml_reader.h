// Parses YAML into nodes that know their file and line.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/node.h"

namespace goetia::config {

// Limits that no real config reaches, so that a malicious one cannot exhaust the machine.
constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxNodes = 200'000;  // counted after aliases are expanded
constexpr std::size_t kMaxBytes = 16U << 20U;

// Duplicate keys, unknown tags, several documents, invalid UTF-8 and anything beyond the limits are refused, with
// `name` and the line. An empty text is an empty mapping.
Result<Node> read_yaml(std::string_view text, const std::string& name);
Result<Node> read_yaml_file(const std::filesystem::path& path);

}  // namespace goetia::config
