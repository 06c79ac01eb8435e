#include "datasets/formats/merge.h"

#include <gmock/gmock.h>

namespace goetia {
namespace {

ReadSet objects(std::vector<std::string> classes) {
    ReadSet read;
    read.set.task = Task::kDetection;
    read.set.roots = {"/r"};
    read.set.files = {"/r/a.json"};
    auto& image = read.set.images.emplace_back();
    image.name = "a.png";
    for (std::size_t i = 0; i < classes.size(); ++i) image.instances.push_back({.label = static_cast<std::int64_t>(i)});
    read.set.classes = std::move(classes);
    return read;
}

TEST(SetMerger, objects_of_a_class_that_is_left_out_go_and_are_counted) {
    SetMerger merger({});
    ASSERT_TRUE(merger.add({"one"}, {}, objects({"cat", "dog"})));
    ASSERT_TRUE(merger.add({"two"}, {{"car", std::nullopt}}, objects({"car", "dog"})));
    const ReadSet merged = std::move(merger).merged();
    EXPECT_EQ(merged.set.classes, (std::vector<std::string>{"cat", "dog"}));
    ASSERT_EQ(merged.set.images.size(), 2);
    ASSERT_EQ(merged.set.images[1].instances.size(), 1);
    EXPECT_EQ(merged.set.images[1].instances[0].label, 1);
    EXPECT_EQ(merged.set.images[1].root, 1);
    EXPECT_EQ(merged.set.images[1].location.file, 1);
    ASSERT_EQ(merged.findings.size(), 1);
    EXPECT_EQ(merged.findings[0].found, "source 'two': class_map leaves out 1 of class 'car'");
    EXPECT_FALSE(has_faults(merged.findings));
}

TEST(SetMerger, extra_fields_are_kept_where_the_sources_agree) {
    ReadSet first = objects({"cat", "dog"}), second = objects({"dog", "cat"}), silent = objects({"cat"});
    first.set.class_more = {R"("supercategory":"pet")", R"("supercategory":"pet")"};
    second.set.class_more = {R"("supercategory":"animal")", R"("supercategory":"pet")"};
    first.set.more = R"("info":{"year":2017})";
    SetMerger alike({});
    ASSERT_TRUE(alike.add({"one"}, {}, first));
    ASSERT_TRUE(alike.add({"silent"}, {}, silent));
    ASSERT_TRUE(alike.add({"again"}, {}, first));
    const ReadSet kept = std::move(alike).merged();
    EXPECT_EQ(kept.set.class_more, first.set.class_more);
    EXPECT_EQ(kept.set.more, first.set.more);
    EXPECT_TRUE(kept.findings.empty());
    EXPECT_TRUE(kept.differing.empty());
    second.set.more = R"("info":{"year":2014})";
    SetMerger unlike({});
    ASSERT_TRUE(unlike.add({"one"}, {}, first));
    ASSERT_TRUE(unlike.add({"two"}, {}, second));
    const ReadSet merged = std::move(unlike).merged();
    EXPECT_EQ(merged.set.class_more, (std::vector<std::string>{R"("supercategory":"pet")", ""}));
    EXPECT_EQ(merged.set.more, "");
    EXPECT_EQ(merged.differing,
              (std::map<std::string, std::int64_t>{{"further fields of classes (supercategory, skeleton ...)", 1},
                                                   {"further fields of the whole (info, licenses ...)", 1}}));
    ASSERT_EQ(merged.findings.size(), 1U);
    EXPECT_EQ(merged.findings[0].severity, Severity::kNote);
    EXPECT_THAT(merged.findings[0].found,
                testing::EndsWith("which are therefore dropped: of the class 'dog', the set"));
}

TEST(SetMerger, masks_cannot_be_renumbered) {
    SetMerger merger({});
    ReadSet first = objects({"road", "sky"}), second = objects({"sky", "road"});
    first.set.task = second.set.task = Task::kSemantic;
    ASSERT_TRUE(merger.add({"one"}, {}, first));
    ASSERT_TRUE(merger.add({"same"}, {}, first));
    const auto status = merger.add({"two"}, {}, second);
    EXPECT_EQ(status.error().code, Code::kUnsupported);
    EXPECT_THAT(status.error().message,
                testing::StartsWith("source 'two' numbers class 'sky' as 0, the merged set as 1"));
}

TEST(SetMerger, targets_must_be_the_same) {
    SetMerger merger({});
    ReadSet first = objects({}), second = objects({});
    first.set.targets = {"age"};
    second.set.targets = {"bmi"};
    ASSERT_TRUE(merger.add({"one"}, {}, first));
    EXPECT_EQ(merger.add({"two"}, {}, second).error().message,
              "source 'two' predicts bmi, the sources before it age; use the same target_columns in the same order");
}

}  // namespace
}  // namespace goetia
