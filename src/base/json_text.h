// JSON as text and back. Only the .cpp of this header instantiates the parser and the writer, which cost a second of
// compile time per file.
#pragma once

#include <string>
#include <string_view>

#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

// `source` names the text in messages: "'config.json' is not JSON: line 2, column 6: invalid literal".
Result<Json> parse_json(std::string_view text, std::string_view source);

// On one line, or indented. Bytes that are not UTF-8 (file names may contain any) are written as U+FFFD.
std::string json_text(const Json& json);
std::string json_text(const Json& json, int indent);

}  // namespace goetia
