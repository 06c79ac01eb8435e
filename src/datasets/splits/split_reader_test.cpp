#include "datasets/splits/split_reader.h"

#include <gmock/gmock.h>

#include "datasets/dataset_info.h"
#include "testkit/datasets.h"

namespace goetia {
namespace {

using namespace testkit;

// Ten subjects with three images each.
void make_table(const TempFolder& folder) {
    std::string table = "image,age,who\n";
    for (int person = 0; person < 10; ++person) {
        for (int i = 0; i < 3; ++i) table += fmt::format("{}_{}.png,{},p{}\n", person, i, 20 + person, person);
    }
    write_text(folder / "t.csv", table);
    write_text(folder / "0_0.png", "");
    write_text(folder / "val.csv", "image,age,who\n0_0.png,1,x\n");
}

Json section(const TempFolder& folder, const Json& split) {
    return {{"type", "Table"},         {"data_root", folder.path().native()},
            {"ann_file", "t.csv"},     {"target_columns", "age"},
            {"subject_column", "who"}, {"split", split}};
}

TEST(SplitReader, divides_a_set_that_gives_no_splits) {
    const TempFolder folder;
    make_table(folder);
    const Json config = section(folder, {{"type", "subject"}, {"ratios", {0.6, 0.2, 0.2}}});
    const auto train = open(config), val = open(config, Split::kVal), test = open(config, Split::kTest);
    ASSERT_TRUE(train && val && test);
    EXPECT_EQ((*train)->size(), 18);
    EXPECT_EQ((*val)->size(), 6);
    EXPECT_EQ((*test)->size(), 6);
    const Json record = split_record(config, train->get(), val->get(), test->get()).value();
    EXPECT_EQ(record["train_samples"], 18);
    EXPECT_EQ(record["val_subjects"], 2);
    EXPECT_EQ(record["total_subjects"], 10);
    EXPECT_EQ(record["split_method"], "by_subject_id");
    EXPECT_EQ(record["data_leakage_prevention"], true);
}

TEST(SplitReader, the_record_shows_a_subject_in_two_splits) {
    const TempFolder folder;
    make_table(folder);
    const Json config = section(folder, {{"type", "random"}, {"ratios", 0.5}});
    const auto train = open(config).value(), val = open(config, Split::kVal).value();
    const Json record = split_record(config, train.get(), val.get(), nullptr).value();
    EXPECT_EQ(record["total_samples"], 30);
    EXPECT_EQ(record["split_method"], "random");
    EXPECT_EQ(record["data_leakage_prevention"], false) << "found by looking, whatever the method is called";
    EXPECT_TRUE(record["test_subjects"].is_null());
}

TEST(SplitReader, leaves_splits_without_share_to_the_set) {
    const TempFolder folder;
    make_table(folder);
    Json config = section(folder, {{"type", "kfold"}, {"folds", 5}, {"fold", 1}});
    config["test"] = {{"ann_file", "val.csv"}};
    EXPECT_EQ(open(config).value()->size(), 24);
    EXPECT_EQ(open(config, Split::kVal).value()->size(), 6);
    EXPECT_EQ(open(config, Split::kTest).value()->size(), 1) << "the set's own";
}

TEST(SplitReader, refuses_to_cut_out_what_the_set_gives) {
    const TempFolder folder;
    make_table(folder);
    Json config = section(folder, {{"type", "random"}});
    config["val"] = {{"ann_file", "val.csv"}};
    EXPECT_THAT(to_string(open(config, Split::kVal).error()),
                testing::HasSubstr("the data set has a val split already, which dataset.split would cut out of the "
                                   "training split again; remove dataset.split, or give val no share in its ratios"));
    config = section(folder, {{"type", "halves"}});
    EXPECT_THAT(to_string(open(config).error()), testing::HasSubstr("dataset.split.type: there is no such split"));
}

TEST(SplitReader, every_format_has_the_parameter) {
    ReaderRegistry readers(Kind::kDataset);
    ASSERT_TRUE(register_builtin_readers(readers));
    for (const auto* entry : readers.entries()) EXPECT_NE(entry->schema.find("split"), nullptr) << entry->schema.name();
}

}  // namespace
}  // namespace goetia
