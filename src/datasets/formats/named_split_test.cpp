// A split that nothing refers to may be absent; what is referred to but missing is reported, whatever the format.
#include <gmock/gmock.h>

#include "datasets/validation/open_sets.h"
#include "testkit/format_sets.h"

namespace goetia {
namespace {

using namespace testkit;

// Empty if the missing split is reported: as an error that cannot be mistaken for "has no such split", or as a fault.
std::string unreported(const Json& section, Split split) {
    const auto read = read_set(section, split);
    if (!read && read.error().code == Code::kNotFound) return "a missing split: " + to_string(read.error());
    if (read && !has_faults(read->findings)) return "a good split";
    const auto opened = open(section, split);
    if (opened || opened.error().code == Code::kNotFound) return "a set without that split";
    const auto sets = open_splits(format_datasets(), section, {Split::kTrain, Split::kVal});
    if (!sets) return sets.error().code == Code::kNotFound ? "a missing set" : "";
    for (const SplitSet& one : *sets) {
        if (one.split == split && has_faults(one.findings)) return "";
    }
    return "a set without faults";
}

const std::map<std::string, std::vector<Json>>& misnamed() {
    static const std::map<std::string, std::vector<Json>> kWrong{
        {"COCO",
         {{{"data_root", "nowhere"}}, {{"ann_file", "no.json"}}, {{"data_prefix", "no"}}, {{"data_root", "empty"}}}},
        {"ImageNet", {{{"data_root", "nowhere"}}, {{"ann_file", "no.txt"}}, {{"data_prefix", "no"}}}},
        {"SemanticMasks",
         {{{"data_root", "nowhere"}},
          {{"ann_file", "no.txt"}},
          {{"data_prefix", {{"img", "no"}}}},
          {{"data_prefix", {{"img", "images/train"}, {"mask", "no"}}}},
          {{"data_root", "empty"}}}},
        {"Table", {{{"ann_file", "vall.csv"}}}},
        {"VOC", {{{"data_root", "nowhere"}}, {{"ann_file", "no.txt"}}, {{"data_root", "empty"}}}},
        {"YOLO",
         {{{"data_root", "nowhere"}}, {{"ann_file", "no.txt"}}, {{"data_prefix", "no"}}, {{"data_root", "empty"}}}}};
    return kWrong;
}

TEST(NamedSplit, that_is_missing_is_reported) {
    for (const auto& [format, sections] : misnamed()) {
        const TempFolder folder;
        set_builders().at(format).make(folder.path());
        fs::create_directories(folder / "empty");
        ASSERT_FALSE(has_faults(read_set(section_of(format, folder.path())).value().findings)) << format;
        for (Json section : sections) {
            if (section.contains("data_root")) section["data_root"] = (folder / section["data_root"]).native();
            for (const Split split : {Split::kTrain, Split::kVal})
                EXPECT_EQ(unreported(section_of(format, folder.path(), {{split_name(split), section}}), split), "")
                    << format << " " << section;
        }
    }
}

TEST(NamedSplit, that_nothing_names_may_be_absent) {
    for (const auto& [format, maker] : set_builders()) {
        const TempFolder folder;
        maker.make(folder.path());
        const Json section = section_of(format, folder.path());
        EXPECT_EQ(read_set(section, Split::kVal).error().code, Code::kNotFound) << format;
        EXPECT_EQ(open(section, Split::kVal).error().code, Code::kNotFound) << format;
        EXPECT_EQ(open_splits(format_datasets(), section, {Split::kTrain, Split::kVal}).value().size(), 1U) << format;
        EXPECT_EQ(open_data(format_datasets(), section, {Split::kTrain, Split::kVal}).value().size(), 1U) << format;
    }
}

TEST(NamedSplit, with_a_missing_root_is_reported) {
    for (const auto& [format, maker] : set_builders())
        EXPECT_EQ(unreported(section_of(format, "/no/such folder"), Split::kTrain), "") << format;
}

TEST(NamedSplit, is_not_certified_with_what_is_missing_left_out) {
    for (const auto& [format, sections] : misnamed()) {
        const TempFolder folder;
        set_builders().at(format).make(folder.path());
        const Json section = section_of(format, folder.path(), {{"val", {{"ann_file", "no.csv"}}}});
        const auto opened = open_data(format_datasets(), section, {Split::kTrain, Split::kVal});
        ASSERT_FALSE(opened) << format;
        EXPECT_NE(opened.error().code, Code::kNotFound) << format;
    }
}

TEST(NamedSplit, a_missing_or_broken_data_yaml_is_reported) {
    const TempFolder folder;
    make_yolo(folder.path());
    EXPECT_EQ(unreported(section_of("YOLO", folder.path(), {{"data_yaml", "dat.yaml"}}), Split::kTrain), "");
    write_text(folder / "data.yaml", "train: [");
    EXPECT_EQ(unreported(section_of("YOLO", folder.path()), Split::kTrain), "");
}

TEST(NamedSplit, a_missing_sheet_is_reported) {
    const TempFolder folder;
    make_table(folder.path());
    make_table({folder.path(), Split::kVal});
    const Json section = section_of("Table", folder.path(), {{"val", {{"ann_file", "val.csv"}}}});
    EXPECT_EQ(open_splits(format_datasets(), section, {Split::kTrain, Split::kVal}).value().size(), 2U);
    fs::remove(folder / "val.csv");
    EXPECT_FALSE(has_faults(read_set(section).value().findings)) << "the training table is whole";
    EXPECT_THAT(findings_text(read_set(section, Split::kVal).value().findings),
                testing::HasSubstr("missing_file val.csv:0 [] cannot open 'val.csv'"));
}

TEST(NamedSplit, of_one_source_among_several_is_reported) {
    const TempFolder folder;
    make_coco(folder / "one");
    make_coco({folder / "one", Split::kVal});
    make_coco(folder / "two");
    make_coco({folder / "three", Split::kVal});
    const auto section = [&](const std::string& other, const Json& more) {
        return Json{{"type", "MultiSourceDataset"},
                    {"sources", {section_of("COCO", folder / "one"), section_of("COCO", folder / other, more)}}};
    };
    EXPECT_EQ(
        open_splits(format_datasets(), section("two", Json::object()), {Split::kTrain, Split::kVal}).value().size(),
        2U);
    EXPECT_EQ(unreported(section("two", {{"val", {{"data_root", "/nowhere"}}}}), Split::kVal), "");
    for (const Split split : {Split::kTrain, Split::kTest})
        EXPECT_EQ(read_set(section("three", Json::object()), split).error().code, Code::kInvalid);
    EXPECT_FALSE(open_splits(format_datasets(), section("three", Json::object()), {Split::kTrain, Split::kVal}))
        << "not the val split alone";
}

TEST(NamedSplit, a_training_split_to_be_divided_must_exist) {
    const TempFolder folder;
    make_coco({folder.path(), Split::kTest});
    const Json plan{{"split", {{"type", "random"}, {"ratios", 0.5}}}};
    for (const Split split : {Split::kTrain, Split::kVal})
        EXPECT_EQ(read_set(section_of("COCO", folder.path(), plan), split).error().code, Code::kInvalid);
}

}  // namespace
}  // namespace goetia
