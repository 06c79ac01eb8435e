#include "datasets/layout/layout.h"

#include <gmock/gmock.h>

#include "testkit/datasets.h"

namespace goetia {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using namespace testkit;

class LayoutTest : public testing::Test {
  protected:
    void text(const std::string& name, const std::string& content = "x") { write_text(folder_ / name, content); }
    void image(const std::string& name) { write_png(folder_ / name, gradient_image(4, 4)); }
    void coco(const std::string& name, const std::string& image) {
        text(name,
             fmt::format(R"({{"images":[{{"id":1,"file_name":"{}"}}],"annotations":[],"categories":[]}})", image));
    }

    // The section without data_root, or what was refused.
    [[nodiscard]] std::string found() const {
        const auto layout = layout_of(folder_.path());
        return layout ? json(layout->section) : to_string(layout.error());
    }
    // Whatever the order of the keys.
    [[nodiscard]] static std::string json(const Json& section) { return nlohmann::json(section).dump(); }

    TempFolder folder_;
};

TEST_F(LayoutTest, class_folders_below_splits) {
    for (const char* name : {"train/cat/1.png", "train/dog/1.png", "val/cat/1.png", "test/1.png"}) image(name);
    EXPECT_EQ(found(), json({{"type", "ImageNet"}}));
    EXPECT_THAT(
        layout_of(folder_.path())->reasons,
        testing::ElementsAre("2 class folders in 'train'", "1 class folder in 'val'", "0 class folders in 'test'"));
}

TEST_F(LayoutTest, class_folders_with_other_names_of_the_splits_and_alone) {
    for (const char* name : {"Training/a/1.png", "valid/a/deep/1.png"}) image(name);
    EXPECT_EQ(
        found(),
        json({{"type", "ImageNet"}, {"train", {{"data_prefix", "Training"}}}, {"val", {{"data_prefix", "valid"}}}}));
    const TempFolder alone;
    write_png(alone / "cat/1.png", gradient_image(4, 4));
    write_png(alone / "dog/1.png", gradient_image(4, 4));
    const Json section = layout_of(alone.path())->section;
    EXPECT_EQ(section, (Json{{"type", "ImageNet"}, {"train", {{"data_prefix", "."}}}}));
    Json whole = section;
    whole["data_root"] = alone.path().native();
    EXPECT_EQ(read_set(whole)->set.classes, (std::vector<std::string>{"cat", "dog"}));
}

TEST_F(LayoutTest, lists_of_paths_and_labels) {
    image("pictures/1.png");
    text("meta/train.txt", "pictures/1.png 0\n");
    EXPECT_EQ(found(), json({{"type", "ImageNet"}, {"train", {{"ann_file", "meta/train.txt"}}}}));
    fs::rename(folder_ / "pictures", folder_ / "images");
    text("meta/train.txt", "1.png 0\n");
    EXPECT_EQ(found(),
              json({{"type", "ImageNet"}, {"train", {{"ann_file", "meta/train.txt"}, {"data_prefix", "images"}}}}));
}

TEST_F(LayoutTest, coco_as_its_authors_publish_it) {
    for (const char* split : {"train", "val"}) {
        image(fmt::format("{}2017/1.png", split));
        for (const char* kind : {"captions", "instances", "person_keypoints"})
            coco(fmt::format("annotations/{}_{}2017.json", kind, split), "1.png");
    }
    EXPECT_EQ(found(), json({{"type", "COCO"},
                             {"train", {{"ann_file", "annotations/instances_train2017.json"}}},
                             {"val", {{"ann_file", "annotations/instances_val2017.json"}}}}));
}

TEST_F(LayoutTest, coco_as_tools_export_it) {
    for (const char* split : {"train", "valid"}) {
        image(fmt::format("{}/1.png", split));
        coco(fmt::format("{}/_annotations.coco.json", split), "1.png");
    }
    EXPECT_EQ(found(), json({{"type", "COCO"},
                             {"train", {{"ann_file", "train/_annotations.coco.json"}}},
                             {"val", {{"ann_file", "valid/_annotations.coco.json"}, {"data_prefix", "valid"}}}}));
    const TempFolder one;
    write_png(one / "frames/left/1.png", gradient_image(4, 4));
    write_text(one / "result.json", R"({"images":[{"id":1,"file_name":"1.png"}],"annotations":[],"categories":[]})");
    EXPECT_EQ(json(layout_of(one.path())->section),
              json({{"type", "COCO"}, {"train", {{"ann_file", "result.json"}, {"data_prefix", "frames/left"}}}}));
}

TEST_F(LayoutTest, voc_with_its_lists) {
    image("JPEGImages/1.png");
    text("Annotations/1.xml", "<annotation></annotation>");
    EXPECT_THAT(found(),
                AllOf(HasSubstr("has the layout of no known format"),
                      HasSubstr("\n  VOC (VOC annotations): no list of names 'ImageSets/Main/train.txt', found "
                                "'Annotations' with 1 XML files, 'JPEGImages'\n  COCO")))
        << "the nearest is named first";
    text("ImageSets/Main/trainval.txt", "1\n");
    EXPECT_EQ(found(), json({{"type", "VOC"}, {"train", {{"ann_file", "ImageSets/Main/trainval.txt"}}}}));
    text("ImageSets/Main/train.txt", "1\n");
    EXPECT_EQ(found(), json({{"type", "VOC"}}));
}

TEST_F(LayoutTest, yolo_with_and_without_its_file) {
    image("images/train2017/1.png");
    text("labels/train2017/1.txt", "0 0.5 0.5 0.1 0.1\n");
    EXPECT_THAT(found(),
                HasSubstr("no data.yaml or classes.txt that names the classes, found 'images/train2017' with labels"));
    text("classes.txt", "a\n");
    EXPECT_EQ(found(), json({{"type", "YOLO"}, {"train", {{"data_prefix", "images/train2017"}}}}));
    text("coco128.yaml", "train: images/train2017\nval: images/train2017\nnames: [a]\n");
    EXPECT_EQ(found(), json({{"type", "YOLO"}, {"data_yaml", "coco128.yaml"}}));
    text("data.yaml", "train: images/train2017\nval: images/train2017\nnames: [a]\n");
    EXPECT_EQ(found(), json({{"type", "YOLO"}}));
    fs::remove(folder_ / "data.yaml");
    text("dataset.yaml", "dataset:\n  type: YOLO\n");
    EXPECT_EQ(read_set({{"type", "YOLO"}, {"data_root", folder_.path().native()}})->set.images.size(), 1U)
        << "our own dataset.yaml is not one of the set's";
}

TEST_F(LayoutTest, masks_beside_images) {
    image("images/train/1.png");
    image("masks/train/1.png");
    EXPECT_EQ(found(), json({{"type", "SemanticMasks"}}));
    const TempFolder flat;
    write_png(flat / "imgs/1.png", gradient_image(4, 4));
    write_png(flat / "labels/1_mask.png", gradient_image(4, 4));
    EXPECT_EQ(json(layout_of(flat.path())->section),
              json({{"type", "SemanticMasks"},
                    {"mask_suffix", "_mask.png"},
                    {"train", {{"data_prefix", {{"img", "imgs"}, {"mask", "labels"}}}}}}));
    const TempFolder inner;
    for (const char* name : {"train/images/1.png", "train/masks/1.png", "valid/images/1.png", "valid/masks/1.png"})
        write_png(inner / name, gradient_image(4, 4));
    EXPECT_EQ(layout_of(inner.path())->section["val"],
              (Json{{"data_prefix", {{"img", "valid/images"}, {"mask", "valid/masks"}}}}));
}

TEST_F(LayoutTest, tables_of_classes_and_of_numbers) {
    image("pictures/1.png");
    text("data.csv", "id,file name,breed,split\n7,1,poodle,train\n");
    EXPECT_EQ(found(), json({{"type", "Table"},
                             {"ann_file", "data.csv"},
                             {"image_column", "file name"},
                             {"image_dir", "pictures"},
                             {"image_suffix", ".png"},
                             {"label_column", "breed"},
                             {"split_column", "split"}}));
    fs::remove(folder_ / "data.csv");
    text("data.csv", "image,cat,dog\n1.png,1,0\n1.png,1,1\n");
    EXPECT_EQ(found(), json({{"type", "Table"},
                             {"ann_file", "data.csv"},
                             {"image_dir", "pictures"},
                             {"class_columns", {"cat", "dog"}}}));
    fs::remove(folder_ / "data.csv");
    text("train.csv", "image,age,weight,Patient ID\n1.png,3,1.5,p1\n");
    text("val.csv", "image,age,weight,Patient ID\n1.png,3,1.5,p2\n");
    text("test.csv", "image\n1.png\n");
    EXPECT_EQ(found(), json({{"type", "Table"},
                             {"image_dir", "pictures"},
                             {"target_columns", {"age", "weight"}},
                             {"subject_column", "Patient ID"},
                             {"train", {{"ann_file", "train.csv"}}},
                             {"val", {{"ann_file", "val.csv"}}}}));
}

TEST_F(LayoutTest, a_table_whose_answer_is_not_certain_is_refused) {
    image("1.png");
    text("data.csv", "image,colour,shape\n1.png,red,round\n");
    EXPECT_THAT(found(), HasSubstr("which of its columns 'colour', 'shape' is to be predicted is not certain"));
    text("data.csv", "image,label,score\n1.png,red,3\n");
    EXPECT_EQ(found(), json({{"type", "Table"}, {"ann_file", "data.csv"}, {"label_column", "label"}}));
    text("data.csv", "image,label\n1.png,0.5\n");
    EXPECT_EQ(found(), json({{"type", "Table"}, {"ann_file", "data.csv"}, {"target_columns", {"label"}}}));
    text("data.csv", "image\n1.png\n");
    EXPECT_THAT(found(), HasSubstr("beside the images it has no column to predict"));
}

TEST_F(LayoutTest, packed_sets) {
    text("train-00000.pack");
    text("train.json", R"({"version":1,"files":[]})");
    EXPECT_EQ(found(), json({{"type", "Packed"}}));
}

TEST_F(LayoutTest, an_ambiguous_folder_is_refused_with_the_reasons_for_each_format) {
    image("images/train/1.png");
    text("labels/train/1.txt", "0 0.5 0.5 0.1 0.1\n");
    text("classes.txt", "a\n");
    coco("annotations/instances_train.json", "1.png");
    EXPECT_THAT(found(), AllOf(HasSubstr("could be a data set of several formats; choose one with --format"),
                               HasSubstr("COCO (COCO annotations): 'annotations/instances_train.json'"),
                               HasSubstr("YOLO (YOLO labels): 'images/train' with labels")));
}

TEST_F(LayoutTest, two_files_for_one_split_are_refused) {
    image("images/1.png");
    coco("a_train.json", "1.png");
    coco("b_train.json", "1.png");
    EXPECT_THAT(found(),
                HasSubstr("two annotation files for the train split, 'a_train.json' and 'b_train.json'; choose "
                          "one with --ann-file, or with dataset.train.ann_file"));
}

TEST_F(LayoutTest, an_unknown_folder_is_refused_with_what_each_format_needs) {
    text("notes.md");
    image("VOC2012/train/cat/1.png");
    const std::string said = found();
    EXPECT_THAT(said, HasSubstr(fmt::format("; did you mean '{}'?", (folder_ / "VOC2012").native())));
    for (const char* type : {"COCO", "VOC", "YOLO", "ImageNet", "SemanticMasks", "Table", "Packed"})
        EXPECT_THAT(said, HasSubstr(fmt::format("\n  {} (", type)));
    EXPECT_EQ(to_string(layout_of("/no/where").error()), "there is no folder '/no/where'; correct the path");
}

}  // namespace
}  // namespace goetia
