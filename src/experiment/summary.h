// The summary of an experiment, for lists and for the JSON objects of the commands.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "experiment/history.h"
#include "experiment/state.h"

namespace goetia {

// What was requested of a run, according to its config.
struct RunSettings {
    std::string name;  // experiment.name
    std::optional<std::int64_t> seed;
    std::optional<std::int64_t> epochs;
    std::string watched;                  // the metric that selects the "best" checkpoint
    std::optional<bool> lower_is_better;  // for that metric
};

struct RunSummary {
    std::string id;
    std::string name;  // experiment.name
    ExperimentState state = ExperimentState::kCreated;
    std::string reason;  // of the state
    std::optional<std::int64_t> seed;
    int attempts = 0;
    std::int64_t epochs_done = 0;
    std::optional<std::int64_t> epochs;  // requested
    std::int64_t steps_done = 0;
    double started = 0;  // seconds since 1970
    double updated = 0;
    double seconds = 0;          // spent in the epochs that count
    double seconds_waiting = 0;  // of `seconds`, spent waiting for the loader
    double images_per_second = 0;
    std::int64_t skipped_samples = 0;             // samples that could not be read and were skipped, each counted once
    std::map<std::string, double> final_metrics;  // of the last epoch
    std::map<std::string, double>
        best_metrics;            // the best of each metric over the epochs: lowest losses, highest others
    std::string watched;         // the metric that selects the "best" checkpoint
    std::optional<double> best;  // its best value
    std::optional<std::int64_t> best_epoch;
    std::string last_checkpoint;  // paths in the experiment folder; empty: none
    std::string best_checkpoint;

    [[nodiscard]] double share_waiting() const { return seconds > 0 ? seconds_waiting / seconds : 0; }
};

// Pure: the state is the last one journaled.
RunSummary summarise(const std::string& id, const RunSettings& settings, const RunHistory& history);

RunSettings run_settings(const Json& document);
// What the document leaves to the task, as the newest attempt journaled it.
RunSettings with_attempt(RunSettings settings, const RunHistory& history);
// From config.yaml; values that are missing, or given by reference, stay unknown.
RunSettings read_run_settings(const ExperimentFolder& folder);

// Whether smaller values of a metric are better.
bool lower_is_better(std::string_view metric);

Json to_json(const RunSummary& summary);
std::optional<RunSummary> summary_from_json(const Json& json);

// Stores it next to the journals, with the position up to which they were read, so that a list need not read them
// again.
Status write_summary(const ExperimentFolder& folder, const RunSummary& summary, const JournalPosition& read);

// From journal/summary.json if nothing was journaled since, else from the journals (and then stored, if the run is
// over); the state is the current one.
Result<RunSummary> read_summary(const ExperimentFolder& folder);

// The `train` object of the command line: experiment, dir, state, epochs_done, steps_done, seed, metrics, ...
Json train_json(const ExperimentFolder& folder, const RunSummary& summary);

}  // namespace goetia
