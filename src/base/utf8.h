// UTF-8 validation: text from outside may be anything, but JSON must be UTF-8.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace goetia {

// The offset of the first byte that is not valid UTF-8; empty when all of it is.
std::optional<std::size_t> first_invalid_utf8(std::string_view text);

// The text with each invalid byte as "\\xE9", for messages.
std::string escape_invalid_utf8(std::string_view text);

}  // namespace goetia
