// The readable files of an experiment, each a function of its journals, and who writes them as a run goes on.
#pragma once

#include <memory>
#include <string>

#include "experiment/growing_file.h"
#include "experiment/point_stream.h"
#include "experiment/tensorboard.h"

namespace goetia {

// logs/metrics.json: an array of {"step", "epoch", "time", "name", "value"}, one point per line, of which this is one.
// A value that is not finite, which JSON cannot say, is null.
std::string metrics_json_line(const SeenPoint& point);

// history.json: an array with one object per epoch: {"epoch", "step", "time", "seconds", "images", "metrics": {...}}.
std::string history_json(const RunHistory& history);

// metrics_history.csv (RFC 4180): one row per epoch; the columns are epoch, step, time and every metric's name, sorted.
std::string metrics_csv(const RunHistory& history);

// One field of a CSV line (RFC 4180): in quotes when it must be.
std::string csv_field(std::string_view text);

// Writes metrics.json, history.json, metrics_history.csv, TensorBoard's events and journal/summary.json from the
// journals, in constant memory. The first update() writes them anew; after that what is new is appended where a file
// can grow (metrics.json, events), and what is small is replaced. One at a time for an experiment.
class DerivedFiles final : private PointSink {
  public:
    explicit DerivedFiles(const ExperimentFolder& folder, bool tensorboard = true);

    // Cheap enough for every few seconds. After an Error the next one writes all of them anew.
    Status update();
    [[nodiscard]] const RunHistory& history() const { return stream_->history(); }
    [[nodiscard]] std::uint64_t points() const { return stream_->points(); }
    [[nodiscard]] JournalPosition position() const { return stream_->position(); }

  private:
    void on_restart() override;
    void on_point(const SeenPoint& point) override;
    Status write_files();

    ExperimentFolder folder_;
    std::unique_ptr<PointStream> stream_;
    GrowingFile metrics_;
    std::unique_ptr<TensorBoardWriter> tensorboard_;  // null until points come, and where none is wanted
    const bool with_tensorboard_;
    Status fault_;            // of what on_point() could not do
    std::string line_start_;  // of the next line of metrics.json
    std::optional<std::size_t> epochs_written_, epochs_replaced_;
};

}  // namespace goetia
