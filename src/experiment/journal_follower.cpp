#include "experiment/journal_follower.h"

#include <limits>
#include <sys/stat.h>

namespace goetia {
namespace {

constexpr MetricId kUnknown = ~MetricId{0};

}  // namespace

Json to_json(const JournalPosition& position) {
    return {{"attempt", position.attempt}, {"sequence", position.sequence}, {"offset", position.offset}};
}

JournalPosition position_from_json(const Json& json) {
    const auto number = [&json](const char* key) -> std::uint64_t {
        const auto found = json.find(key);
        return found != json.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
    };
    const std::uint64_t attempt = number("attempt");
    if (attempt > static_cast<std::uint64_t>(std::numeric_limits<int>::max())) return {};
    return {static_cast<int>(attempt), number("sequence"), number("offset")};
}

bool is_up_to_date(const ExperimentFolder& folder, const JournalPosition& position) {
    const auto size = [&folder](int attempt) -> std::uint64_t {
        struct stat info{};
        return ::stat(folder.journal(attempt).c_str(), &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
    };
    return position.attempt > 0 && size(position.attempt + 1) == 0 && size(position.attempt) == position.offset;
}

MetricId MetricNames::id_of(std::string_view name) {
    const auto known = ids_.find(name);
    if (known != ids_.end()) return known->second;
    const auto id = static_cast<MetricId>(names_.size());
    names_.push_back(&ids_.emplace(name, id).first->first);
    return id;
}

JournalFollower::JournalFollower(ExperimentFolder folder, std::shared_ptr<MetricNames> names)
    : folder_(std::move(folder)), names_(names ? std::move(names) : std::make_shared<MetricNames>()) {}

Status JournalFollower::open(int attempt) {
    attempt_ = attempt;
    reader_.reset();
    ids_.clear();
    format_ = {};
    auto reader = JournalReader::open(folder_.journal(attempt));
    if (!reader && reader.error().code == Code::kNotFound) return {};  // attempt numbers may have gaps
    if (!reader) return std::move(reader).error();
    reader_ = *std::move(reader);
    return {};
}

Status JournalFollower::resume_from(const JournalPosition& position) {
    if (position.attempt == 0) return {};
    GOETIA_TRY(open(position.attempt));
    if (!reader_)
        return not_found("cannot continue in journal '{}': it does not exist",
                         folder_.journal(position.attempt).native());
    RecordView first;
    GOETIA_ASSIGN(const bool begun, reader_->next(first));
    if (begun && first.type == RecordType::kAttempt) {
        GOETIA_ASSIGN(const Json body, reader_->body_of(first));
        format_ = record_from<AttemptRecord>(body).format;
    }
    GOETIA_ASSIGN(reader_, JournalReader::open(folder_.journal(position.attempt), position.offset));
    if (reader_->sequence() == position.sequence) return {};
    return invalid("cannot continue in journal '{}' at byte {}: record {} begins there, not record {}",
                   folder_.journal(position.attempt).native(), position.offset, reader_->sequence(), position.sequence);
}

JournalPosition JournalFollower::position() const {
    if (!reader_) return {attempt_, 0, 0};
    return {attempt_, reader_->sequence(), reader_->offset()};
}

Status JournalFollower::update(JournalVisitor& visitor) {
    const int newest =
        folder_.next_attempt() - 1;  // read first: once a newer journal exists, the older ones are complete
    if (reader_) GOETIA_TRY(read_on(visitor));
    while (attempt_ < newest) {
        GOETIA_TRY(open(attempt_ + 1));
        if (reader_) GOETIA_TRY(read_on(visitor));
    }
    return {};
}

Status JournalFollower::read_on(JournalVisitor& visitor) {
    RecordView record;
    for (;;) {
        const std::uint64_t before = reader_->offset();
        auto found = reader_->next(record);
        if (found && !*found) return {};
        if (found) {
            dispatch(record, visitor);
            continue;
        }
        // Damage is reported and skipped: the intact rest is worth reading.
        if (found.error().code != Code::kInvalid) return std::move(found).error();
        report_damage(found.error().message, visitor);
        if (reader_->offset() == before) return {};
    }
}

void JournalFollower::report_damage(const std::string& sentence, JournalVisitor& visitor) {
    if (sentence == reported_damage_) return;  // a file that is not a journal is reported once
    reported_damage_ = sentence;
    visitor.on_damage(sentence);
}

void JournalFollower::dispatch(const RecordView& record, JournalVisitor& visitor) {
    if (record.type == RecordType::kPoint) return dispatch_point(record, visitor);
    if (record.type == RecordType::kName) return ids_.clear();
    const bool is_accepted = visitor.accepts(record.type);
    const bool holds_points = record.type == RecordType::kEpoch && format_ == JournalFormat::kEpochMetricsOnce &&
                              visitor.accepts(RecordType::kPoint);
    if (!is_accepted && !holds_points && record.type != RecordType::kAttempt) return;
    const auto body = reader_->body_of(record);
    if (!body) return report_damage(body.error().message, visitor);
    switch (record.type) {
        case RecordType::kAttempt: {
            const auto attempt = record_from<AttemptRecord>(*body);
            format_ = attempt.format;
            if (is_accepted) visitor.on_attempt(attempt, {attempt_, record.sequence, 0});
            return;
        }
        case RecordType::kEpoch: {
            const auto epoch = record_from<EpochRecord>(*body);
            if (holds_points) dispatch_epoch(epoch, record.sequence, visitor);
            if (is_accepted) visitor.on_epoch(epoch);
            return;
        }
        case RecordType::kState: return visitor.on_state(record_from<StateRecord>(*body));
        case RecordType::kCheckpoint: return visitor.on_checkpoint(record_from<CheckpointRecord>(*body));
        case RecordType::kImage: return visitor.on_image(record_from<ImageRecord>(*body));
        case RecordType::kNote: return visitor.on_note(record_from<NoteRecord>(*body));
        case RecordType::kEvaluation: return visitor.on_evaluation(record_from<EvaluationRecord>(*body));
        case RecordType::kPoint:
        case RecordType::kName: return;
    }
}

template <class AnyPoint>
JournaledPoint JournalFollower::journaled(MetricId id, const AnyPoint& point, std::uint64_t sequence) const {
    return {.metric = id,
            .name = names_->name_of(id),
            .step = point.step,
            .epoch = point.epoch,
            .time = point.time,
            .value = point.value,
            .attempt = attempt_,
            .sequence = sequence};
}

void JournalFollower::dispatch_point(const RecordView& record, JournalVisitor& visitor) {
    if (!visitor.accepts(RecordType::kPoint)) return;
    const PointView& point = record.point;
    if (ids_.size() <= point.metric) ids_.resize(point.metric + 1, kUnknown);
    MetricId& id = ids_[point.metric];
    if (id == kUnknown) id = names_->id_of(point.name);
    visitor.on_point(journaled(id, point, record.sequence));
}

void JournalFollower::dispatch_epoch(const EpochRecord& epoch, std::uint64_t sequence, JournalVisitor& visitor) {
    for (const Point& point : epoch_points(epoch)) {
        visitor.on_point(journaled(names_->id_of(point.name), point, sequence));
    }
}

}  // namespace goetia
