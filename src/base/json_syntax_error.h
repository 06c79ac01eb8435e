// The position of the first syntax error in a JSON text, for messages: the fast parsers only say that there is one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace goetia {

struct JsonSyntaxError {
    std::size_t line = 0, column = 0;  // counted from 1; the column in bytes
    std::string why;                   // "unexpected end of input; expected ']'"
};

// Empty when the text is valid.
std::optional<JsonSyntaxError> find_json_syntax_error(std::string_view text);

}  // namespace goetia
