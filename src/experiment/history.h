// The history of a run, merged from the journals of all its attempts: a resumed attempt replaces what an earlier one
// wrote after the step that it resumed from, so that nothing is missing or duplicated. All readable files are derived
// from it. It does not hold the points, of which there may be millions: those are streamed by point_stream.h.
#pragma once

#include <string>
#include <vector>

#include "experiment/journal_follower.h"

namespace goetia {

struct RunHistory {
    std::vector<AttemptRecord> attempts;  // oldest first
    std::vector<StateRecord> states;      // of every attempt, in order: events are never replaced
    std::size_t earlier_states = 0;       // how many of them belong to attempts before the newest one
    std::vector<NoteRecord> notes;        // of every attempt, too
    std::vector<EpochRecord> epochs;
    std::size_t epochs_replaced = 0;  // how often an epoch was removed from `epochs`
    std::vector<CheckpointRecord> checkpoints;
    std::vector<ImageRecord> images;
    std::optional<EvaluationRecord> evaluation;  // the newest
    std::int64_t last_step = 0;                  // of the points that count
    double last_time = 0;
    std::vector<std::string> damage;  // sentences: what could not be read of the journals
};

// Builds the history record by record. An attempt that resumed from step r drops everything after r: checkpoints and
// epochs of a later step, and what belongs to a later epoch. A record repeated at or before r (the same epoch,
// checkpoint file or image) replaces the earlier one.
class HistoryBuilder : public JournalVisitor {
  public:
    void on_attempt(const AttemptRecord& attempt, const JournalPosition& at) override;
    void on_state(const StateRecord& state) override;
    void on_point(const JournaledPoint& point) override;
    void on_epoch(const EpochRecord& epoch) override;
    void on_checkpoint(const CheckpointRecord& checkpoint) override;
    void on_image(const ImageRecord& image) override;
    void on_note(const NoteRecord& note) override;
    void on_evaluation(const EvaluationRecord& evaluation) override;
    void on_damage(const std::string& sentence) override;

    [[nodiscard]] const RunHistory& history() const { return history_; }

  private:
    void drop_after(std::int64_t step);
    RunHistory history_;
};

// Follows an experiment's journals: each update() reads only what is new.
class HistoryFollower {
  public:
    explicit HistoryFollower(ExperimentFolder folder) : follower_(std::move(folder)) {}

    Status update() { return follower_.update(builder_); }
    [[nodiscard]] const RunHistory& history() const { return builder_.history(); }
    [[nodiscard]] JournalPosition position() const { return follower_.position(); }

  private:
    JournalFollower follower_;
    HistoryBuilder builder_;
};

Result<RunHistory> read_history(const ExperimentFolder& folder);

}  // namespace goetia
