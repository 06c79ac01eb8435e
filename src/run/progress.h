// The progress of a run according to its journal, for a progress bar, a status line, a page.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "experiment/folder.h"
#include "experiment/journal.h"

namespace goetia {

struct RunProgress {
    struct Best {
        std::string metric;  // empty: not known yet
        bool higher_is_better = true;
        std::optional<double> value;
        std::int64_t epoch = 0;
    };

    std::int64_t epochs = 0;           // 0: not known yet
    std::int64_t steps_per_epoch = 0;  // 0: not known yet
    double images_per_step = 0;
    std::int64_t epoch = 0;  // completed epochs
    std::int64_t step = 0;   // completed steps
    std::optional<double> loss;
    std::optional<double> rate;  // learning rate
    double steps_per_second = 0;
    std::string state;  // "" while it is training, else "paused", "stopping", ...
    Best best;
    std::set<std::string> skipped;          // samples that could not be read
    std::map<std::string, double> metrics;  // of the last completed epoch
    double epoch_seconds = 0;
    double epoch_images = 0;
    std::deque<std::pair<double, std::int64_t>> pace;  // recent (time, step), for the rate
};

// The progress of the experiment's earlier attempts, for one that resumes with this document.
Result<RunProgress> initial_progress(const ExperimentFolder& folder, const Json& document);

// Applies one record; true when it ended an epoch.
bool take(RunProgress& progress, const Record& record);

// From 0 to 1, and the seconds that are left; empty while unknown.
std::optional<double> fraction_done(const RunProgress& progress);
std::optional<double> seconds_left(const RunProgress& progress);

Json progress_json(const RunProgress& progress);

}  // namespace goetia
