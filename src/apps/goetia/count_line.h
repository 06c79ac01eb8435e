// How far a command is: one moving line on a terminal, elsewhere a line every half minute, so that a log shows it
// lives.
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
        if (done == 0) return;
        const double seconds = steady_seconds() - begin_, rate = static_cast<double>(done) / std::max(seconds, 1e-3);
        const std::string line = fmt::format("{} of {} {}, {:.0f}/s, {} left", done, all, what_, rate,
                                             readable_duration(static_cast<double>(all - done) / rate));
        if (on_terminal_) {
            std::fputs(done == all ? "\r\x1b[K" : ("\r\x1b[K" + line).c_str(), stderr);
        } else if (seconds >= next_ && done < all) {
            std::fputs((line + "\n").c_str(), stderr);
            next_ = seconds + kApart;
        }
        std::fflush(stderr);
    }

  private:
    static constexpr double kApart = 30;  // seconds between lines of a log

    std::string what_;
    bool on_terminal_ = ::isatty(STDERR_FILENO) == 1;
    double begin_ = steady_seconds(), next_ = kApart;
};

}  // namespace goetia::cli
