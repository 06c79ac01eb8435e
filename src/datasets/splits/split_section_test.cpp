#include "datasets/splits/split_files.h"
#include "testkit/datasets.h"

namespace goetia {
namespace {

using namespace testkit;

AnnotatedSet set_below(const std::string& root) {
    AnnotatedSet set{.classes = {"a", "b"}, .roots = {root}};
    for (int i = 0; i < 4; ++i) set.images.push_back({.name = fmt::format("{}.png", i), .label = i % 2});
    return set;
}

const std::vector<Split> kTwoHalves{Split::kTrain, Split::kTrain, Split::kVal, Split::kVal};

Json section_for(const Json& section, const AnnotatedSet& set) {
    return split_section(section, set, split_files(set, section["type"], kTwoHalves).value());
}

TEST(SplitSection, of_class_folders_reads_their_lists) {
    EXPECT_EQ(section_for({{"type", "ImageFolder"}, {"data_root", "data"}}, set_below("data/train")),
              (Json{{"type", "ImageNet"},
                    {"data_root", "data"},
                    {"classes_file", "meta/classes.txt"},
                    {"train", {{"ann_file", "meta/train.txt"}, {"data_prefix", "train"}}},
                    {"val", {{"ann_file", "meta/val.txt"}, {"data_prefix", "train"}}}}));
}

TEST(SplitSection, of_a_table_reads_one_table) {
    AnnotatedSet set = set_below("data/images");
    set.task = Task::kRegression;
    set.targets = {"age"};
    for (AnnotatedImage& image : set.images) image.values = {1}, image.subject = "s", image.label = -1;
    EXPECT_EQ(section_for({{"type", "Table"}, {"data_root", "data"}, {"train", {{"ann_file", "train.csv"}}}}, set),
              (Json{{"type", "Table"},
                    {"data_root", "data"},
                    {"ann_file", "splits.csv"},
                    {"split_column", "split"},
                    {"image_dir", "images"},
                    {"target_columns", {"age"}},
                    {"subject_column", "subject"}}));
}

TEST(SplitSection, of_masks_names_both_folders) {
    AnnotatedSet set = set_below("data/pictures");
    set.task = Task::kSemantic;
    for (AnnotatedImage& image : set.images) image.label = -1;
    const Json section{{"type", "SemanticMasks"},
                       {"data_root", "data/"},
                       {"train", {{"data_prefix", {{"img", "pictures"}, {"mask", "answers"}}}}}};
    const Json prefix{{"img", "pictures"}, {"mask", "answers"}};
    EXPECT_EQ(section_for(section, set)["val"], (Json{{"ann_file", "val.txt"}, {"data_prefix", prefix}}));
}

TEST(SplitSection, keeps_a_test_split_of_its_own) {
    const Json section{{"type", "ImageNet"}, {"data_root", "data"}, {"test", {{"data_prefix", "testing"}}}};
    EXPECT_EQ(section_for(section, set_below("data/train"))["test"], section["test"]);
}

}  // namespace
}  // namespace goetia
