// What is logged of a request or a node may be theirs: a line of a log is one line, and no terminal obeys it.
#pragma once

#include <string>
#include <string_view>

namespace goetia {

// Control bytes and bytes that are not UTF-8 as "\\x1B"; the rest as it is.
std::string one_log_line(std::string_view text);

}  // namespace goetia
