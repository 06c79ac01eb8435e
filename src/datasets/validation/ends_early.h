// Whether a picture file was cut short.
#pragma once

#include <string_view>

namespace goetia {

// Whether a file that does not decode lacks its end: by its own format's marks, not by a decoder's words.
bool ends_early(std::string_view bytes);

}  // namespace goetia
