// What of an experiment file this build can do: the sections that may be enabled, by their paths in the file. The names
// are among config's feature_names(); an enabled section that is not here is refused before training, or skipped
// with --skip-unavailable.
#pragma once

#include <string>
#include <vector>

namespace goetia {

const std::vector<std::string>& available_features();

}  // namespace goetia
