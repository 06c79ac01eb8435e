#include "metrics/score_files.h"

#include <gtest/gtest.h>

#include "metrics/classification_report.h"

namespace goetia {
namespace {

std::string fault(std::string_view truth, std::string_view predictions) {
    const auto read = read_classification(truth, "t.csv", predictions, "p.csv");
    return read ? "(it was read)" : to_string(read.error());
}

TEST(ScoreFiles, rows_are_brought_together_by_their_sample) {
    const auto file = read_classification("\xef\xbb\xbfsample,label\r\nb,1\r\na, 0\r\n", "t.csv",
                                          "sample,score_0,score_1\na,0.75,0.25\nb,1e-3,2\n\n", "p.csv");
    ASSERT_TRUE(file) << to_string(file.error());
    EXPECT_EQ(file->found.classes, 2);
    EXPECT_EQ(file->labels, (std::vector<std::int64_t>{0, 1}));
    EXPECT_EQ(file->found.scores, (std::vector<float>{0.75F, 0.25F, 1e-3F, 2.0F}));
}

TEST(ScoreFiles, every_fault_is_told_at_once_with_its_line) {
    EXPECT_EQ(fault("sample,label\na,2\nb,x\nb,1\nc,0\nd,0,0\n", "sample,score_0,score_1\na,1,no\nb,1,nan\ne,0,1\n"),
              "'t.csv' and 'p.csv' cannot be scored: 8 faults\n"
              "  t.csv:4: sample 'b' is there twice, first in line 3\n"
              "  t.csv:6: has 3 columns, the header has 2\n"
              "  t.csv:2: the label is no class, found '2' (allowed: 0 to 1)\n"
              "  p.csv:2: score_1 is no number, found 'no'\n"
              "  t.csv:3: the label is no class, found 'x' (allowed: 0 to 1)\n"
              "  p.csv:3: score_1 is no number, found 'nan'\n"
              "  t.csv:5: sample 'c' has no scores in 'p.csv'\n"
              "  p.csv:4: sample 'e' has no label in 't.csv'");
}

TEST(ScoreFiles, a_file_of_another_form_is_refused) {
    EXPECT_EQ(fault("image,class\n", "sample,score_1\n"),
              "'t.csv' and 'p.csv' cannot be scored: 2 faults\n  t.csv:1: needs the header 'sample,label', found "
              "'image'\n  p.csv:1: needs the header 'sample,score_0,score_1,...'");
    EXPECT_EQ(fault("sample,label\n", "sample,score_0\n"),
              "'t.csv' and 'p.csv' cannot be scored: 1 fault\n  t.csv:1: holds no sample");
    EXPECT_NE(fault("", "").find("2 faults"), std::string::npos);
}

TEST(ScoreFiles, the_report_holds_every_number_once) {
    const std::vector<float> scores{0.9F, 0.1F, 0.0F, 0.2F, 0.8F, 0.0F, 0.6F, 0.4F, 0.0F};
    const std::vector<std::int64_t> labels{0, 1, 1};
    const auto report = classification_report({3, scores}, labels, {1, 2});
    ASSERT_TRUE(report);
    EXPECT_DOUBLE_EQ(report->metrics["accuracy_top1"].get<double>(), 2.0 / 3);
    EXPECT_DOUBLE_EQ(report->metrics["accuracy_top2"].get<double>(), 1.0);
    EXPECT_DOUBLE_EQ(report->metrics["roc_auc_macro"].get<double>(), 1.0);
    EXPECT_TRUE(report->per_class[2]["roc_auc"].is_null());
    EXPECT_EQ(report->per_class[1]["support"], 2.0);
    EXPECT_EQ(report->confusion_matrix[1], Json::parse("[1.0,1.0,0.0]"));
    EXPECT_EQ(report->metrics.size(), 2U + 9U + 3U + 3U);
    EXPECT_DOUBLE_EQ(report->metrics["mcc"].get<double>(), 0.5);
    EXPECT_NEAR(report->metrics["calibration_error"].get<double>(), (0.1 + 0.2 + 0.6) / 3, 1e-7);
}

TEST(ScoredValues, are_brought_together_by_their_sample) {
    const auto file =
        read_regression("sample,age,bmi\na,1,2\nb,3,4\n", "t.csv", "sample,age,bmi\nb,30,40\na,10,20\n", "p.csv");
    ASSERT_TRUE(file) << to_string(file.error());
    EXPECT_EQ(file->targets, (std::vector<std::string>{"age", "bmi"}));
    EXPECT_EQ(file->truth, (std::vector<double>{1, 2, 3, 4}));
    EXPECT_EQ(file->found.values, (std::vector<double>{10, 20, 30, 40}));
}

TEST(ScoredValues, all_faults_are_reported_at_once) {
    EXPECT_EQ(
        to_string(read_regression("sample,age\na,x\nb,3\n", "t.csv", "sample,age\na,nan\nc,4\n", "p.csv").error()),
        "'t.csv' and 'p.csv' cannot be scored: 4 faults\n"
        "  t.csv:2: is no number, found 'x'\n"
        "  p.csv:2: is no number, found 'nan'\n"
        "  t.csv:3: sample 'b' has no values in 'p.csv'\n"
        "  p.csv:3: sample 'c' has no values in 't.csv'");
    EXPECT_EQ(to_string(read_regression("sample,age\na,1\n", "t.csv", "sample,bmi\na,1\n", "p.csv").error()),
              "'t.csv' and 'p.csv' cannot be scored: 1 fault\n  p.csv:1: must have the columns of 't.csv'");
}

TEST(ScoredValues, the_truth_may_name_subjects) {
    const auto file =
        read_regression("sample,subject,age\na,Ann,1\nb,Bo,2\n", "t.csv", "sample,age\na,1\nb,3\n", "p.csv");
    ASSERT_TRUE(file) << to_string(file.error());
    EXPECT_EQ(file->targets, (std::vector<std::string>{"age"}));
    EXPECT_EQ(file->subjects, (std::vector<std::string>{"Ann", "Bo"}));
    EXPECT_EQ(file->truth, (std::vector<double>{1, 2}));
    EXPECT_EQ(
        to_string(
            read_regression("sample,subject,age\na,,1\n", "t.csv", "sample,subject,age\na,A,1\n", "p.csv").error()),
        "'t.csv' and 'p.csv' cannot be scored: 1 fault\n  p.csv:1: must have the columns of 't.csv' without 'subject'");
    EXPECT_EQ(
        to_string(read_regression("sample,subject,age\na,,1\n", "t.csv", "sample,age\na,1\n", "p.csv").error()),
        "'t.csv' and 'p.csv' cannot be scored: 1 fault\n  t.csv:2: has no subject; name one, or leave the column out");
}

}  // namespace
}  // namespace goetia
