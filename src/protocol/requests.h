// How files travel from the agent to the master. A stream (append-only) is sent by offset: the master appends only what
// begins at its own length, syncs, and answers its new length. An object (never changed once named) is sent by its
// hash, in chunks, and exists at the master only once all of it is there and the hash is right. So whatever is
// repeated, reordered or cut off changes nothing.
#pragma once

#include "protocol/status.h"

namespace goetia {

constexpr std::int64_t kLargestChunk = 8 << 20;  // bytes of one append or one piece of an object
constexpr std::int64_t kBeforeWindow = 1 << 20;  // bytes before an offset that a checksum covers
constexpr std::int64_t kLargestObject = 1LL << 40;

// The bytes follow as the body. The first append of a session carries the checksum of what lies before it. Where the
// file is shorter than the master's copy (its machine lost power and the unsynced end), the checksum is one that fits
// nothing.
struct AppendRequest {
    Fence fence = 0;
    std::string stream;
    std::uint32_t generation = 0;
    std::int64_t offset = 0;
    std::string before;  // SHA-256 of the last kBeforeWindow bytes before the offset (fewer at the beginning); or empty
    bool ends = false;   // nothing follows: the stream is whole with this append
    // Of the connection. A master refuses an append of an earlier one, which may be older than a loss of power, and of
    // none.
    std::uint64_t session = 0;
};

enum class AppendOutcome : std::uint8_t {
    kAppended,   // synced; `length` is the new length
    kElsewhere,  // the offset is not the master's length: go on from `length`
    kParted,     // what lies before differs: a new generation was begun, go on in `generation` from `length`
    kRefused,    // no such attempt of this node: keep the file, wait for the next desired document
    kFull,       // the master's disk is full: try again later
};

struct AppendAnswer {
    AppendOutcome outcome = AppendOutcome::kAppended;
    std::uint32_t generation = 0;
    std::int64_t length = 0;
    bool ended = false;  // the master holds the stream whole
};

// What the object is, in the words of the journal.
enum class ObjectKind : std::uint8_t { kCheckpoint, kBestModel, kImage, kRecord, kExport, kOther };

// One piece of an object; the bytes follow as the body. No bytes at offset 0: a question what the master holds.
struct ObjectChunk {
    Fence fence = 0;
    std::string sha256;  // of the whole object
    std::int64_t bytes = 0;
    std::string path;  // below the attempt's folder, for the reader only: nothing is stored under it
    ObjectKind kind = ObjectKind::kOther;
    std::int64_t offset = 0;
};

enum class ObjectOutcome : std::uint8_t {
    kPart,     // go on from `length`
    kWhole,    // verified and synced
    kWrong,    // all bytes came, but their hash is another: begin again from 0
    kRefused,  // no such attempt of this node
    kFull,
};

struct ObjectAnswer {
    ObjectOutcome outcome = ObjectOutcome::kPart;
    std::int64_t length = 0;
};

constexpr AppendOutcome last_of(AppendOutcome /*any*/) { return AppendOutcome::kFull; }
constexpr ObjectOutcome last_of(ObjectOutcome /*any*/) { return ObjectOutcome::kFull; }
constexpr ObjectKind last_of(ObjectKind /*any*/) { return ObjectKind::kOther; }
std::string_view name_of(AppendOutcome outcome);
std::string_view name_of(ObjectOutcome outcome);
std::string_view name_of(ObjectKind kind);
std::optional<AppendOutcome> append_outcome_from(std::string_view name);
std::optional<ObjectOutcome> object_outcome_from(std::string_view name);
std::optional<ObjectKind> object_kind_from(std::string_view name);

Json to_json(const AppendRequest& request);
Json to_json(const AppendAnswer& answer);
Json to_json(const ObjectChunk& chunk);
Json to_json(const ObjectAnswer& answer);
Result<AppendRequest> append_request_from(const Json& json);
Result<AppendAnswer> append_answer_from(const Json& json);
Result<ObjectChunk> object_chunk_from(const Json& json);
Result<ObjectAnswer> object_answer_from(const Json& json);

}  // namespace goetia
