// Parser for one override of the command line: "a.b=v", "+a.b=v", "++a.b=v", "~a.b", "group=x", "group@package=x", with
// all of Hydra's value syntax: words, quotes, lists, maps, casts and sweeps.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/value.h"

namespace goetia::config {

struct Override {
    enum class Type { kChange, kAdd, kForceAdd, kDelete };

    Type type = Type::kChange;
    std::string key;                     // "a.b" or a group "db/mysql"
    std::optional<std::string> package;  // after '@'
    bool has_value = false;              // "~a" has none
    Value value;
    std::string line;  // as the user wrote it

    [[nodiscard]] bool is_sweep() const { return value.kind == Value::Kind::kSweep; }
    [[nodiscard]] std::string key_element() const;  // with its prefix and package: "+db@x"
};

Result<Override> parse_override(const std::string& line);

// Parses all of them and reports every fault at once.
Result<std::vector<Override>> parse_overrides(const std::vector<std::string>& lines);

}  // namespace goetia::config
