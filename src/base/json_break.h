// Where a text ceases to be JSON, for those who must tell a person: parsers made for speed or for machines only say
// that it does.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace goetia {

struct JsonBreak {
    std::size_t line = 0, column = 0;  // counted from 1; the column in bytes
    std::string why;                   // "unexpected end of input; expected ']'"
};

// Nothing when all of it is JSON.
std::optional<JsonBreak> json_break(std::string_view text);

}  // namespace goetia
