// The checkpoints of an experiment, as its journals tell them.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"

namespace goetia {

struct CheckpointRecord;  // experiment/journal_records.h

// In the order in which they were written; none for an experiment that has no journal yet.
Result<std::vector<CheckpointRecord>> journaled_checkpoints(const std::filesystem::path& experiment);

// The newest that was the best so far; kWrongState when there is none.
Result<CheckpointRecord> best_checkpoint(const std::filesystem::path& experiment);

}  // namespace goetia
