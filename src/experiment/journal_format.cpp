#include "experiment/journal_format.h"

#include <bit>
#include <cstring>

#include "experiment/crc32c.h"

namespace goetia::journal_format {
namespace {

static_assert(std::endian::native == std::endian::little, "journal numbers are copied from memory as they are");

template <class T>
void put(char*& at, T value) {
    std::memcpy(at, &value, sizeof value);
    at += sizeof value;
}

template <class T>
T get(const char*& at) {
    T value{};
    std::memcpy(&value, at, sizeof value);
    at += sizeof value;
    return value;
}

std::uint32_t sum_of(std::uint32_t length, std::string_view after_sum) {
    return crc32c(after_sum, crc32c({reinterpret_cast<const char*>(&length), sizeof length}));
}

// Later versions may know more types than this one: the checksum distinguishes an unknown type from damage.
bool is_type(std::uint8_t type) { return type > 0 && type < 64; }

// The record at the beginning of `bytes` when its length and checksum are valid, whatever its number.
ParseStatus read_any(std::string_view bytes, RawRecord& record) {
    if (bytes.size() < kHeaderBytes) return ParseStatus::kIncomplete;
    const char* at = bytes.data();
    const auto length = get<std::uint32_t>(at);
    const auto sum = get<std::uint32_t>(at);
    record.sequence = get<std::uint64_t>(at);
    const auto type = get<std::uint8_t>(at);
    if (length > kLargestPayload || !is_type(type)) return ParseStatus::kCorrupt;
    if (bytes.size() < kHeaderBytes + length) return ParseStatus::kIncomplete;
    if (sum_of(length, bytes.substr(8, kHeaderBytes - 8 + length)) != sum) return ParseStatus::kCorrupt;
    record.type = static_cast<RecordType>(type);
    if (record.type == RecordType::kPoint && length != kPointBytes) return ParseStatus::kCorrupt;
    record.payload = bytes.substr(kHeaderBytes, length);
    record.size = kHeaderBytes + length;
    return ParseStatus::kComplete;
}

}  // namespace

void put_record(std::string& into, RecordType type, std::uint64_t sequence, std::string_view payload) {
    const std::size_t begin = into.size();
    into.resize(begin + kHeaderBytes);
    into.append(payload);
    const auto length = static_cast<std::uint32_t>(payload.size());
    char* at = into.data() + begin + 8;
    put(at, sequence);
    put(at, static_cast<std::uint8_t>(type));
    at = into.data() + begin;
    put(at, length);
    put(at, sum_of(length, std::string_view(into).substr(begin + 8)));
}

void put_point(std::string& into, std::uint64_t sequence, const RawPoint& point) {
    char payload[kPointBytes];
    char* at = payload;
    put(at, point.metric);
    put(at, point.step);
    put(at, point.epoch);
    put(at, point.time);
    put(at, point.value);
    put_record(into, RecordType::kPoint, sequence, {payload, sizeof payload});
}

RawPoint get_point(std::string_view payload) {
    const char* at = payload.data();
    RawPoint point;
    point.metric = get<std::uint32_t>(at);
    point.step = get<std::int64_t>(at);
    point.epoch = get<std::int64_t>(at);
    point.time = get<double>(at);
    point.value = get<double>(at);
    return point;
}

ParseStatus get_record(std::string_view bytes, std::uint64_t sequence, RawRecord& record) {
    const ParseStatus found = read_any(bytes, record);
    return found == ParseStatus::kComplete && record.sequence != sequence ? ParseStatus::kCorrupt : found;
}

std::size_t find_record(std::string_view bytes, std::uint64_t sequence, RawRecord& record) {
    for (std::size_t at = 0; at + kHeaderBytes <= bytes.size(); ++at) {
        const char* look = bytes.data() + at + 8;
        const auto number = get<std::uint64_t>(look);
        // A cheap filter: the number must be possible, given how many records fit before this position.
        if (number < sequence || number - sequence > at / kHeaderBytes + 1) continue;
        if (read_any(bytes.substr(at), record) == ParseStatus::kComplete) return at;
    }
    return std::string_view::npos;
}

std::size_t find_earlier_record(std::string_view bytes, std::uint64_t sequence, RawRecord& record) {
    for (std::size_t at = 0; at + kHeaderBytes <= bytes.size(); ++at) {
        const char* look = bytes.data() + at + 8;
        if (get<std::uint64_t>(look) < sequence && read_any(bytes.substr(at), record) == ParseStatus::kComplete)
            return at;
    }
    return std::string_view::npos;
}

}  // namespace goetia::journal_format
