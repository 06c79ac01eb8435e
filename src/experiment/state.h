// How a run stands. The runtime journals the first five; "interrupted" is found out: the journal says that the run goes
// on, but its process is gone.
#pragma once

#include <optional>
#include <string_view>

#include "experiment/folder.h"

namespace goetia {

enum class ExperimentState { kCreated, kRunning, kPaused, kCompleted, kStopped, kFailed, kInterrupted };

struct StateFacts {
    ExperimentState state;
    std::string_view name;      // as the journal and the JSON objects write it
    std::string_view sentence;  // for the user
    bool alive;                 // a process holds the run
    bool resumable;             // `train --resume` makes sense
};

const StateFacts& facts_of(ExperimentState state);
inline std::string_view state_name(ExperimentState state) { return facts_of(state).name; }
std::optional<ExperimentState> state_from_name(std::string_view name);

// What the journal said last and whether a process holds the run, together.
ExperimentState seen_state(ExperimentState journaled, bool alive);

// Whether a process holds the experiment: a journal's writer, or the launcher by its lock.
bool is_alive(const ExperimentFolder& folder);

}  // namespace goetia
