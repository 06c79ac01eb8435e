// What a request's head must be before anything is read from it. Where servers on the way of a request read one head in
// two ways, a second request can be smuggled in; so whatever can be read in two ways is refused.
#pragma once

#include <string_view>

#include "base/result.h"

namespace goetia {

// `head` ends with its empty line. Refused: line breaks other than CR LF, folded lines, spaces before a colon, several
// or no Host, Content-Length twice or not as digits or beside Transfer-Encoding, any Transfer-Encoding but "chunked",
// more than 100 headers, a target that is not a path.
Status check_request_head(std::string_view head);

}  // namespace goetia
