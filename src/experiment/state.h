// The state of a run. The runtime journals all but the first and the last; "interrupted" is inferred: the journal says
// that the run is active, but its process is gone.
#pragma once

#include <optional>
#include <string_view>

#include "experiment/folder.h"

namespace goetia {

enum class ExperimentState { kCreated, kRunning, kPaused, kCompleted, kStopped, kFailed, kInterrupted };

struct StateInfo {
    ExperimentState state;
    std::string_view name;      // as the journal and the JSON objects write it
    std::string_view sentence;  // for the user
    bool alive;                 // a process should exist
    bool resumable;             // `train --resume` is possible
};

const StateInfo& state_info(ExperimentState state);
inline std::string_view state_name(ExperimentState state) { return state_info(state).name; }
std::optional<ExperimentState> state_from_name(std::string_view name);

// Combines what the journal says last with whether a process holds the run.
ExperimentState current_state(ExperimentState journaled, bool alive);

// Whether a process holds the experiment: the writer of its journal, or the launcher by its lock.
bool is_alive(const ExperimentFolder& folder);

}  // namespace goetia
