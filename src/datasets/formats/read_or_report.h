// Reads a file that a format needs; a failure becomes a finding that says why and what to do.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "datasets/validation/finding.h"

namespace goetia {

std::optional<std::string> read_or_report(const std::filesystem::path& file, std::string fix,
                                          std::vector<Finding>& findings);

}  // namespace goetia
