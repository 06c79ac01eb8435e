// The console's view of a run: what the journal has told so far (Progress), and how that looks in one line of a given
// width. Both are pure; progress_view.h puts the lines on a terminal.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/journal_records.h"

namespace goetia::cli {

struct Best {
    std::string metric = "val/accuracy_top1";
    bool higher_is_better = true;
    std::optional<double> value;
    std::int64_t epoch = 0;
};

struct Progress {
    std::int64_t epochs = 0;           // 0: not known yet
    std::int64_t steps_per_epoch = 0;  // 0: not known yet
    double images_per_step = 0;
    std::int64_t epoch = 0;  // whole epochs done
    std::int64_t step = 0;   // whole steps done
    std::optional<double> loss;
    std::optional<double> rate;  // learning rate
    double steps_per_second = 0;
    std::string state;  // "" while it trains, else "paused", "stopping", ...
    Best best;
    std::set<std::string> skipped;          // samples skipped
    std::map<std::string, double> metrics;  // of the last whole epoch
    double epoch_seconds = 0;
    double epoch_images = 0;
    std::deque<std::pair<double, std::int64_t>> pace;  // recent (time, step), for the rate
};

// Takes one record in; true when it ended an epoch.
bool take(Progress& progress, const Record& record);
void take_epoch(Progress& progress, const EpochRecord& epoch);

// From 0 to 1, and the seconds that are left; nothing while not known.
std::optional<double> fraction_done(const Progress& progress);
std::optional<double> seconds_left(const Progress& progress);

struct Look {
    bool color = false;
    bool unicode = true;
};

// The one moving line, at most `width` columns: what matters least goes first when it is too long.
std::string bar_line(const Progress& progress, int width, const Look& look);
// The line that stays when an epoch ends.
std::string epoch_line(const Progress& progress, int width, const Look& look);
// The same as the moving line, for a log: no bar, no colour.
std::string plain_line(const Progress& progress);
Json progress_json(const Progress& progress);

// "val/accuracy_top1" -> "val acc", as it is said where room is short.
std::string short_metric(std::string_view name);

}  // namespace goetia::cli
