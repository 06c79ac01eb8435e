#include <gmock/gmock.h>

#include "testkit/datasets.h"

namespace goetia {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace testkit;

class SemanticMasksTest : public testing::Test {
  protected:
    SemanticMasksTest() {
        for (const char* name : {"a", "图 2"}) {
            write_png(folder_ / "images/train" / (std::string(name) + ".jpg"), gradient_image(4, 4));
            write_png(folder_ / "masks/train" / (std::string(name) + ".png"), gradient_image(4, 4));
        }
        write_text(folder_ / "classes.txt", "road\ncar\n");
    }
    [[nodiscard]] Result<ReadSet> read(const Json& more = Json::object(), Split split = Split::kTrain) const {
        Json full{{"type", "SemanticMasks"}, {"data_root", folder_.path().native()}};
        full.update(more);
        return read_set(full, split);
    }

    TempFolder folder_;
};

TEST_F(SemanticMasksTest, images_and_masks_are_paired_by_name) {
    const ReadSet found = read().value();
    EXPECT_EQ(findings_text(found.findings), "");
    EXPECT_EQ(found.set.task, Task::kSemantic);
    EXPECT_THAT(found.set.classes, ElementsAre("road", "car"));
    ASSERT_EQ(found.set.images.size(), 2U);
    EXPECT_EQ(found.set.images[1].name, "图 2.jpg");
    EXPECT_EQ(found.set.images[1].mask, folder_ / "masks/train/图 2.png");
    EXPECT_EQ(open({{"type", "SemanticMasks"}, {"data_root", folder_.path().native()}}).value()->sample(0)->mask_path,
              folder_ / "masks/train/a.png");
}

TEST_F(SemanticMasksTest, suffixes_and_prefixes_are_configurable) {
    write_png(folder_ / "leftImg8bit/x/1_leftImg8bit.png", gradient_image(4, 4));
    write_png(folder_ / "gtFine/x/1_gtFine_labelTrainIds.png", gradient_image(4, 4));
    write_png(folder_ / "gtFine/x/1_gtFine_color.png", gradient_image(4, 4));
    const ReadSet found = read({{"img_suffix", "_leftImg8bit.png"},
                                {"mask_suffix", "_gtFine_labelTrainIds.png"},
                                {"val", {{"data_prefix", {{"img", "leftImg8bit"}, {"mask", "gtFine"}}}}}},
                               Split::kVal)
                              .value();
    EXPECT_EQ(findings_text(found.findings), "");
    EXPECT_EQ(found.set.images.at(0).mask, folder_ / "gtFine/x/1_gtFine_labelTrainIds.png");
}

TEST_F(SemanticMasksTest, a_list_chooses_and_orders) {
    write_text(folder_ / "train.txt", "图 2\n");
    fs::remove(folder_ / "masks/train/a.png");
    const ReadSet found = read({{"train", {{"ann_file", "train.txt"}}}}).value();
    EXPECT_EQ(findings_text(found.findings), "");
    ASSERT_EQ(found.set.images.size(), 1U);
    EXPECT_EQ(found.set.images[0].location.line, 1);
    write_text(folder_ / "train.txt", "gone\n");
    EXPECT_THAT(findings_text(read({{"train", {{"ann_file", "train.txt"}}}}).value().findings),
                HasSubstr("train.txt:1 [gone] there is no image 'gone' with a mask"));
}

TEST_F(SemanticMasksTest, images_and_masks_without_partner_are_reported) {
    fs::remove(folder_ / "masks/train/a.png");
    write_png(folder_ / "masks/train/c.png", gradient_image(4, 4));
    fs::remove(folder_ / "classes.txt");
    EXPECT_THAT(
        findings_text(read().value().findings),
        AllOf(HasSubstr("unlabelled " + (folder_ / "images/train/a.jpg").native() + ":0 [a] the image has no mask '"),
              HasSubstr("annotation_of_missing_image " + (folder_ / "masks/train/c.png").native() +
                        ":0 [c] the mask has no image in '"),
              HasSubstr("the set has no classes.txt, so the meaning of the mask values is unknown")));
    EXPECT_THAT(read({{"num_classes", 2}}).value().set.classes, ElementsAre("0", "1"));
    EXPECT_EQ(read(Json::object(), Split::kVal).error().code, Code::kNotFound);
    fs::remove_all(folder_ / "masks");
    EXPECT_THAT(findings_text(read().value().findings), HasSubstr("masks/train:0 [] the mask folder does not exist"));
    fs::rename(folder_ / "images/train", folder_ / "images/test");
    EXPECT_FALSE(has_faults(read({{"num_classes", 2}}, Split::kTest).value().findings))
        << "a test split may be without";
}

}  // namespace
}  // namespace goetia
