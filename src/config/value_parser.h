// Parses the value part of an override: words, quotes, lists, maps, calls, and choices separated by commas.
#pragma once

#include <string_view>

#include "base/result.h"
#include "config/value.h"

namespace goetia::config {

Result<Value> parse_value(std::string_view text);

}  // namespace goetia::config
