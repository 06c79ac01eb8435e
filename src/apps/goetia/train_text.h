// The text that is printed when a run has ended.
#pragma once

#include <string>

#include "experiment/folder.h"
#include "experiment/summary.h"

namespace goetia::cli {

std::string summary_text(const ExperimentFolder& folder, const RunSummary& summary);

// A table with aligned columns; the first row is the heading.
std::string table_text(const std::vector<std::vector<std::string>>& rows);

}  // namespace goetia::cli
