// The split lists written for a format are read by that format and give the same division.
#include <gmock/gmock.h>

#include "datasets/formats/writer.h"
#include "datasets/splits/split_files.h"
#include "testkit/datasets.h"

namespace goetia {
namespace {

using namespace testkit;

class SplitLists : public testing::TestWithParam<std::string> {
  protected:
    [[nodiscard]] Task task() const {
        if (GetParam() == "SemanticMasks") return Task::kSemantic;
        return GetParam() == "ImageNet" || GetParam() == "Table" ? Task::kClassification : Task::kDetection;
    }

    // Four images as one split, in this format.
    void write_set() {
        AnnotatedSet set;
        set.task = task();
        set.classes = {"ant", "b"};
        set.roots = {folder_ / "in"};
        for (const char* name : {"图 0.png", "sub/1.png", "2.png", "3 1.png"}) {
            AnnotatedImage image{.name = name};
            const auto number = static_cast<int>(set.images.size());
            write_png(set.path(image), gradient_image(16, 16, number));
            if (set.task == Task::kClassification) image.label = number % 2;
            if (set.task == Task::kDetection) image.instances.push_back({.label = 0, .box = {1, 1, 5, 5}, .area = 16});
            image.mask = set.path({.name = "2.png"});
            if (set.task == Task::kSemantic) write_png(image.mask, {16, 16, 1, std::vector<std::uint8_t>(256, 1)});
            else image.mask.clear();
            set.images.push_back(std::move(image));
        }
        const auto lost =
            builtin_writers().at(GetParam() == "ImageNet" ? "ImageFolder" : GetParam())(set, {.folder = root_});
        ASSERT_TRUE(lost) << to_string(lost.error());
    }

    [[nodiscard]] Json config() const {
        Json config{{"type", GetParam()}, {"data_root", root_.native()}};
        if (GetParam() == "Table")
            config.update({{"ann_file", "train.csv"}, {"image_dir", "images"}, {"label_column", "label"}});
        return config;
    }

    // The same set, with its splits given by the lists.
    [[nodiscard]] Json divided(const std::map<std::string, std::string>& files) const {
        Json config = this->config();
        for (const auto& [name, text] : files) {
            write_text(lists_ / name, text);
            const std::string split = fs::path(name).stem().native();
            if (split == "splits") config["ann_file"] = (lists_ / name).native(), config["split_column"] = "split";
            if (split != "train" && split != "val") continue;
            config[split]["ann_file"] = (lists_ / name).native();
            if (GetParam() == "ImageNet") config[split]["data_prefix"] = "train";
            if (GetParam() == "COCO" || GetParam() == "SemanticMasks")
                config[split]["data_prefix"] = {{"img", "images/train"}};
            if (GetParam() == "SemanticMasks") config[split]["data_prefix"]["mask"] = "masks/train";
        }
        return config;
    }

    static std::vector<fs::path> pictures(const AnnotatedSet& set) {
        std::vector<fs::path> paths;
        for (const AnnotatedImage& image : set.images) {
            EXPECT_TRUE(fs::exists(set.path(image))) << set.path(image);
            paths.push_back(fs::weakly_canonical(set.path(image)));
        }
        return paths;
    }

    TempFolder folder_;
    fs::path root_ = folder_ / "数据 set", lists_ = folder_ / "lists";
};

TEST_P(SplitLists, are_read_back_as_the_same_division) {
    write_set();
    const auto whole = read_set(config());
    ASSERT_TRUE(whole) << to_string(whole.error());
    const std::vector<fs::path> all = pictures(whole->set);
    ASSERT_EQ(all.size(), 4U);
    const std::vector<Split> splits{Split::kTrain, Split::kVal, Split::kTrain, Split::kVal};
    const auto files = split_files(whole->set, GetParam(), splits);
    ASSERT_TRUE(files) << to_string(files.error());
    const Json config = divided(*files);
    for (const Split split : {Split::kTrain, Split::kVal}) {
        const auto read = read_set(config, split);
        ASSERT_TRUE(read) << to_string(read.error());
        EXPECT_FALSE(has_faults(read->findings)) << findings_text(read->findings);
        const bool val = split == Split::kVal;
        EXPECT_THAT(pictures(read->set), testing::ElementsAre(all[val ? 1 : 0], all[val ? 3 : 2]));
        EXPECT_EQ(read->set.images[0].label, whole->set.images[val ? 1 : 0].label);
        EXPECT_EQ(read->set.images[0].instances.size(), whole->set.images[val ? 1 : 0].instances.size());
    }
}

INSTANTIATE_TEST_SUITE_P(Formats, SplitLists,
                         testing::Values("COCO", "VOC", "YOLO", "SemanticMasks", "ImageNet", "Table"),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace goetia
