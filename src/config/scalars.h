// Conversion between plain words and values. YAML words are typed as OmegaConf's loader does (YAML 1.1 with `1e-3` as a
// number and without dates).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json_fwd.h"

namespace goetia::config {

// The value of an unquoted YAML word. Empty for a number too large for 64 bits, which the caller refuses.
std::optional<Json> yaml_scalar(std::string_view word);

// Whether some YAML reader (1.1 or 1.2) would read this word as something other than a string.
bool looks_like_another_type(std::string_view word);

// The shortest digits that read back equal, always with a decimal point: "0.1", "1.0e-06", ".inf".
std::string yaml_float(double value);

// As Python's str() formats it: "0.1", "1e-06", "inf", "100000.0".
std::string python_float(double value);
// As Python's str() formats it: "None", "True", "[1, 'a']".
std::string python_text(const Json& value);

// Digits with single underscores between them and an optional sign: "1_000". Empty when it is not such a number or is
// too large.
std::optional<Json> plain_integer(std::string_view text);

}  // namespace goetia::config
