// The binary format of a journal. Pure functions: no file is accessed here.
//
//   file    "goetiaJ1", then records
//   record  u32 length of the payload | u32 CRC-32C of all that follows and of the length | u64 sequence | u8 type |
//   payload payload of a point: u32 metric, i64 step, i64 epoch, f64 time, f64 value; of every other type: JSON text
//
// All numbers are little-endian. Sequence numbers count from 0 within a file, without a gap.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "experiment/journal.h"

namespace goetia::journal_format {

inline constexpr std::string_view kMagic = "goetiaJ1";
inline constexpr std::size_t kHeaderBytes = 17;
inline constexpr std::size_t kPointBytes = 36;
inline constexpr std::uint32_t kLargestPayload = 64U << 20U;

struct RawPoint {
    std::uint32_t metric = 0;
    std::int64_t step = 0;
    std::int64_t epoch = 0;
    double time = 0;
    double value = 0;
};

// One record within the bytes; `payload` points into them.
struct RawRecord {
    RecordType type = RecordType::kNote;
    std::uint64_t sequence = 0;
    std::string_view payload;
    std::size_t size = 0;  // header and payload
};

enum class ParseStatus {
    kComplete,    // complete; `record` is set
    kIncomplete,  // the bytes end before the record does
    kCorrupt,     // the bytes are not a valid record
};

void put_record(std::string& into, RecordType type, std::uint64_t sequence, std::string_view payload);
void put_point(std::string& into, std::uint64_t sequence, const RawPoint& point);
RawPoint get_point(std::string_view payload);  // of kPointBytes

// Reads the record at the beginning of `bytes`, which must have the number `sequence`.
ParseStatus get_record(std::string_view bytes, std::uint64_t sequence, RawRecord& record);

// The position of the next complete record with a sequence number of at least `sequence`, or npos. Damage in the middle
// is followed by one, a torn tail is not.
std::size_t find_record(std::string_view bytes, std::uint64_t sequence, RawRecord& record);

// The position of the first complete record with a number below `sequence`, or npos.
std::size_t find_earlier_record(std::string_view bytes, std::uint64_t sequence, RawRecord& record);

}  // namespace goetia::journal_format
