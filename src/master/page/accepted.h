// What a header such as `Accept: text/html, */*;q=0.8` says of one word.
#pragma once

#include <optional>
#include <string_view>

namespace goetia {

// From 0 (refused) to 1, for a word that the header names itself; none where it does not. The word is in lower case.
std::optional<double> accepted_weight(std::string_view header, std::string_view word);

}  // namespace goetia
