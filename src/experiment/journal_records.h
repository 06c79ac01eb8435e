// The content of a journal's records: one struct per kind, shared by writers and readers, and the only place that names
// their members. contract/journal.schema.json describes the same for other programs; a test keeps the two in sync.
// Reading never fails: unknown members are ignored, and a member that is missing or of another type takes its default
// here, so that journals of older and newer versions can be read.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "experiment/journal.h"
#include "experiment/state.h"

namespace goetia {

// By metric name. NaN where the journal contains null, which is JSON's form of a value that is not finite.
using MetricTable = std::map<std::string, double>;

// How a journal stores the metrics of an epoch.
enum class JournalFormat {
    kEpochMetricsTwice = 1,  // in the record of the epoch, and before it as points
    kEpochMetricsOnce = 2,   // only in the record of the epoch: epoch_points() makes points of them
};

// The first record of every journal: which run this is, what was requested, where it resumes from.
struct AttemptRecord {
    static constexpr RecordType kType = RecordType::kAttempt;
    int attempt = 0;
    JournalFormat format = JournalFormat::kEpochMetricsTwice;  // journals from before 2026-11-30 do not contain it
    std::string experiment;
    std::string name;
    std::optional<std::int64_t> seed;
    std::optional<std::int64_t> epochs;  // requested
    std::optional<std::int64_t> steps_per_epoch;
    std::optional<std::int64_t> images_per_step;
    int threads = 0;  // of each rank; 0: unknown
    std::string best_metric;
    std::string best_mode;  // "max" or "min"
    std::int64_t resumed_from_step =
        -1;  // what earlier attempts did after it does not count; -1: nothing they did counts
    std::int64_t resumed_from_epoch = 0;
    std::optional<std::string> resumed_from;  // the checkpoint's file name
    int world = 0;
    std::int64_t pid = 0;
    double time = 0;  // seconds since 1970, here and below
};

struct StateRecord {
    static constexpr RecordType kType = RecordType::kState;
    ExperimentState state = ExperimentState::kRunning;
    std::string reason;
    std::int64_t epoch = 0;
    std::int64_t step = 0;
    double time = 0;
};

struct EpochRecord {
    static constexpr RecordType kType = RecordType::kEpoch;
    std::int64_t epoch = 0;  // counted from 1
    std::int64_t step = 0;   // steps completed at its end
    double time = 0;
    double seconds = 0;
    double seconds_waiting = 0;  // of `seconds`, spent waiting for the loader
    double images = 0;
    MetricTable metrics;
};

struct CheckpointRecord {
    static constexpr RecordType kType = RecordType::kCheckpoint;
    std::string path;  // within the experiment folder
    std::string kind;  // "last", "best" or "epoch"
    std::string sha256;
    std::uint64_t bytes = 0;
    std::int64_t epoch = 0;
    std::int64_t step = 0;
    MetricTable metrics;
};

// Results of an evaluation that are more than one number: whoever follows the run plots them.
struct EvaluationRecord {
    static constexpr RecordType kType = RecordType::kEvaluation;
    struct Cell {
        std::int64_t truth = 0;
        std::int64_t found = 0;
        double count = 0;
    };
    struct Matrix {
        bool normalize = true;    // show as shares of the true class
        std::vector<Cell> cells;  // only those that are not zero
    };
    struct Curve {
        std::string name;  // of the class; for the mean: what it averages
        std::vector<double> x, y;
        double score = 0;
    };
    struct Curves {
        std::vector<Curve> shown;  // the best and the worst of `classes` classes
        Curve mean;                // of all classes
        std::int64_t classes = 0;
    };
    std::int64_t epoch = 0;
    std::int64_t step = 0;
    double time = 0;
    std::vector<std::string> classes;
    std::optional<Matrix> confusion_matrix;
    std::optional<Curves> pr;
    std::optional<Curves> roc;
};

struct ImageRecord {
    static constexpr RecordType kType = RecordType::kImage;
    std::string path;  // within the experiment folder
    std::string title;
    std::int64_t epoch = 0;
};

// Assigns a metric its number within this journal; the points that follow refer to it by that.
struct NameRecord {
    static constexpr RecordType kType = RecordType::kName;
    std::int64_t id = -1;  // -1: missing
    std::string name;
};

// A note is one of these, distinguished by its "kind".
struct SkippedSampleNote {
    static constexpr RecordType kType = RecordType::kNote;
    static constexpr std::string_view kKind = "skipped_sample";
    std::string split;
    std::string sample;
    std::int64_t index = 0;
    std::string reason;
    std::int64_t epoch = 0;
};

struct ImageNotDrawnNote {
    static constexpr RecordType kType = RecordType::kNote;
    static constexpr std::string_view kKind = "picture_not_drawn";
    std::string title;
    std::string reason;
    std::int64_t epoch = 0;
};

// A sentence for the user who follows the run.
struct NoticeNote {
    static constexpr RecordType kType = RecordType::kNote;
    static constexpr std::string_view kKind = "notice";
    std::string reason;
};

// A note of a kind that this version does not know.
struct OtherNote {
    std::string kind;
    Json body;
};

using NoteRecord = std::variant<SkippedSampleNote, ImageNotDrawnNote, NoticeNote, OtherNote>;

std::string_view note_kind(const NoteRecord& note);

// "attempt", "state", ...: the names of the record types in the contract.
std::string_view record_type_name(RecordType type);

Json to_json(const AttemptRecord& record);
Json to_json(const StateRecord& record);
Json to_json(const EpochRecord& record);
Json to_json(const CheckpointRecord& record);
Json to_json(const EvaluationRecord& record);
Json to_json(const ImageRecord& record);
Json to_json(const NameRecord& record);
Json to_json(const SkippedSampleNote& note);
Json to_json(const ImageNotDrawnNote& note);
Json to_json(const NoticeNote& note);
Json to_json(const NoteRecord& note);

// record_from<EpochRecord>(body): for any of the above.
template <class T>
T record_from(const Json& body);

template <>
AttemptRecord record_from(const Json& body);
template <>
StateRecord record_from(const Json& body);
template <>
EpochRecord record_from(const Json& body);
template <>
CheckpointRecord record_from(const Json& body);
template <>
EvaluationRecord record_from(const Json& body);
template <>
ImageRecord record_from(const Json& body);
template <>
NameRecord record_from(const Json& body);
template <>
NoteRecord record_from(const Json& body);

// The metrics of an epoch as points, with the names that points have: "train/loss" is that of a step, its mean over an
// epoch is "train/epoch_loss"; "train/lr" is recorded by the steps only.
std::vector<Point> epoch_points(const EpochRecord& epoch);

// {"val/loss": 0.5, ...}, and its inverse.
Json metrics_to_json(const MetricTable& metrics);
MetricTable metrics_from_json(const Json& json);

// A record for a document or another program: {"type": "epoch", "sequence": 7, "body": {...}}.
Json to_json(const Record& record);

}  // namespace goetia
