// How wide a text is on a terminal, without asking the locale: Chinese characters take two columns, combining marks
// and escape sequences none.
#pragma once

#include <string>
#include <string_view>

namespace goetia::cli {

int display_width(std::string_view text);
// The beginning of `text` that fits; escape sequences stay whole and none is left open.
std::string fitted(std::string_view text, int width);

}  // namespace goetia::cli
