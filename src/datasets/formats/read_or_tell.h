// A file that a format needs: its bytes, or a finding that tells why there are none and what to do.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "datasets/validation/finding.h"

namespace goetia {

std::optional<std::string> read_or_tell(const std::filesystem::path& file, std::string fix,
                                        std::vector<Finding>& findings);

}  // namespace goetia
