// The one story of a run, told from the journals of all its attempts: a resumed attempt replaces what an earlier one
// wrote after the step it went on from, so there is no gap and no double. Everything readable is derived from this.
// Points, of which there may be millions, are no part of it: point_stream.h hands them on, and keeps none.
#pragma once

#include <string>
#include <vector>

#include "experiment/journal_follower.h"

namespace goetia {

struct RunHistory {
    std::vector<AttemptRecord> attempts;  // oldest first
    std::vector<StateRecord> states;      // of every attempt, in order: what happened is never replaced
    std::size_t earlier_states = 0;       // how many of them belong to earlier attempts than the newest
    std::vector<NoteRecord> notes;        // of every attempt, likewise
    std::vector<EpochRecord> epochs;
    std::size_t epochs_replaced = 0;  // how often an epoch that was in `epochs` left it
    std::vector<CheckpointRecord> checkpoints;
    std::vector<ImageRecord> images;
    std::optional<EvaluationRecord> evaluation;  // the newest
    std::int64_t last_step = 0;                  // of the points that count
    double last_time = 0;
    std::vector<std::string> damage;  // sentences: what of the journals could not be read
};

// One record more, of the newest attempt. An attempt that resumed from step r drops what lies after r: checkpoints and
// epochs of a later step, and what belongs to a later epoch. What is said again at r or before (the same epoch,
// checkpoint file or image) replaces what was said first.
class HistoryBuilder : public JournalVisitor {
  public:
    void on_attempt(const AttemptRecord& attempt, const JournalPosition& at) override;
    void on_state(const StateRecord& state) override;
    void on_point(const SeenPoint& point) override;
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

// Follows an experiment's journals: each update() reads what is new, so that a long run is never read twice.
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
