#include "master/store/list_query.h"

#include <gtest/gtest.h>

namespace goetia {
namespace {

const ListFields kFields{{"state", "name", "tag"}, {"metrics.", "config."}};

std::string faults_of(std::string_view q, std::string_view sort = "") {
    const auto query = parse_list_query(q, sort, kFields);
    EXPECT_FALSE(query);
    return query ? "" : to_string(query.error());
}

TEST(ListQuery, reads_conditions_operators_and_quotes) {
    const auto query = parse_list_query(
        R"(state=running  metrics.val/loss<0.3 config.optimizer.lr>=0.001 name~"two \"words\"" tag!=baseline)",
        "-metrics.val/accuracy_top1", kFields);
    ASSERT_TRUE(query) << to_string(query.error());
    ASSERT_EQ(query->conditions.size(), 5U);
    EXPECT_EQ(query->conditions[0].field, "state");
    EXPECT_EQ(query->conditions[0].op, ListOperator::kEqual);
    EXPECT_EQ(query->conditions[0].text, "running");
    EXPECT_FALSE(query->conditions[0].number);
    EXPECT_EQ(query->conditions[1].op, ListOperator::kLess);
    EXPECT_EQ(query->conditions[1].number, 0.3);
    EXPECT_EQ(query->conditions[2].field, "config.optimizer.lr");
    EXPECT_EQ(query->conditions[2].op, ListOperator::kGreaterOrEqual);
    EXPECT_EQ(query->conditions[3].op, ListOperator::kContains);
    EXPECT_EQ(query->conditions[3].text, "two \"words\"");
    EXPECT_EQ(query->conditions[4].op, ListOperator::kNotEqual);
    EXPECT_EQ(query->sort, "metrics.val/accuracy_top1");
    EXPECT_TRUE(query->descending);
}

TEST(ListQuery, takes_quoted_numbers_as_text_and_quoted_fields_with_operators) {
    const auto conditions = parse_filter(R"(name="12" metrics."a<b c"<=-1e-3 name="")", kFields);
    ASSERT_TRUE(conditions) << to_string(conditions.error());
    EXPECT_FALSE((*conditions)[0].number);
    EXPECT_EQ((*conditions)[1].field, "metrics.a<b c");
    EXPECT_EQ((*conditions)[1].number, -1e-3);
    EXPECT_EQ((*conditions)[2].text, "");
}

TEST(ListQuery, reports_all_faults_with_their_remedy) {
    const std::string faults = faults_of("stat=running hello name= metrics.=3", "tags");
    EXPECT_NE(faults.find("q: there is no such field, found 'stat' (allowed: state, name, tag, metrics.NAME, "
                          "config.NAME); did you mean 'state'?"),
              std::string::npos)
        << faults;
    EXPECT_NE(faults.find("q: a condition is a field, an operator and a value, found 'hello'"), std::string::npos)
        << faults;
    EXPECT_NE(faults.find("q: a condition has no value, found 'name='"), std::string::npos) << faults;
    EXPECT_NE(faults.find("found 'metrics.'"), std::string::npos) << faults;
    EXPECT_NE(faults.find("sort: there is no such field, found 'tags'"), std::string::npos) << faults;
}

TEST(ListQuery, refuses_open_quotes_bad_bytes_and_too_much) {
    EXPECT_NE(faults_of("name=\"open").find("a quote is not closed, found 'name=\"open'"), std::string::npos);
    EXPECT_NE(faults_of("\"open").find("a quote is not closed"), std::string::npos);
    EXPECT_NE(faults_of("name=\xff").find("not UTF-8"), std::string::npos);
    EXPECT_NE(faults_of(std::string(kLongestFilter + 1, ' ')).find("allowed are 16384"), std::string::npos);
    std::string many;
    for (std::size_t i = 0; i <= kMostConditions; ++i) many += "name=a ";
    EXPECT_NE(faults_of(many).find("too many conditions"), std::string::npos);
}

}  // namespace
}  // namespace goetia
