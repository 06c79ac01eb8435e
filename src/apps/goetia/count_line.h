// The progress of a command: one moving line on a terminal, elsewhere a line every half minute.
#pragma once

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

#include "base/clock.h"

namespace goetia::cli {

class CountLine {
  public:
    explicit CountLine(std::string what = "images") : what_(std::move(what)) {}

    void show(std::int64_t done, std::int64_t all) {
        const double seconds = steady_seconds() - begin_;
        const bool over = done == all;
        if (done == 0 || (over ? !on_terminal_ : seconds < next_)) return;
        next_ = seconds + apart_;
        const double rate = static_cast<double>(done) / std::max(seconds, 1e-3);
        const std::string line = fmt::format("{} of {} {}, {:.0f}/s, {} left", done, all, what_, rate,
                                             readable_duration(static_cast<double>(all - done) / rate));
        std::fputs(on_terminal_ ? "\r\x1b[K" : "", stderr);
        if (!over) std::fputs((line + (on_terminal_ ? "" : "\n")).c_str(), stderr);
        std::fflush(stderr);
    }

  private:
    std::string what_;
    bool on_terminal_ = ::isatty(STDERR_FILENO) == 1;
    double apart_ = on_terminal_ ? 0.1 : 30;  // seconds between two lines
    double begin_ = steady_seconds(), next_ = apart_;
};

}  // namespace goetia::cli
