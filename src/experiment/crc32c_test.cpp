#include "experiment/crc32c.h"

#include <string>

#include <gtest/gtest.h>

namespace goetia {
namespace {

struct Vector {
    std::string bytes;
    std::uint32_t sum;
};

std::string counting(int from, int step) {
    std::string text;
    for (int i = 0; i < 32; ++i) text.push_back(static_cast<char>(from + i * step));
    return text;
}

// RFC 3720 B.4, and the common check value.
const Vector kKnown[] = {{"", 0},
                         {"123456789", 0xE3069283U},
                         {std::string(32, '\0'), 0x8A9136AAU},
                         {std::string(32, '\xff'), 0x62A8AB43U},
                         {counting(0, 1), 0x46DD794EU},
                         {counting(31, -1), 0x113FDB5CU}};

TEST(Crc32c, agrees_with_the_published_vectors) {
    for (const Vector& known : kKnown) {
        EXPECT_EQ(crc32c(known.bytes), known.sum) << known.bytes.size();
        EXPECT_EQ(crc32c_portable(known.bytes), known.sum) << known.bytes.size();
    }
}

TEST(Crc32c, continues_from_an_earlier_part) {
    const std::string text = "the whole is summed in parts of any length";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        const std::string_view whole = text;
        EXPECT_EQ(crc32c(whole.substr(cut), crc32c(whole.substr(0, cut))), crc32c_portable(whole)) << cut;
        EXPECT_EQ(crc32c_portable(whole.substr(cut), crc32c_portable(whole.substr(0, cut))), crc32c(whole)) << cut;
    }
}

}  // namespace
}  // namespace goetia
