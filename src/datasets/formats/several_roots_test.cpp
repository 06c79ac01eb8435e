// data_roots: each file is taken from the first root that contains it, whatever kind of file it is.
#include <gmock/gmock.h>

#include "testkit/format_sets.h"

namespace goetia {
namespace {

using namespace testkit;

class SeveralRoots : public testing::Test {
  protected:
    // What a split of the set in both roots is, when it is as it was made.
    void expect_whole(const std::string& format, Split split = Split::kTrain) const {
        Json section{{"type", format}, {"data_roots", {one_.native(), two_.native()}}};
        const auto read = read_set(section, split);
        ASSERT_TRUE(read) << format << to_string(read.error());
        EXPECT_EQ(findings_text(read->findings), "") << format;
        ASSERT_EQ(read->set.images.size(), 2U) << format;
        EXPECT_THAT(read->set.classes, testing::ElementsAre("cat", "dog"));
        for (const AnnotatedImage& image : read->set.images) {
            EXPECT_TRUE(fs::is_regular_file(read->set.path(image))) << format << " " << read->set.path(image);
            if (format == "SemanticMasks") EXPECT_TRUE(fs::is_regular_file(image.mask)) << image.mask;
            else EXPECT_EQ(image.instances.size(), 1U) << format << " " << image.name;
        }
    }

    TempFolder folder_;
    const fs::path one_ = folder_ / "第一 个", two_ = folder_ / "two";
};

TEST_F(SeveralRoots, images_may_be_in_the_second_root) {
    for (const std::string format : {"COCO", "VOC", "YOLO", "SemanticMasks"}) {
        set_builders().at(format).make({one_, two_});
        expect_whole(format);
        fs::remove_all(one_), fs::remove_all(two_);
    }
}

TEST_F(SeveralRoots, annotations_may_be_in_the_second_root) {
    for (const std::string format : {"COCO", "VOC", "YOLO", "SemanticMasks"}) {
        set_builders().at(format).make({two_, one_});
        expect_whole(format);
        fs::remove_all(one_), fs::remove_all(two_);
    }
}

TEST_F(SeveralRoots, files_of_one_folder_may_be_divided) {
    const std::map<std::string, std::vector<std::string>> moved{
        {"COCO", {"images/train/train 1.png"}},
        {"VOC", {"JPEGImages/train 1.png", "Annotations/train 0.xml"}},
        {"YOLO", {"images/train/train 1.png", "labels/train/train 0.txt"}},
        {"SemanticMasks", {"images/train/train 1.png", "masks/train/train 0.png"}}};
    for (const auto& [format, files] : moved) {
        set_builders().at(format).make(one_);
        for (const std::string& file : files) {
            fs::create_directories((two_ / file).parent_path());
            fs::rename(one_ / file, two_ / file);
        }
        expect_whole(format);
        fs::remove_all(one_), fs::remove_all(two_);
    }
}

TEST_F(SeveralRoots, the_first_root_with_the_file_is_used) {
    make_yolo(one_), make_yolo(two_);
    write_text(two_ / "labels/train/train 0.txt", "");
    expect_whole("YOLO");
    make_voc(one_), make_voc(two_);
    write_text(two_ / "Annotations/train 0.xml", "<annotation/>");
    expect_whole("VOC");
}

TEST_F(SeveralRoots, files_missing_in_all_roots_are_reported) {
    make_masks({one_, two_});
    fs::remove(one_ / "masks/train/train 0.png");
    write_png(one_ / "masks/train/other.png", gradient_image(10, 8));
    const Json section{{"type", "SemanticMasks"}, {"data_roots", {two_.native(), one_.native()}}};
    EXPECT_THAT(findings_text(read_set(section).value().findings),
                testing::AllOf(testing::HasSubstr("[train 0] the image has no mask"),
                               testing::HasSubstr((one_ / "masks/train/other.png").native() + ":0 [other] the mask")));
}

}  // namespace
}  // namespace goetia
