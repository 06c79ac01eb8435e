// The readable files of an experiment, each a function of its history, and who writes them as a run goes on.
#pragma once

#include <memory>
#include <string>

#include "experiment/history.h"
#include "experiment/tensorboard.h"

namespace goetia {

// logs/metrics.json: an array of {"step", "epoch", "time", "name", "value"}, one point per line. A value that is not
// finite, which JSON cannot say, is null.
std::string metrics_json(const RunHistory& history);

// history.json: an array with one object per epoch: {"epoch", "step", "time", "seconds", "images", "metrics": {...}}.
std::string history_json(const RunHistory& history);

// metrics_history.csv (RFC 4180): one row per epoch; the columns are epoch, step, time and every metric's name, sorted.
std::string metrics_csv(const RunHistory& history);

// One field of a CSV line (RFC 4180): in quotes when it must be.
std::string csv_field(std::string_view text);

// Writes metrics.json, history.json, metrics_history.csv and TensorBoard's events from the journal, whole and
// atomically. One per attempt, made after its journal; flush the journal before update(), so that all is in it.
class DerivedFiles {
  public:
    explicit DerivedFiles(ExperimentFolder folder, bool tensorboard = true)
        : folder_(folder), follower_(std::move(folder)), with_tensorboard_(tensorboard) {}

    Status update();              // all of them, and journal/summary.json: at each epoch's end and after the last state
    Status update_tensorboard();  // what is new, cheap enough for every few seconds
    [[nodiscard]] const RunHistory& history() const { return follower_.history(); }

  private:
    Status follow();

    ExperimentFolder folder_;
    HistoryFollower follower_;
    bool with_tensorboard_;
    std::unique_ptr<TensorBoardWriter> tensorboard_;
    std::size_t points_given_ = 0;
};

}  // namespace goetia
