#include "master/store/list_csv.h"

#include <cmath>

#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(ListCsv, writes_every_row_that_is_found) {
    ListTable table;
    for (int i = 0; i < 2500; ++i)
        table.put(fmt::format("e{:04}", i),
                  {{"name", fmt::format("run, {}", i)}, {"metrics.loss", 0.5 * i}, {"tag", "a"}, {"tag", "b"}});
    table.put("f", {{"name", "other"}});
    std::string csv;
    const ListFields fields{{"id", "name", "tag"}, {"metrics."}};
    ASSERT_TRUE(write_csv(table, *parse_list_query("name~run", "-metrics.loss", fields),
                          {"id", "name", "metrics.loss", "tag", "none"}, [&](std::string_view text) {
                              csv += text;
                              return Status();
                          }));
    EXPECT_TRUE(csv.starts_with("id,name,metrics.loss,tag,none\r\ne2499,\"run, 2499\",1249.5,a;b,\r\n"))
        << csv.substr(0, 200);
    EXPECT_TRUE(csv.ends_with("\r\ne0000,\"run, 0\",0,a;b,\r\n"));
    EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 2501);
}

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
