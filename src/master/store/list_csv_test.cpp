#include "master/store/list_csv.h"

#include <cmath>

#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(ListCsv, no_text_becomes_a_formula) {
    for (const std::string evil : {"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"}) {
        const std::string cell = csv_cell(evil);
        EXPECT_TRUE(cell.starts_with("'") || cell.starts_with("\"'")) << cell;
    }
    EXPECT_EQ(csv_cell(-1.0), "-1");  // a number is one
    EXPECT_EQ(csv_cell("a\"b\nc"), "\"a\"\"b\nc\"");
    EXPECT_EQ(csv_cell(std::monostate()), "");
    EXPECT_EQ(csv_cell(std::nan("")), "nan");
}

}  // namespace
}  // namespace goetia
