// The journal: one append-only file per attempt, from which everything readable in the experiment folder (metrics.json,
// history.json, the CSV, TensorBoard events) is derived. Each record carries its sequence number, its length and a
// checksum (CRC-32C), so that a torn tail is detected and cut.
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
    kAttempt = 1,  // the first record of every file
    kState = 2,
    kPoint = 3,  // one metric value (binary; see Point below)
    kEpoch = 4,  // the end of an epoch
    kCheckpoint = 5,
    kImage = 6,       // a plot was drawn
    kNote = 7,        // anything else worth recording, e.g. a skipped sample
    kName = 8,        // assigns a metric's name its number within this file
    kEvaluation = 9,  // results of an evaluation other than numbers, for plots
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
    Json body;                   // of every type but kPoint; its members are those of journal_records.h
    std::optional<Point> point;  // of kPoint
};

using MetricId = std::uint32_t;

// A record in the reader's memory, valid until the next call.
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

// Writes one file. log() takes less than a microsecond on the calling thread (a single producer): it fills a ring
// buffer that the writer's thread drains to the file. append() and flush() return once everything before is on the
// disk; a full disk or an I/O error is reported by the next append() or flush() and by fault().
class JournalWriter {
  public:
    // Creates the file (kWrongState when it exists) and locks it, which shows others that the run is alive.
    static Result<std::unique_ptr<JournalWriter>> create(const std::filesystem::path& path, const Json& attempt);
    virtual ~JournalWriter() = default;

    virtual MetricId metric(std::string_view name) = 0;  // the same name always gives the same number
    virtual void log(MetricId metric, std::int64_t step, std::int64_t epoch, double value) = 0;
    virtual Status append(RecordType type, const Json& body) = 0;
    virtual Status flush() = 0;
    [[nodiscard]] virtual std::optional<Error> fault() const = 0;
};

// Reads complete records from `offset`; a torn or unfinished tail is treated as the end. Safe alongside a live writer.
class JournalReader {
  public:
    static Result<std::unique_ptr<JournalReader>> open(const std::filesystem::path& path, std::uint64_t offset = 0);
    virtual ~JournalReader() = default;

    // False at the end of the complete records; call again later to continue (this is how a run is followed). Damage in
    // the middle (complete records follow it) is one Error that names the lost records; the next call continues after
    // it. Records of types that this version does not know are skipped.
    virtual Result<bool> next(RecordView& record) = 0;
    // The body of the record that next() returned last.
    [[nodiscard]] virtual Result<Json> body_of(const RecordView& record) const = 0;
    [[nodiscard]] virtual std::uint64_t offset() const = 0;    // just after the last complete record
    [[nodiscard]] virtual std::uint64_t sequence() const = 0;  // of the record that begins there

    // The same, with the body parsed and everything copied; empty at the end.
    Result<std::optional<Record>> next();
};

// Whether a writer holds the file: false once its process is gone, for whatever reason.
bool journal_has_writer(const std::filesystem::path& path);

// Cuts everything after the last complete record; returns how many bytes were cut.
Result<std::uint64_t> cut_torn_tail(const std::filesystem::path& path);

}  // namespace goetia
