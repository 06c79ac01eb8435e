#include "fetch/catalogue/amounts.h"

#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(Amounts, parses_ages_and_sizes) {
    EXPECT_EQ(parse_age("30d").value(), 30 * 86400);
    EXPECT_EQ(parse_age("1.5 h").value(), 5400);
    EXPECT_EQ(parse_age("0s").value(), 0);
    EXPECT_EQ(parse_bytes("10GB").value(), 10'000'000'000);
    EXPECT_EQ(parse_bytes("1.5 GiB").value(), 1'610'612'736);
    EXPECT_EQ(parse_bytes("0").value(), 0);
    EXPECT_EQ(parse_memory("8GB").value(), 8);
    EXPECT_EQ(parse_memory("8192 MiB").value(), 8);
    EXPECT_EQ(parse_memory("16").value(), 16);
}

TEST(Amounts, invalid_amounts_are_refused) {
    EXPECT_EQ(parse_age("soon").error().message, "'soon' is not an age; write it as 30d, 12h or 45min");
    EXPECT_EQ(parse_age("30").error().message, "'30' is not an age; write it as 30d, 12h or 45min");
    EXPECT_EQ(parse_bytes("-1GB").error().message, "'-1GB' is not a size; write it as 10GB or 500MB");
    EXPECT_FALSE(parse_bytes("1e30GB"));
    EXPECT_FALSE(parse_bytes("inf"));
    EXPECT_EQ(parse_memory("much").error().message, "'much' is not an amount of memory; write it as 8GB or 8192MiB");
}

TEST(Amounts, sizes_are_printed_in_a_fitting_unit) {
    EXPECT_EQ(bytes_text(0), "0 bytes");
    EXPECT_EQ(bytes_text(999), "999 bytes");
    EXPECT_EQ(bytes_text(1500), "1.5 kB");
    EXPECT_EQ(bytes_text(170'052'171), "170 MB");
    EXPECT_EQ(bytes_text(19'336'861'798), "19.3 GB");
    EXPECT_EQ(bytes_text(160'000'000'000), "160 GB");
}

}  // namespace
}  // namespace goetia
