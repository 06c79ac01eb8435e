// A number for each class as a document says it: a list in the order of the classes, or a mapping of some names.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

// `said` is a list of one number for each class, or a mapping from names to numbers in which the others have
// `fallback`. Every fault at once; numbers must not be negative.
Result<std::vector<double>> numbers_by_class(const Json& said, const std::vector<std::string>& classes, double fallback,
                                             const std::string& path);

}  // namespace goetia
