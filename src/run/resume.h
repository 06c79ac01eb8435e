// Resuming an experiment: from which checkpoint, and whether any epochs are left.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "experiment/summary.h"

namespace goetia {

// Whether a run with this document has epochs left; `changed`: it differs from the previous one.
Status check_resumable(const RunSummary& summary, const Json& document, bool changed);

struct ResumePoint {
    std::optional<std::filesystem::path> checkpoint;  // empty: there was no checkpoint yet
    std::vector<std::string> notes;                   // sentences for the user
};

// Finds the newest intact checkpoint.
Result<ResumePoint> newest_checkpoint(const ExperimentFolder& folder);

// The experiment that contains a checkpoint, if any.
std::optional<std::filesystem::path> experiment_of_checkpoint(const std::filesystem::path& checkpoint);

// Checks a checkpoint against its manifest, if it is in one.
Status verify_checkpoint(const std::filesystem::path& checkpoint);

}  // namespace goetia
