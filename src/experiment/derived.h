// The readable files of an experiment, each a function of its journals, and the writer that keeps them up to date
// during a run.
#pragma once

#include <memory>
#include <string>

#include "experiment/growing_file.h"
#include "experiment/point_stream.h"
#include "experiment/tensorboard.h"

namespace goetia {

// A line of logs/metrics.json, which is an array of {"step", "epoch", "time", "name", "value"} with one point per line.
// A value that is not finite, which JSON cannot express, is null.
std::string metrics_json_line(const JournaledPoint& point);

// history.json: an array with one object per epoch: {"epoch", "step", "time", "seconds", "images", "metrics": {...}}.
std::string history_json(const RunHistory& history);

// metrics_history.csv (RFC 4180): one row per epoch; the columns are epoch, step, time and every metric's name, sorted.
std::string metrics_csv(const RunHistory& history);

// One field of a CSV line (RFC 4180), quoted if necessary.
std::string csv_field(std::string_view text);

// Writes metrics.json, history.json, metrics_history.csv, TensorBoard's events and journal/summary.json from the
// journals, in constant memory. The first update() writes them from scratch; later ones append to the files that grow
// (metrics.json, events) and replace the small ones. Only one instance at a time per experiment.
class DerivedFiles final : private PointSink {
  public:
    explicit DerivedFiles(const ExperimentFolder& folder, bool tensorboard = true);

    // Cheap enough for every few seconds. After an Error the next call writes everything from scratch.
    Status update();
    [[nodiscard]] const RunHistory& history() const { return stream_->history(); }
    [[nodiscard]] std::uint64_t points() const { return stream_->points(); }
    [[nodiscard]] JournalPosition position() const { return stream_->position(); }

  private:
    void on_restart() override;
    void on_point(const JournaledPoint& point) override;
    Status write_files();

    ExperimentFolder folder_;
    std::unique_ptr<PointStream> stream_;
    GrowingFile metrics_;
    std::unique_ptr<TensorBoardWriter> tensorboard_;  // null until there are points, or when it is disabled
    const bool with_tensorboard_;
    Status fault_;            // an error in on_point()
    std::string line_start_;  // the separator before the next line of metrics.json
    std::optional<std::size_t> epochs_written_, epochs_replaced_;
};

}  // namespace goetia
