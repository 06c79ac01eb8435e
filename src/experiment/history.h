// The one story of a run, told from the journals of all its attempts: a resumed attempt replaces what an earlier one
// wrote behind the step it went on from, so there is no gap and no double. Everything readable is derived from this.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "experiment/folder.h"
#include "experiment/journal_records.h"

namespace goetia {

struct RunHistory {
    std::vector<AttemptRecord> attempts;  // oldest first
    std::vector<StateRecord> states;      // of every attempt, in order: what happened is never replaced
    std::size_t earlier_states = 0;       // how many of them belong to earlier attempts than the newest
    std::vector<NoteRecord> notes;        // of every attempt, likewise
    std::vector<Point> points;
    std::size_t points_replaced = 0;  // how often a point that was in `points` left it
    std::vector<EpochRecord> epochs;
    std::vector<CheckpointRecord> checkpoints;
    std::vector<ImageRecord> images;
    std::vector<std::string> damage;  // sentences: what of the journals could not be read
};

// One record more, of the newest attempt. An attempt record with "resumed_from_step" r drops what lies behind r: points
// and checkpoints of a later step, epochs and images likewise. What is said again at r or before (the same metric at
// the same step, the same epoch, checkpoint file or image) replaces what was said first.
void extend(RunHistory& history, Record record);

// The same over whole journals, oldest attempt first.
RunHistory merge_attempts(std::span<const std::vector<Record>> attempts);

// Follows an experiment's journals: each update() reads what is new, so that a long run is never read twice.
class HistoryFollower {
  public:
    explicit HistoryFollower(ExperimentFolder folder) : folder_(std::move(folder)) {}

    Status update();
    [[nodiscard]] const RunHistory& history() const { return history_; }
    // The newest attempt read, and the byte behind its last whole record; 0 before the first.
    [[nodiscard]] int attempt() const { return attempt_; }
    [[nodiscard]] std::uint64_t offset() const { return reader_ ? reader_->offset() : 0; }

  private:
    Status read_on();

    ExperimentFolder folder_;
    RunHistory history_;
    int attempt_ = 0;
    std::unique_ptr<JournalReader> reader_;
};

Result<RunHistory> read_history(const ExperimentFolder& folder);

}  // namespace goetia
