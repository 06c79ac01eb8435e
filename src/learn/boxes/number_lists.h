// Parameters that are lists of lists of numbers, one for each map of a pyramid.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

// Positive numbers; an inner list may be empty where `empty_allowed`.
Result<std::vector<std::vector<double>>> number_lists(const Json& value, const std::string& path,
                                                      bool empty_allowed = false);
// An Error unless there are as many lists as maps.
Status check_lists(std::size_t lists, std::size_t maps, const std::string& param);

}  // namespace goetia
