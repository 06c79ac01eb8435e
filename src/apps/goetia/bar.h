// Formats a run's progress as one line of a given width. Pure; progress_view.h prints the lines.
#pragma once

#include <string>
#include <string_view>

#include "run/progress.h"

namespace goetia::cli {

struct Look {
    bool color = false;
    bool unicode = true;
};

// The moving line, at most `width` columns: the least important parts are dropped if it is too long.
std::string bar_line(const RunProgress& progress, int width, const Look& look);
// The permanent line at the end of an epoch.
std::string epoch_line(const RunProgress& progress, int width, const Look& look);
// The moving line for a log: no bar, no colour.
std::string plain_line(const RunProgress& progress);

// "val/accuracy_top1" -> "val acc", for narrow lines.
std::string short_metric(std::string_view name);

}  // namespace goetia::cli
