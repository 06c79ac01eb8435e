// The width of a text on a terminal, independent of the locale: Chinese characters take two columns, combining marks
// and escape sequences none.
#pragma once

#include <string>
#include <string_view>

namespace goetia::cli {

int display_width(std::string_view text);
// The longest prefix of `text` that fits; escape sequences are not cut, and none is left open.
std::string fitted(std::string_view text, int width);

}  // namespace goetia::cli
