// Text from outside may be anything; what is kept as JSON must be UTF-8.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace goetia {

// Where the text stops being UTF-8; nothing when all of it is.
std::optional<std::size_t> first_bad_utf8(std::string_view text);

// The text with each byte that is no UTF-8 as "\\xE9": for messages.
std::string with_bad_bytes_shown(std::string_view text);

}  // namespace goetia
