// The journal: one append-only file per attempt, the truth of a run. Each record carries its sequence number, its
// length and a checksum (CRC-32C), so a torn tail is recognised and cut. Everything readable in the experiment folder
// (metrics.json, history.json, the CSV, TensorBoard events) is derived from it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace goetia {

enum class RecordType : std::uint8_t {
    kAttempt = 1,  // first of every file
    kState = 2,
    kPoint = 3,  // one metric value (binary inside; Point below)
    kEpoch = 4,  // an epoch's end
    kCheckpoint = 5,
    kImage = 6,       // a picture was drawn
    kNote = 7,        // anything else worth keeping, e.g. a skipped sample
    kName = 8,        // gives a metric's name its number within this file
    kEvaluation = 9,  // what was found in an evaluation, as far as it is no number: for pictures
};

struct Point {
    std::string name;  // "train/loss"
    std::int64_t step = 0;
    std::int64_t epoch = 0;
    double time = 0;  // seconds since 1970
    double value = 0;
};

struct Record {
    RecordType type = RecordType::kNote;
    std::uint64_t sequence = 0;
    Json body;                   // of every type but kPoint; journal_records.h says what is in it
    std::optional<Point> point;  // of kPoint
};

using MetricId = std::uint32_t;

// A record where it lies in its reader's memory, and gone with the next call.
struct PointView {
    MetricId metric = 0;  // its number within this file
    std::string_view name;
    std::int64_t step = 0;
    std::int64_t epoch = 0;
    double time = 0;
    double value = 0;
};

struct RecordView {
    RecordType type = RecordType::kNote;
    std::uint64_t sequence = 0;
    std::string_view text;  // the body's JSON; of every type but kPoint
    PointView point;        // of kPoint
};

// One writer per file. log() costs under a microsecond in the calling thread (one producer): it fills a ring that a
// thread of the writer drains to the file. append() and flush() return when everything before is on the disk; a full
// disk or an I/O fault is reported by the next append() or flush() and by fault(), never swallowed.
class JournalWriter {
  public:
    // Makes the file (kWrongState when it exists) and holds a lock on it, by which others see that the run lives.
    static Result<std::unique_ptr<JournalWriter>> create(const std::filesystem::path& path, const Json& attempt);
    virtual ~JournalWriter() = default;

    virtual MetricId metric(std::string_view name) = 0;  // the same name gives the same number
    virtual void log(MetricId metric, std::int64_t step, std::int64_t epoch, double value) = 0;
    virtual Status append(RecordType type, const Json& body) = 0;
    virtual Status flush() = 0;
    [[nodiscard]] virtual std::optional<Error> fault() const = 0;
};

// Reads whole records from `offset`; a torn or unfinished tail is simply not there yet. Safe beside a live writer.
class JournalReader {
  public:
    static Result<std::unique_ptr<JournalReader>> open(const std::filesystem::path& path, std::uint64_t offset = 0);
    virtual ~JournalReader() = default;

    // False at the end of what is whole so far; call again later to go on (that is how a run is tailed).
    // Damage in the middle (whole records follow it) is one Error naming what is lost; the next call goes on after it.
    // Records of types that this version does not know are left out.
    virtual Result<bool> next(RecordView& record) = 0;
    // The body of the record that next() gave last.
    [[nodiscard]] virtual Result<Json> body_of(const RecordView& record) const = 0;
    [[nodiscard]] virtual std::uint64_t offset() const = 0;    // just behind the last whole record
    [[nodiscard]] virtual std::uint64_t sequence() const = 0;  // of the record that begins there

    // The same, with the body read and everything kept; empty at the end.
    Result<std::optional<Record>> next();
};

// Whether a writer holds the file: false once its process is gone, however it went.
bool journal_has_writer(const std::filesystem::path& path);

// Cuts what follows the last whole record; returns how many bytes were cut.
Result<std::uint64_t> cut_torn_tail(const std::filesystem::path& path);

}  // namespace goetia
