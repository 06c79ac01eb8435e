// What a member of a document may hold. A member that is missing has the value of its struct's default, to which its
// rule applies as well: a fence, from 1 on, must be there.
#pragma once

#include <concepts>
#include <cstdint>

#include "protocol/names.h"

namespace goetia {

// Numbers, both ends included.
struct Between {
    double low, high;
};

struct TextOf {
    std::size_t longest;
    bool (*fits)(std::string_view) = is_plain_text;
    std::string_view sort = "text without control characters";
    bool needed = false;  // not empty
};

// Lists and maps.
struct AtMost {
    std::size_t count;
};

constexpr double kLargestInteger = 9007199254740992.0;  // 2^53: every JSON reader holds it exactly
constexpr Between kCount{0, kLargestInteger};           // bytes, numbers that rise
constexpr Between kFenceRange{1, kLargestInteger};
constexpr Between kShare{0, 1};
constexpr TextOf kShortText{.longest = 256};
constexpr TextOf kSentence{.longest = 4096};
constexpr TextOf kIdentifier{128, is_identifier, "an identifier of letters, digits, '.', '_' and '-'", true};
constexpr TextOf kSha256{64, is_sha256, "64 hexadecimal digits"};
constexpr TextOf kNeededSha256{64, is_sha256, "64 hexadecimal digits", true};
constexpr TextOf kSignature{128, is_hexadecimal, "128 hexadecimal digits"};
constexpr TextOf kStreamName{200, is_stream_name, "a path such as 'journal/attempt_1.journal'", true};

template <class T, class Record>
concept ReadOrWritten = std::same_as<std::remove_const_t<T>, Record>;

}  // namespace goetia
