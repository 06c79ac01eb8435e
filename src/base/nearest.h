// The known name nearest to a mistyped one, for every "did you mean".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace goetia {

// Empty when none is near enough (more than a third of the letters differ).
std::string nearest_name(std::string_view mistyped, const std::vector<std::string>& known);

}  // namespace goetia
