// Detection of truncated image files.
#pragma once

#include <string_view>

namespace goetia {

// Whether a file that failed to decode is truncated: judged by the structure of its format, not by the error message of
// a decoder.
bool is_truncated(std::string_view bytes);

}  // namespace goetia
