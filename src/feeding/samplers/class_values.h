// Parses one number per class: a list in the order of the classes, or a mapping of some class names.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

// `values` is a list with one number for each class, or a mapping from names to numbers; classes without one get
// `fallback`. Negative numbers are refused; all faults are reported at once.
Result<std::vector<double>> values_by_class(const Json& values, const std::vector<std::string>& classes,
                                            double fallback, const std::string& path);

}  // namespace goetia
