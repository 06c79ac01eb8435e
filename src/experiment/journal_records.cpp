#include "experiment/journal_records.h"

#include <cmath>
#include <concepts>
#include <limits>
#include <utility>

namespace goetia {
namespace {

constexpr const char* kKindKey = "kind";

// The members of each record: key and value, defined once for reading and writing.

template <class T, class Record>
concept Either = std::same_as<std::remove_const_t<T>, Record>;  // to read into, or to write from

template <Either<AttemptRecord> Self, class Visit>
void members(Self& r, Visit visit) {
    visit("attempt", r.attempt);
    visit("format", r.format);
    visit("experiment", r.experiment);
    visit("name", r.name);
    visit("seed", r.seed);
    visit("epochs", r.epochs);
    visit("steps_per_epoch", r.steps_per_epoch);
    visit("images_per_step", r.images_per_step);
    visit("threads", r.threads);
    visit("best_metric", r.best_metric);
    visit("best_mode", r.best_mode);
    visit("resumed_from_step", r.resumed_from_step);
    visit("resumed_from_epoch", r.resumed_from_epoch);
    visit("resumed_from", r.resumed_from);
    visit("world", r.world);
    visit("pid", r.pid);
    visit("time", r.time);
}

template <Either<StateRecord> Self, class Visit>
void members(Self& r, Visit visit) {
    visit("state", r.state);
    visit("reason", r.reason);
    visit("epoch", r.epoch);
    visit("step", r.step);
    visit("time", r.time);
}

template <Either<EpochRecord> Self, class Visit>
void members(Self& r, Visit visit) {
    visit("epoch", r.epoch);
    visit("step", r.step);
    visit("time", r.time);
    visit("seconds", r.seconds);
    visit("seconds_waiting", r.seconds_waiting);
    visit("images", r.images);
    visit("metrics", r.metrics);
}

template <Either<CheckpointRecord> Self, class Visit>
void members(Self& r, Visit visit) {
    visit("path", r.path);
    visit("kind", r.kind);
    visit("sha256", r.sha256);
    visit("bytes", r.bytes);
    visit("epoch", r.epoch);
    visit("step", r.step);
    visit("metrics", r.metrics);
}

template <Either<EvaluationRecord::Matrix> Self, class Visit>
void members(Self& r, Visit visit) {
    visit("normalize", r.normalize);
    visit("cells", r.cells);
}

template <Either<EvaluationRecord::Curve> Self, class Visit>
void members(Self& r, Visit visit) {
    visit("name", r.name);
    visit("x", r.x);
    visit("y", r.y);
    visit("score", r.score);
}

template <Either<EvaluationRecord::Curves> Self, class Visit>
void members(Self& r, Visit visit) {
    visit("shown", r.shown);
    visit("mean", r.mean);
    visit("classes", r.classes);
}

template <Either<EvaluationRecord> Self, class Visit>
void members(Self& r, Visit visit) {
    visit("epoch", r.epoch);
    visit("step", r.step);
    visit("time", r.time);
    visit("classes", r.classes);
    visit("confusion_matrix", r.confusion_matrix);
    visit("pr", r.pr);
    visit("roc", r.roc);
}

template <Either<ImageRecord> Self, class Visit>
void members(Self& r, Visit visit) {
    visit("path", r.path);
    visit("title", r.title);
    visit("epoch", r.epoch);
}

template <Either<NameRecord> Self, class Visit>
void members(Self& r, Visit visit) {
    visit("id", r.id);
    visit("name", r.name);
}

template <Either<SkippedSampleNote> Self, class Visit>
void members(Self& r, Visit visit) {
    visit("split", r.split);
    visit("sample", r.sample);
    visit("index", r.index);
    visit("reason", r.reason);
    visit("epoch", r.epoch);
}

template <Either<ImageNotDrawnNote> Self, class Visit>
void members(Self& r, Visit visit) {
    visit("title", r.title);
    visit("reason", r.reason);
    visit("epoch", r.epoch);
}

template <Either<NoticeNote> Self, class Visit>
void members(Self& r, Visit visit) {
    visit("reason", r.reason);
}

template <class T>
concept Members = requires(T& record) { members(record, [](const char*, auto&) {}); };

// How a value is written.

template <class R>
Json body_of(const R& record);

template <class T>
Json written(const T& value) {
    if constexpr (Members<const T>) return body_of(value);
    else return value;
}
Json written(const ExperimentState& state) { return state_name(state); }
Json written(const JournalFormat& format) { return static_cast<int>(format); }
Json written(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
Json written(const MetricTable& metrics) { return metrics_to_json(metrics); }
Json written(const EvaluationRecord::Cell& cell) { return {cell.truth, cell.found, written(cell.count)}; }
template <class T>
Json written(const std::vector<T>& values) {
    Json list = Json::array();
    for (const T& value : values) list.push_back(written(value));
    return list;
}

struct Writer {
    Json& body;

    template <class T>
    void operator()(const char* key, const T& value) const {
        body[key] = written(value);
    }
    template <class T>
    void operator()(const char* key, const std::optional<T>& value) const {
        if (value) (*this)(key, *value);
    }
};

// How a value is read; false when it has another type.

template <Members R>
bool read(const Json& json, R& into);

bool read(const Json& json, bool& into) {
    if (json.is_boolean()) into = json.get<bool>();
    return json.is_boolean();
}

bool read(const Json& json, std::string& into) {
    if (json.is_string()) into = json.get<std::string>();
    return json.is_string();
}

bool read(const Json& json, double& into) {
    if (json.is_number()) into = json.get<double>();
    return json.is_number();
}

template <std::integral T>
    requires(!std::same_as<T, bool>)
bool read(const Json& json, T& into) {
    std::int64_t number = 0;
    if (json.is_number_unsigned() && json.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) {
        if constexpr (std::same_as<T, std::uint64_t>) return into = json.get<std::uint64_t>(), true;
        else return false;
    } else if (json.is_number_integer()) {
        number = json.get<std::int64_t>();
    } else if (json.is_number_float() && std::fabs(json.get<double>()) <= 9007199254740992.0) {
        number = static_cast<std::int64_t>(json.get<double>());
    } else {
        return false;
    }
    if (!std::in_range<T>(number)) return false;
    into = static_cast<T>(number);
    return true;
}

bool read(const Json& json, ExperimentState& into) {
    const auto state = json.is_string() ? state_from_name(json.get_ref<const std::string&>()) : std::nullopt;
    if (state) into = *state;
    return state.has_value();
}

bool read(const Json& json, MetricTable& into) {
    into = metrics_from_json(json);
    return json.is_object();
}

bool read(const Json& json, JournalFormat& into) {
    int number = 0;
    if (read(json, number)) into = number < 2 ? JournalFormat::kEpochMetricsTwice : JournalFormat::kEpochMetricsOnce;
    return number > 0;
}

bool read(const Json& json, EvaluationRecord::Cell& into) {
    return json.is_array() && json.size() == 3 && read(json[0], into.truth) && read(json[1], into.found) &&
           read(json[2], into.count);
}

template <class T>
bool read(const Json& json, std::vector<T>& into) {
    into.clear();
    if (!json.is_array()) return false;
    for (const Json& one : json) {
        T value{};
        if constexpr (std::same_as<T, double>) value = std::numeric_limits<double>::quiet_NaN();
        read(one, value);
        into.push_back(std::move(value));
    }
    return true;
}

struct Reader {
    const Json& body;

    template <class T>
    void operator()(const char* key, T& into) const {
        if (const auto found = body.find(key); found != body.end()) read(*found, into);
    }
    template <class T>
    void operator()(const char* key, std::optional<T>& into) const {
        const auto found = body.find(key);
        if (T value{}; found != body.end() && read(*found, value)) into = std::move(value);
    }
};

template <Members R>
bool read(const Json& json, R& into) {
    members(into, Reader{json});
    return json.is_object();
}

template <class R>
Json body_of(const R& record) {
    Json body = Json::object();
    members(record, Writer{body});
    return body;
}

template <class Note>
Json note_of(const Note& note) {
    Json body{{kKindKey, Note::kKind}};
    members(note, Writer{body});
    return body;
}

template <class R>
R read_from(const Json& body) {
    R record;
    members(record, Reader{body});
    return record;
}

}  // namespace

Json metrics_to_json(const MetricTable& metrics) {
    Json object = Json::object();
    for (const auto& [name, value] : metrics) object[name] = written(value);
    return object;
}

MetricTable metrics_from_json(const Json& json) {
    MetricTable metrics;
    if (!json.is_object()) return metrics;
    for (const auto& [name, value] : json.items()) {
        if (value.is_number() || value.is_null())
            metrics[name] = value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.template get<double>();
    }
    return metrics;
}

std::vector<Point> epoch_points(const EpochRecord& epoch) {
    std::vector<Point> points;
    for (const auto& [name, value] : epoch.metrics) {
        if (name == "train/lr") continue;
        points.push_back(
            {name == "train/loss" ? "train/epoch_loss" : name, epoch.step, epoch.epoch, epoch.time, value});
    }
    return points;
}

std::string_view record_type_name(RecordType type) {
    switch (type) {
        case RecordType::kAttempt: return "attempt";
        case RecordType::kState: return "state";
        case RecordType::kPoint: return "point";
        case RecordType::kEpoch: return "epoch";
        case RecordType::kCheckpoint: return "checkpoint";
        case RecordType::kImage: return "image";
        case RecordType::kNote: return "note";
        case RecordType::kName: return "name";
        case RecordType::kEvaluation: return "evaluation";
    }
    return "unknown";
}

std::string_view note_kind(const NoteRecord& note) {
    return std::visit(
        [](const auto& one) -> std::string_view {
            if constexpr (std::same_as<std::decay_t<decltype(one)>, OtherNote>) return one.kind;
            else return one.kKind;
        },
        note);
}

Json to_json(const AttemptRecord& record) { return body_of(record); }
Json to_json(const StateRecord& record) { return body_of(record); }
Json to_json(const EpochRecord& record) { return body_of(record); }
Json to_json(const CheckpointRecord& record) { return body_of(record); }
Json to_json(const EvaluationRecord& record) { return body_of(record); }
Json to_json(const ImageRecord& record) { return body_of(record); }
Json to_json(const NameRecord& record) { return body_of(record); }
Json to_json(const SkippedSampleNote& note) { return note_of(note); }
Json to_json(const ImageNotDrawnNote& note) { return note_of(note); }
Json to_json(const NoticeNote& note) { return note_of(note); }

Json to_json(const NoteRecord& note) {
    return std::visit(
        [](const auto& one) -> Json {
            if constexpr (std::same_as<std::decay_t<decltype(one)>, OtherNote>) return one.body;
            else return note_of(one);
        },
        note);
}

template <>
AttemptRecord record_from(const Json& body) {
    return read_from<AttemptRecord>(body);
}
template <>
StateRecord record_from(const Json& body) {
    return read_from<StateRecord>(body);
}
template <>
EpochRecord record_from(const Json& body) {
    return read_from<EpochRecord>(body);
}
template <>
CheckpointRecord record_from(const Json& body) {
    return read_from<CheckpointRecord>(body);
}
template <>
EvaluationRecord record_from(const Json& body) {
    return read_from<EvaluationRecord>(body);
}
template <>
ImageRecord record_from(const Json& body) {
    return read_from<ImageRecord>(body);
}
template <>
NameRecord record_from(const Json& body) {
    return read_from<NameRecord>(body);
}

template <>
NoteRecord record_from(const Json& body) {
    std::string kind;
    Reader{body}(kKindKey, kind);
    if (kind == SkippedSampleNote::kKind) return read_from<SkippedSampleNote>(body);
    if (kind == ImageNotDrawnNote::kKind) return read_from<ImageNotDrawnNote>(body);
    if (kind == NoticeNote::kKind) return read_from<NoticeNote>(body);
    return OtherNote{std::move(kind), body};
}

Json to_json(const Record& record) {
    Json body = record.body;
    if (record.point) {
        const Point& point = *record.point;
        body = {{"name", point.name},
                {"step", point.step},
                {"epoch", point.epoch},
                {"time", written(point.time)},
                {"value", written(point.value)}};
    }
    return {{"type", record_type_name(record.type)}, {"sequence", record.sequence}, {"body", std::move(body)}};
}

}  // namespace goetia
