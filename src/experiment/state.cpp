#include "experiment/state.h"

#include <algorithm>
#include <array>

#include "experiment/journal.h"
#include "experiment/run_lock.h"

namespace goetia {
namespace {

using State = ExperimentState;

constexpr std::array<StateInfo, 7> kStates{{
    {State::kCreated, "created", "its folder was created, training has not started", false, false},
    {State::kRunning, "running", "it is training", true, false},
    {State::kPaused, "paused", "it waits for 'resume', its process is kept", true, false},
    {State::kCompleted, "completed", "it ended as configured", false, false},
    {State::kStopped, "stopped", "it was stopped before its last epoch, with a checkpoint to resume from", false, true},
    {State::kFailed, "failed", "it ended with the error given as reason", false, true},
    {State::kInterrupted, "interrupted", "its process died; it can be resumed from the last checkpoint", false, true},
}};

}  // namespace

const StateInfo& state_info(ExperimentState state) { return kStates.at(static_cast<std::size_t>(state)); }

std::optional<ExperimentState> state_from_name(std::string_view name) {
    const auto found =
        std::find_if(kStates.begin(), kStates.end(), [name](const StateInfo& info) { return info.name == name; });
    return found != kStates.end() ? std::optional(found->state) : std::nullopt;
}

ExperimentState current_state(ExperimentState journaled, bool alive) {
    if (alive && journaled == State::kCreated) return State::kRunning;
    return state_info(journaled).alive && !alive ? State::kInterrupted : journaled;
}

bool is_alive(const ExperimentFolder& folder) {
    const int newest = folder.next_attempt() - 1;
    if (newest > 0 && journal_has_writer(folder.journal(newest))) return true;
    return is_running(folder.root());
}

}  // namespace goetia
