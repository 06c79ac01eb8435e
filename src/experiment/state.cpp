#include "experiment/state.h"

#include <algorithm>
#include <array>

#include "experiment/journal.h"
#include "experiment/run_lock.h"

namespace goetia {
namespace {

using State = ExperimentState;

constexpr std::array<StateFacts, 7> kStates{{
    {State::kCreated, "created", "its folder is made, training has not begun", false, false},
    {State::kRunning, "running", "it trains", true, false},
    {State::kPaused, "paused", "it waits for 'resume', in memory", true, false},
    {State::kCompleted, "completed", "it ended as its config asks", false, false},
    {State::kStopped, "stopped", "it ended before its last epoch in good order, with a checkpoint to go on from", false,
     true},
    {State::kFailed, "failed", "it ended with a fault, which the reason says", false, true},
    {State::kInterrupted, "interrupted", "its process died; the last checkpoint is there to go on from", false, true},
}};

}  // namespace

const StateFacts& facts_of(ExperimentState state) { return kStates.at(static_cast<std::size_t>(state)); }

std::optional<ExperimentState> state_from_name(std::string_view name) {
    const auto found =
        std::find_if(kStates.begin(), kStates.end(), [name](const StateFacts& facts) { return facts.name == name; });
    return found != kStates.end() ? std::optional(found->state) : std::nullopt;
}

ExperimentState seen_state(ExperimentState journaled, bool alive) {
    if (alive && journaled == State::kCreated) return State::kRunning;
    return facts_of(journaled).alive && !alive ? State::kInterrupted : journaled;
}

bool is_alive(const ExperimentFolder& folder) {
    const int newest = folder.next_attempt() - 1;
    if (newest > 0 && journal_has_writer(folder.journal(newest))) return true;
    return is_running(folder.root());
}

}  // namespace goetia
