// COCO's text form: from the third count on, the difference to the one two before; then five bits per character, lowest
// first, with a sixth bit for "more follows".
#include "imaging/masks/rle.h"

namespace goetia {
namespace {

constexpr char kFirstLetter = '0';
constexpr int kBits = 5, kMore = 0x20, kSign = 0x10, kLongest = 7;  // characters of one count: 35 bits hold any

}  // namespace

std::string compress_counts(std::span<const std::uint32_t> counts) {
    std::string text;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        std::int64_t value = counts[i];
        if (i > 2) value -= counts[i - 2];
        for (bool more = true; more;) {
            int letter = static_cast<int>(value & 0x1F);
            value >>= kBits;
            more = (letter & kSign) != 0 ? value != -1 : value != 0;
            if (more) letter |= kMore;
            text += static_cast<char>(kFirstLetter + letter);
        }
    }
    return text;
}

Result<std::vector<std::uint32_t>> expand_counts(std::string_view text) {
    std::vector<std::uint32_t> counts;
    for (std::size_t at = 0; at < text.size();) {
        std::int64_t value = 0;
        int letter = kMore;
        for (int i = 0; (letter & kMore) != 0; ++i, ++at) {
            if (at == text.size()) return invalid("the compressed counts end in the middle of a count");
            letter = static_cast<unsigned char>(text[at]) - kFirstLetter;
            if (letter < 0 || letter > 0x3F)
                return invalid("character {} of the compressed counts is not one of '0' to 'o'", at + 1);
            if (i == kLongest)
                return invalid("count {} of the compressed counts has too many characters", counts.size());
            value |= static_cast<std::int64_t>(letter & 0x1F) << (kBits * i);
            if ((letter & kMore) == 0 && (letter & kSign) != 0) value -= std::int64_t{1} << (kBits * (i + 1));
        }
        if (counts.size() > 2) value += counts[counts.size() - 2];
        if (value < 0 || value > UINT32_MAX)
            return invalid("count {} of the compressed counts is {}, which is not a number of pixels", counts.size(),
                           value);
        counts.push_back(static_cast<std::uint32_t>(value));
    }
    return counts;
}

}  // namespace goetia
