#include "datasets/tables/csv.h"

#include <gtest/gtest.h>

#include "testkit/sheets.h"

namespace goetia {
namespace {

using testkit::Cells;
using testkit::cells_of;

std::string only_fault(const ReadSheet& read) {
    EXPECT_EQ(read.findings.size(), 1);
    return read.findings.empty() ? "" : to_string(to_fault(read.findings[0]));
}

TEST(Csv, reads_quotes_line_breaks_and_separators_in_cells) {
    const ReadSheet read = parse_csv("name,text\r\na,\"x, \"\"y\"\"\r\nz\"\r\nb,\r\n", "t.csv");
    EXPECT_EQ(cells_of(read), (std::vector<Cells>{{"name", "text"}, {"a", "x, \"y\"\r\nz"}, {"b", ""}}));
    EXPECT_EQ(read.sheet.rows[0].line, 2);
    EXPECT_EQ(read.sheet.rows[1].line, 4) << "the cell before holds a line break";
    EXPECT_TRUE(read.findings.empty());
}

TEST(Csv, takes_a_byte_order_mark_any_line_end_and_no_last_line_end) {
    for (const char* end : {"\n", "\r\n", "\r"}) {
        const std::string text = std::string("\xEF\xBB\xBF") + "a,b" + end + "1,2" + end + end + "3,4";
        const ReadSheet read = parse_csv(text, "t.csv");
        EXPECT_EQ(cells_of(read), (std::vector<Cells>{{"a", "b"}, {"1", "2"}, {"3", "4"}}));
        EXPECT_EQ(read.sheet.rows[1].line, 4) << "empty lines are counted";
    }
}

TEST(Csv, detects_the_separator_in_the_first_line) {
    EXPECT_EQ(cells_of(parse_csv("a;b\n1,5;2\n", "t"))[1], (Cells{"1,5", "2"}));
    EXPECT_EQ(cells_of(parse_csv("a\tb\n1,5\t2\n", "t"))[1], (Cells{"1,5", "2"}));
    EXPECT_EQ(cells_of(parse_csv("\"a,b,c\"|d\n1|2\n", "t"))[1], (Cells{"1", "2"})) << "quoted ones do not count";
    EXPECT_EQ(cells_of(parse_csv("a;b\n1;2\n", "t", ','))[1], (Cells{"1;2"})) << "set by the user";
    EXPECT_EQ(cells_of(parse_csv("only\nx\n", "t"))[1], (Cells{"x"}));
}

TEST(Csv, reports_unusable_rows) {
    EXPECT_EQ(
        only_fault(parse_csv("a,b\n1,2,3\n4,5\n", "t.csv")),
        "t.csv:2: the row has 3 cells, the first row names 2 columns; quote cells that hold the separator, or name "
        "every column");
    EXPECT_EQ(only_fault(parse_csv("a,b\n1,\"2\n3,4\n", "t.csv")),
              "t.csv:2: a quoted cell is not closed; close the quote, or double it if it is a character of the cell");
    EXPECT_EQ(only_fault(parse_csv("a,b\n\"1\"x,2\n3,4\n", "t.csv")),
              "t.csv:2: 'x' follows a closing quote; double each quote inside a quoted cell");
    EXPECT_EQ(only_fault(parse_csv("a,b\n\xC4\xE3,2\n", "t.csv")),
              "t.csv:2: cell 1 of the row is not UTF-8; save the table as 'CSV UTF-8' (other CSV variants of "
              "spreadsheets use "
              "the system's encoding)");
    EXPECT_EQ(only_fault(parse_csv("\xFF\xFE"
                                   "a\0",
                                   "t.csv")),
              "t.csv:1: the table is written in UTF-16; save it as 'CSV UTF-8'");
    EXPECT_EQ(only_fault(parse_csv("a,a\n1,2\n", "t.csv")),
              "t.csv:1: two columns are named 'a'; give each column a unique name");
    EXPECT_EQ(only_fault(parse_csv("\n\n", "t.csv")),
              "t.csv: the table is empty; add a first row with column names and a row per sample");
    const ReadSheet good = parse_csv("a,b\n1,2,3\n4,5\n", "t.csv");
    EXPECT_EQ(cells_of(good).back(), (Cells{"4", "5"})) << "the other rows are used";
}

TEST(Csv, a_faulty_first_row_does_not_make_the_second_the_header) {
    const ReadSheet read = parse_csv("\n\"a\"x,b\n1,2\n", "t.csv");
    EXPECT_EQ(read.findings.size(), 1);
    EXPECT_TRUE(read.sheet.header.empty());
}

TEST(Csv, pads_short_rows_and_drops_trailing_empty_cells) {
    const ReadSheet read = parse_csv("a,b,c,,\n1\n1,2,3,,,\n", "t.csv");
    EXPECT_EQ(cells_of(read), (std::vector<Cells>{{"a", "b", "c"}, {"1", "", ""}, {"1", "2", "3"}}));
    EXPECT_TRUE(read.findings.empty());
}

TEST(Csv, writes_what_it_reads_back) {
    const std::vector<Cells> rows{
        {"a", "b"}, {"", "x"}, {"q\"uote", "line\nbreak"}, {"semi;colon", " blanks "}, {"中文", "|"}};
    std::string text;
    for (const Cells& row : rows) text += csv_line(row);
    EXPECT_EQ(cells_of(parse_csv(text, "t.csv")), rows);
    EXPECT_EQ(csv_line({""}), "\"\"\r\n");
}

TEST(Sheet, names_columns_as_spreadsheets_do) {
    EXPECT_EQ(column_letters(0), "A");
    EXPECT_EQ(column_letters(25), "Z");
    EXPECT_EQ(column_letters(26), "AA");
    EXPECT_EQ(column_letters(701), "ZZ");
    EXPECT_EQ(column_letters(702), "AAA");
}

}  // namespace
}  // namespace goetia
