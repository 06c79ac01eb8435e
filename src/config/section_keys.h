// The keys of an experiment's section that belong to the section itself, whatever component it names: one table for the
// check of a section and for making its component. The contract marks them (cmake/GoetiaSectionKeys.cmake).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"

namespace goetia {

// Of "model", "dataset", "optimizer" or "scheduler"; other sections have none.
const std::vector<std::string>& section_keys(std::string_view section);

// The sections that have such keys.
std::vector<std::string> sections_with_keys();

// The section without those keys, for its component.
Json component_part(const Json& document, std::string_view section);

}  // namespace goetia
