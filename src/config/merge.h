// Merging of configs and overrides, by OmegaConf's rules: mappings are merged key by key, everything else is replaced,
// "???" never replaces a value.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "config/node.h"
#include "config/override_grammar.h"

namespace goetia::config {

// Merges `content` into `root` at the dotted `package` ("" is the root itself).
Status merge_package(Node& root, const std::string& package, const Node& content);

// Applies the overrides in order; a key that does not exist needs '+', and is answered with the nearest keys.
Status apply_overrides(Node& root, const std::vector<Override>& overrides);

}  // namespace goetia::config
