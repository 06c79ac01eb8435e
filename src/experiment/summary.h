// An experiment in a few numbers, for lists and for the JSON objects of the commands.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "experiment/history.h"
#include "experiment/state.h"

namespace goetia {

// What a run was asked to do, as far as its config says so.
struct RunWishes {
    std::string name;  // experiment.name
    std::optional<std::int64_t> seed;
    std::optional<std::int64_t> epochs;
    std::string watched;                  // the metric that "best" checkpoints follow
    std::optional<bool> lower_is_better;  // of the watched one
};

struct RunSummary {
    std::string id;
    std::string name;  // experiment.name
    ExperimentState state = ExperimentState::kCreated;
    std::string reason;  // of the state
    std::optional<std::int64_t> seed;
    int attempts = 0;
    std::int64_t epochs_done = 0;
    std::optional<std::int64_t> epochs;  // wanted
    std::int64_t steps_done = 0;
    double started = 0;  // seconds since 1970
    double updated = 0;
    double seconds = 0;          // spent in the epochs that count
    double seconds_waiting = 0;  // of them, for the loader
    double images_per_second = 0;
    std::int64_t skipped_samples = 0;             // how many could not be read and were skipped, each counted once
    std::map<std::string, double> final_metrics;  // of the last epoch
    std::map<std::string, double> best_metrics;   // each metric's best over the epochs: lowest losses, highest others
    std::string watched;                          // the metric that "best" checkpoints follow
    std::optional<double> best;                   // its best value
    std::optional<std::int64_t> best_epoch;
    std::string last_checkpoint;  // paths within the experiment folder; empty: none
    std::string best_checkpoint;

    [[nodiscard]] double share_waiting() const { return seconds > 0 ? seconds_waiting / seconds : 0; }
};

// Pure: the state is what the journal said last.
RunSummary summarise(const std::string& id, const RunWishes& wishes, const RunHistory& history);

RunWishes wishes_of(const Json& document);
// From config.yaml; what it does not say, or says only by reference, stays unknown.
RunWishes read_wishes(const ExperimentFolder& folder);

// Whether a smaller value of a metric is a better one.
bool lower_is_better(std::string_view metric);

Json to_json(const RunSummary& summary);
std::optional<RunSummary> summary_from_json(const Json& json);

// Keeps it beside the journals, with how far they were read, so that a list need not read them again.
Status write_summary(const ExperimentFolder& folder, const RunSummary& summary, const JournalPosition& read);

// From journal/summary.json when nothing was journaled since, else from the journals (and kept, once the run is over);
// the state is the one now seen.
Result<RunSummary> read_summary(const ExperimentFolder& folder);

// The `train` object of the command line: experiment, dir, state, epochs_done, steps_done, seed, metrics, ...
Json train_json(const ExperimentFolder& folder, const RunSummary& summary);

}  // namespace goetia
