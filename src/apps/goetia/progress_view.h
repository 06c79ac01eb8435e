// Displays the progress of a run: one moving line on a terminal, plain lines in a pipe or a log, JSON lines for a
// program.
#pragma once

#include <cstdio>
#include <optional>
#include <string>

#include "apps/goetia/bar.h"
#include "base/result.h"
#include "experiment/journal_records.h"
#include "launch/running_attempt.h"

namespace goetia::cli {

enum class ProgressMode { kBar, kPlain, kJson, kNone };

// "auto", "bar", "plain" or "json"; auto is the bar when `out` is a terminal that can move its cursor.
Result<ProgressMode> progress_mode(const std::string& named, std::FILE* out);

class ProgressView final : public LaunchObserver {
  public:
    // `heading` is printed when the run has started.
    ProgressView(ProgressMode mode, std::FILE* out, RunProgress progress, std::string heading);
    ~ProgressView() override;

    void on_record(const Record& record) override;
    void on_tick() override;
    void on_stopping() override;
    void print_note(const NoteRecord& note);  // like those in the journal
    void finish();                            // removes the moving line

    [[nodiscard]] const RunProgress& progress() const { return progress_; }

  private:
    void print_line(const std::string& line);  // prints a line that is not overwritten
    void progress_printed();                   // called after printing the progress in such a line
    [[nodiscard]] int width() const;

    ProgressMode mode_;
    std::FILE* out_;
    RunProgress progress_;
    std::string heading_;
    Look look_;
    std::string shown_;
    double last_print_time_ = 0;
    std::int64_t last_printed_step_ = 0;
};

}  // namespace goetia::cli
