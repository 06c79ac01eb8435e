// One moving line on a terminal, nothing elsewhere: the closing line of a command says it all.
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

    void show(std::int64_t done, std::int64_t all) const {
        if (!on_terminal_ || done == 0) return;
        const double seconds = steady_seconds() - begin_, rate = static_cast<double>(done) / std::max(seconds, 1e-3);
        std::fputs(fmt::format("\r\x1b[K{} of {} {}, {:.0f}/s, {} left", done, all, what_, rate,
                               readable_duration(static_cast<double>(all - done) / rate))
                       .c_str(),
                   stderr);
        if (done == all) std::fputs("\r\x1b[K", stderr);
        std::fflush(stderr);
    }

  private:
    std::string what_;
    bool on_terminal_ = ::isatty(STDERR_FILENO) == 1;
    double begin_ = steady_seconds();
};

}  // namespace goetia::cli
