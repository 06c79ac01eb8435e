// Displays a sweep while it runs: one table that is drawn again in its place on a terminal, a line for each event in a
// pipe or a log, a JSON object for each event for a program.
#pragma once

#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "sweep/record/sweep_state.h"

namespace goetia {
struct RunProgress;  // run/progress.h
}

namespace goetia::cli {

enum class ProgressMode;  // progress_view.h

// What is shown of the trials that run now, by their number.
using RunningTrials = std::map<std::size_t, const RunProgress*>;

// The lines of the live table, at most `rows` of `width` columns: how far the sweep is, what runs, the best so far.
// `planned`: how many trials there will be; 0: unknown.
std::vector<std::string> live_table(const SweepState& state, const RunningTrials& running, std::size_t planned,
                                    std::size_t rows, int width);

// The table at the end, the best trial first, and the command that makes it again.
std::string sweep_result_text(const SweepState& state, const std::string& experiments, const std::string& folder);

class SweepView {
  public:
    SweepView(ProgressMode mode, std::FILE* out, std::size_t planned) : mode_(mode), out_(out), planned_(planned) {}
    ~SweepView() { clear(); }
    SweepView(const SweepView&) = delete;
    SweepView& operator=(const SweepView&) = delete;

    // One thing that happened: `fields` for programs, `line` for people.
    void event(const std::string& line, const Json& fields);
    void draw(const SweepState& state, const RunningTrials& running);  // a few times a second; on a terminal only
    void clear();                                                      // removes the table

  private:
    ProgressMode mode_;
    std::FILE* out_;
    std::size_t planned_;
    std::size_t shown_lines_ = 0;
    double drawn_at_ = 0;
};

}  // namespace goetia::cli
