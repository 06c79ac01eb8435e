// Comparisons and lineages as people read them. Pure functions of what the API answers.
#pragma once

#include <string>

#include "base/json_fwd.h"

namespace goetia::cli {

std::string comparison_text(const Json& compared);
std::string lineage_text(const Json& lineage);

}  // namespace goetia::cli
