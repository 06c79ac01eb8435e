// The result of a sweep as JSON and CSV, best trial first: derived from what its journal says.
#pragma once

#include <filesystem>

#include "sweep/record/sweep_state.h"

namespace goetia {

// The command line that makes the trial again as a single run.
std::string reproduce_command(const SweepState& state, const SweepTrial& trial);

// {"multirun", "strategy", "metric", "mode", "trials", "best": a job with "command", "jobs": [by number: {"number",
// "rank", "overrides", "experiment", "state", "value", "epoch", "epochs_done", "epochs", "error"}]}.
Json sweep_json(const SweepState& state, const std::filesystem::path& folder);
// A line for each trial, in the order of the ranking.
std::string sweep_csv(const SweepState& state);

// summary.json and summary.csv in the folder.
Status write_sweep_summary(const SweepState& state, const std::filesystem::path& folder);

}  // namespace goetia
