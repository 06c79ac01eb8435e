#include "master/store/list_table.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "base/random.h"
#include "master/store/field_text.h"

namespace goetia {
namespace {

const ListFields kListed{{"id", "state", "name", "tag"}, {"metrics.", "config."}};

ListQuery asked(std::string_view q, std::string_view sort = "", std::size_t limit = 50) {
    auto query = parse_list_query(q, sort, kListed);
    EXPECT_TRUE(query) << to_string(query.error());
    query->limit = limit;
    return *query;
}

std::vector<std::string> ids_of(const ListTable& table, std::string_view q, std::string_view sort = "") {
    const auto page = table.list(asked(q, sort));
    EXPECT_TRUE(page);
    EXPECT_EQ(page->total, page->ids.size());
    return page->ids;
}

using Ids = std::vector<std::string>;

class ListTableTest : public ::testing::Test {
  protected:
    ListTableTest() {
        table.put("a", {{"state", "running"}, {"name", "One"}, {"tag", "x"}, {"tag", "y"}, {"metrics.loss", 0.5}});
        table.put("b", {{"state", "failed"}, {"name", "two"}, {"tag", "x"}, {"metrics.loss", 0.25}});
        table.put("c", {{"state", "running"}, {"name", "12"}});
    }
    ListTable table;
};

TEST_F(ListTableTest, filters_by_text_number_and_tag) {
    EXPECT_EQ(ids_of(table, ""), (Ids{"a", "b", "c"}));
    EXPECT_EQ(ids_of(table, "state=running"), (Ids{"a", "c"}));
    EXPECT_EQ(ids_of(table, "state!=running"), (Ids{"b"}));
    EXPECT_EQ(ids_of(table, "metrics.loss<0.5"), (Ids{"b"}));
    EXPECT_EQ(ids_of(table, "metrics.loss<=0.5 state=running"), (Ids{"a"}));
    EXPECT_EQ(ids_of(table, "metrics.loss!=0.5"), (Ids{"b", "c"}));  // what has no value is not 0.5 either
    EXPECT_EQ(ids_of(table, "tag=y"), (Ids{"a"}));
    EXPECT_EQ(ids_of(table, "tag!=y"), (Ids{"b", "c"}));
    EXPECT_EQ(ids_of(table, "name~NE"), (Ids{"a"}));
    EXPECT_EQ(ids_of(table, "name=12"), (Ids{"c"}));
    EXPECT_EQ(ids_of(table, "name=\"12\""), (Ids{"c"}));
    EXPECT_EQ(ids_of(table, "metrics.unknown>1"), Ids());
    EXPECT_EQ(ids_of(table, "metrics.unknown!=1").size(), 3U);
    EXPECT_EQ(ids_of(table, "name>\"One\""), (Ids{"b"}));
}

TEST_F(ListTableTest, counts_and_gives_numbers_of_what_is_chosen) {
    const auto where = [](std::string_view q) { return asked(q).conditions; };
    EXPECT_EQ(table.count_by("state"), (std::map<std::string, std::size_t>{{"failed", 1}, {"running", 2}}));
    EXPECT_EQ(table.count_by("state", where("tag=x")),
              (std::map<std::string, std::size_t>{{"failed", 1}, {"running", 1}}));
    table.erase("c");
    EXPECT_EQ(table.count_by("state", where("state=running")), (std::map<std::string, std::size_t>{{"running", 1}}));
    std::size_t without = 9;
    EXPECT_EQ(table.numbers("metrics.loss", {}, without), (std::vector<double>{0.5, 0.25}));
    EXPECT_EQ(without, 0U);
    EXPECT_EQ(table.numbers("metrics.loss", where("state=running"), without), (std::vector<double>{0.5}));
    EXPECT_EQ(table.numbers("name", {}, without), (std::vector<double>{}));
    EXPECT_EQ(without, 2U);
}

TEST_F(ListTableTest, sorts_with_what_has_no_value_last_in_both_directions) {
    EXPECT_EQ(ids_of(table, "", "metrics.loss"), (Ids{"b", "a", "c"}));
    EXPECT_EQ(ids_of(table, "", "-metrics.loss"), (Ids{"a", "b", "c"}));
    EXPECT_EQ(ids_of(table, "", "name"), (Ids{"c", "a", "b"}));
    EXPECT_EQ(ids_of(table, "", "-id"), (Ids{"c", "b", "a"}));
    table.put("d", {{"metrics.loss", std::nan("")}});
    EXPECT_EQ(ids_of(table, "", "metrics.loss"), (Ids{"b", "a", "d", "c"}));
}

TEST_F(ListTableTest, changes_and_removes_rows) {
    table.put("a", {{"state", "completed"}, {"tag", std::monostate()}});
    EXPECT_EQ(ids_of(table, "state=completed"), (Ids{"a"}));
    EXPECT_EQ(ids_of(table, "tag=x"), (Ids{"b"}));
    EXPECT_EQ(ids_of(table, "metrics.loss=0.5"), (Ids{"a"}));  // not named, kept
    table.erase("a");
    table.erase("unknown");
    EXPECT_EQ(ids_of(table, ""), (Ids{"b", "c"}));
    table.put("z", {{"state", "queued"}});  // takes the row that is free, without what it held
    EXPECT_EQ(ids_of(table, "metrics.loss=0.5"), Ids());
    EXPECT_EQ(ids_of(table, "id=z state=queued"), (Ids{"z"}));
}

TEST_F(ListTableTest, refuses_pages_and_cursors_that_are_none) {
    ListQuery query = asked("");
    for (const std::size_t limit : {std::size_t{0}, kMostListed + 1}) {
        query.limit = limit;
        EXPECT_FALSE(table.list(query));
    }
    query.limit = 1;
    query.cursor = table.list(query)->next;
    EXPECT_TRUE(table.list(query));
    ListQuery other = query;
    other.sort = "name";
    EXPECT_FALSE(table.list(other));
    for (const std::string cursor : {"zz", "7b7d", "abc", "5b5d", "2230"}) {
        query.cursor = cursor;
        const auto page = table.list(query);
        ASSERT_FALSE(page) << cursor;
        EXPECT_EQ(page.error().message,
                  "the cursor is not one of this list; take the 'next' of an answer to the same filter and sort");
    }
}

// Against a list of plain values that is filtered and sorted in the obvious way; pages stay in order while rows change.
TEST(ListTable, agrees_with_a_plain_list_page_by_page) {
    Random random({.seed = 7, .purpose = purpose("list_table_test")});
    struct PlainRow {
        std::string id, state;
        double loss;
        bool has_loss;
    };
    std::vector<PlainRow> rows;
    ListTable table;
    for (int i = 0; i < 12007; ++i) {  // more than are kept until the last ones are left out
        PlainRow row{fmt::format("e{:05}", (i * 7919) % 12007), random.chance(0.5) ? "running" : "failed",
                     static_cast<double>(random.below(50)), random.chance(0.8)};
        table.put(row.id, {{"state", row.state}});
        if (row.has_loss) table.put(row.id, {{"metrics.loss", row.loss}});
        rows.push_back(row);
    }
    for (const bool descending : {false, true}) {
        std::vector<PlainRow> expected;
        std::ranges::copy_if(rows, std::back_inserter(expected), [](const PlainRow& row) {
            return row.state == "running" && !(row.has_loss && row.loss == 3);
        });
        std::ranges::sort(expected, [&](const PlainRow& a, const PlainRow& b) {
            if (a.has_loss != b.has_loss) return a.has_loss;
            if (a.has_loss && a.loss != b.loss) return descending ? a.loss > b.loss : a.loss < b.loss;
            return a.id < b.id;
        });
        ListQuery query = asked("state=running metrics.loss!=3", descending ? "-metrics.loss" : "metrics.loss", 97);
        std::vector<std::string> found;
        do {
            const auto page = table.list(query);
            ASSERT_TRUE(page);
            found.insert(found.end(), page->ids.begin(), page->ids.end());
            EXPECT_EQ(page->total, expected.size());
            query.cursor = page->next;
        } while (!query.cursor.empty());
        ASSERT_EQ(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], expected[i].id);
    }
}

TEST(FieldText, writes_and_reads_back_every_scalar) {
    std::string lines;
    put_field(lines, "a.b", 0.1);
    put_field(lines, "text", "two\nlines \"quoted\"");
    put_field(lines, "with\ttab", -1.5e300);
    put_field(lines, "none", std::monostate());
    put_field(lines, "infinite", HUGE_VAL);
    ListTable::Values read;
    each_field(lines + "broken\nalso\tbroken\n",
               [&](std::string_view name, ListValue value) { read.emplace_back(name, value); });
    const ListTable::Values expected{
        {"a.b", 0.1}, {"text", "two\nlines \"quoted\""}, {"with tab", -1.5e300}, {"infinite", HUGE_VAL}};
    EXPECT_EQ(read, expected);
}

TEST(FieldText, flattens_a_document) {
    const std::string lines = flattened(Json::parse(R"({"a":{"b":1,"c":[1,2]},"d":true,"e":null,"f":"x"})"));
    EXPECT_EQ(lines, "a.b\t1\na.c\t\"[1,2]\"\nd\t\"true\"\nf\t\"x\"\n");
    EXPECT_EQ(flattened(Json::parse(R"({"a":1,"b":2,"c":3})"), 2), "a\t1\nb\t2\n");
}

}  // namespace
}  // namespace goetia
