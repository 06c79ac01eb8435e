#include "experiment/history.h"

#include <algorithm>

namespace goetia {
namespace {

// A new attempt goes on from `step`: what an earlier one did behind it was never part of this run.
void drop_after(RunHistory& history, std::int64_t step) {
    const auto later = [step](const auto& record) { return record.step > step; };
    history.points_replaced += std::erase_if(history.points, [step](const Point& point) { return point.step > step; });
    std::erase_if(history.epochs, later);
    std::erase_if(history.checkpoints, later);
    std::int64_t last_epoch = 0;
    for (const EpochRecord& epoch : history.epochs) last_epoch = std::max(last_epoch, epoch.epoch);
    std::erase_if(history.images, [last_epoch](const ImageRecord& image) { return image.epoch > last_epoch; });
}

void add_point(RunHistory& history, Point point) {
    // Steps grow, so only the newest points can be of the same step or a later one.
    for (auto old = history.points.rbegin(); old != history.points.rend() && old->step >= point.step; ++old) {
        if (old->step != point.step || old->name != point.name) continue;
        history.points.erase(std::next(old).base());
        ++history.points_replaced;
        break;
    }
    history.points.push_back(std::move(point));
}

// Replaces what has the same `key`.
template <class T, class Key>
void add_unique(std::vector<T>& list, T record, Key T::* key) {
    std::erase_if(list, [&](const T& old) { return old.*key == record.*key; });
    list.push_back(std::move(record));
}

}  // namespace

void extend(RunHistory& history, Record record) {
    switch (record.type) {
        case RecordType::kAttempt:
            if (!history.attempts.empty())
                drop_after(history, record_from<AttemptRecord>(record.body).resumed_from_step);
            history.earlier_states = history.states.size();
            history.attempts.push_back(record_from<AttemptRecord>(record.body));
            break;
        case RecordType::kState: history.states.push_back(record_from<StateRecord>(record.body)); break;
        case RecordType::kPoint:
            if (record.point) add_point(history, *std::move(record.point));
            break;
        case RecordType::kEpoch:
            add_unique(history.epochs, record_from<EpochRecord>(record.body), &EpochRecord::epoch);
            break;
        case RecordType::kCheckpoint:
            add_unique(history.checkpoints, record_from<CheckpointRecord>(record.body), &CheckpointRecord::path);
            break;
        case RecordType::kImage:
            add_unique(history.images, record_from<ImageRecord>(record.body), &ImageRecord::path);
            break;
        case RecordType::kNote: history.notes.push_back(record_from<NoteRecord>(record.body)); break;
        case RecordType::kName: break;  // the reader has used it
    }
}

RunHistory merge_attempts(std::span<const std::vector<Record>> attempts) {
    RunHistory history;
    for (const std::vector<Record>& attempt : attempts) {
        for (const Record& record : attempt) extend(history, record);
    }
    return history;
}

Status HistoryFollower::read_on() {
    for (;;) {
        const std::uint64_t before = reader_->offset();
        auto record = reader_->next();
        if (record && !*record) return {};
        if (record) {
            extend(history_, **std::move(record));
            continue;
        }
        // Damage is told and passed over: what is whole of the story is worth having.
        if (record.error().code != Code::kInvalid) return std::move(record).error();
        const bool stuck = reader_->offset() == before;
        if (!stuck || history_.damage.empty() || history_.damage.back() != record.error().message) {
            history_.damage.push_back(record.error().message);
        }
        if (stuck) return {};
    }
}

Status HistoryFollower::update() {
    if (reader_) GOETIA_TRY(read_on());
    const int newest = folder_.next_attempt() - 1;
    while (attempt_ < newest) {
        ++attempt_;
        auto reader = JournalReader::open(folder_.journal(attempt_));
        if (!reader && reader.error().code == Code::kNotFound) continue;  // numbers may have gaps
        if (!reader) return std::move(reader).error();
        reader_ = *std::move(reader);
        GOETIA_TRY(read_on());
    }
    return {};
}

Result<RunHistory> read_history(const ExperimentFolder& folder) {
    HistoryFollower follower(folder);
    GOETIA_TRY(follower.update());
    return follower.history();
}

}  // namespace goetia
