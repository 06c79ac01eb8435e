// Going on with an experiment: from which checkpoint, and whether there is anything left to do.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "experiment/summary.h"

namespace goetia {

// Whether a run with this document has epochs left; `changed`: it differs from the one before.
Status check_resumable(const RunSummary& summary, const Json& document, bool changed);

struct ResumePoint {
    std::optional<std::filesystem::path> checkpoint;  // nothing: the run had not come to its first one
    std::vector<std::string> notes;                   // sentences for the user
};

// The newest checkpoint that is whole.
Result<ResumePoint> newest_checkpoint(const ExperimentFolder& folder);

// The experiment a checkpoint lies in, if it lies in one.
std::optional<std::filesystem::path> experiment_of_checkpoint(const std::filesystem::path& checkpoint);

// A checkpoint that its own manifest knows must be as it was written.
Status verify_checkpoint(const std::filesystem::path& checkpoint);

}  // namespace goetia
