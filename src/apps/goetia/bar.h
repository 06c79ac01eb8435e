// How a run's progress looks in one line of a given width. Pure; progress_view.h puts the lines on a terminal.
#pragma once

#include <string>
#include <string_view>

#include "run/progress.h"

namespace goetia::cli {

struct Look {
    bool color = false;
    bool unicode = true;
};

// The one moving line, at most `width` columns: what matters least goes first when it is too long.
std::string bar_line(const RunProgress& progress, int width, const Look& look);
// The line that stays when an epoch ends.
std::string epoch_line(const RunProgress& progress, int width, const Look& look);
// The same as the moving line, for a log: no bar, no colour.
std::string plain_line(const RunProgress& progress);

// "val/accuracy_top1" -> "val acc", as it is said where room is short.
std::string short_metric(std::string_view name);

}  // namespace goetia::cli
