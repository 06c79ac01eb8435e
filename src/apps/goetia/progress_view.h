// Puts a run's progress where the user looks: one moving line on a terminal, plain lines in a pipe or a log, JSON
// lines for a program.
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
    // `heading` is said when the run begins: not when it cannot.
    ProgressView(ProgressMode mode, std::FILE* out, RunProgress progress, std::string heading);
    ~ProgressView() override;

    void on_record(const Record& record) override;
    void on_tick() override;
    void on_stopping() override;
    void tell(const NoteRecord& note);  // as those that are journaled
    void finish();                      // takes the moving line away

    [[nodiscard]] const RunProgress& progress() const { return progress_; }

  private:
    void stay(const std::string& line);  // a line that is not overwritten
    void told();                         // what is known of the steps so far stands in such a line
    [[nodiscard]] int width() const;

    ProgressMode mode_;
    std::FILE* out_;
    RunProgress progress_;
    std::string heading_;
    Look look_;
    std::string shown_;
    double told_at_ = 0;
    std::int64_t told_step_ = 0;
};

}  // namespace goetia::cli
