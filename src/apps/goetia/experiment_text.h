// Formats experiments: tables and lines for people, rows for CSV. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "experiment/checkpoints.h"
#include "experiment/history.h"
#include "experiment/summary.h"

namespace goetia::cli {

// One experiment of a list; `fault` is the reason if it could not be read.
struct Listed {
    RunSummary summary;
    std::uintmax_t bytes = 0;
    std::string fault;
};

std::string list_text(const std::vector<Listed>& experiments);

struct Shown {
    ExperimentFolder folder{""};
    RunSummary summary;
    RunHistory history;
    std::vector<ImageRecord> plots;
    std::vector<CheckpointEntry> checkpoints;
    std::uintmax_t bytes = 0;
};

std::string show_text(const Shown& shown);
Json show_json(const Shown& shown);

// A table of experiments, one row each; its columns include "final <metric>" and "best <metric>" for every metric of
// any of them.
std::string experiments_csv(const std::vector<Listed>& experiments);

// A table of epochs, one row each, of one or several experiments; its columns include every metric of any of them.
std::string epochs_csv(const std::vector<std::pair<std::string, RunHistory>>& experiments);

std::string readable_bytes(std::uintmax_t bytes);  // "97.5 MiB"

}  // namespace goetia::cli
