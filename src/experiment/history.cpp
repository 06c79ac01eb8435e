#include "experiment/history.h"

#include <algorithm>

namespace goetia {
namespace {

// Replaces the entries with the same `key` and returns how many were replaced.
template <class T, class Key>
std::size_t add_unique(std::vector<T>& list, const T& record, Key T::* key) {
    const std::size_t replaced = std::erase_if(list, [&](const T& old) { return old.*key == record.*key; });
    list.push_back(record);
    return replaced;
}

}  // namespace

void HistoryBuilder::on_attempt(const AttemptRecord& attempt, const JournalPosition&) {
    if (!history_.attempts.empty()) drop_after(attempt.resumed_from_step);
    history_.earlier_states = history_.states.size();
    history_.attempts.push_back(attempt);
}

// A new attempt resumes from `step`: what an earlier attempt did after it is not part of the run.
void HistoryBuilder::drop_after(std::int64_t step) {
    const auto later = [step](const auto& record) { return record.step > step; };
    history_.epochs_replaced += std::erase_if(history_.epochs, later);
    std::erase_if(history_.checkpoints, later);
    if (history_.evaluation && later(*history_.evaluation)) history_.evaluation.reset();
    std::int64_t last_epoch = 0;
    for (const EpochRecord& epoch : history_.epochs) last_epoch = std::max(last_epoch, epoch.epoch);
    std::erase_if(history_.images, [last_epoch](const ImageRecord& image) { return image.epoch > last_epoch; });
    history_.last_step = std::min(history_.last_step, std::max<std::int64_t>(step, 0));
}

void HistoryBuilder::on_point(const JournaledPoint& point) {
    history_.last_step = point.step;
    history_.last_time = point.time;
}

void HistoryBuilder::on_epoch(const EpochRecord& epoch) {
    history_.epochs_replaced += add_unique(history_.epochs, epoch, &EpochRecord::epoch);
}

void HistoryBuilder::on_state(const StateRecord& state) { history_.states.push_back(state); }
void HistoryBuilder::on_checkpoint(const CheckpointRecord& checkpoint) {
    add_unique(history_.checkpoints, checkpoint, &CheckpointRecord::path);
}
void HistoryBuilder::on_image(const ImageRecord& image) { add_unique(history_.images, image, &ImageRecord::path); }
void HistoryBuilder::on_note(const NoteRecord& note) { history_.notes.push_back(note); }
void HistoryBuilder::on_evaluation(const EvaluationRecord& evaluation) { history_.evaluation = evaluation; }
void HistoryBuilder::on_damage(const std::string& sentence) { history_.damage.push_back(sentence); }

Result<RunHistory> read_history(const ExperimentFolder& folder) {
    HistoryFollower follower(folder);
    GOETIA_TRY(follower.update());
    return follower.history();
}

}  // namespace goetia
