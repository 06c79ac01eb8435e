// An object or row with two independent faults is reported with both, and counted once if it is left out.
#include <gmock/gmock.h>

#include "datasets/formats/coco_file.h"
#include "datasets/validation/leave_out.h"
#include "testkit/datasets.h"

namespace goetia {
namespace {

using namespace testkit;
using testing::ElementsAre;
using testing::HasSubstr;

// "kind line [id]" of all findings of reader and checks.
std::vector<std::string> kinds(const Findings& findings) {
    std::vector<std::string> texts;
    for (const Finding& one : findings)
        texts.push_back(fmt::format("{} {} [{}]", finding_code(one.kind), one.line, one.id));
    return texts;
}

std::vector<std::string> kinds(const ReadSet& read) { return kinds(findings_of(read.set, read.findings)); }

std::map<std::string, std::int64_t> left_out(ReadSet read) {
    Findings findings = findings_of(read.set, std::move(read.findings));
    leave_out_faulty(read.set, findings);
    EXPECT_FALSE(has_faults(findings)) << findings_text(findings);
    return read.set.left_out;
}

CocoFile coco(const std::string& annotation) {
    std::string json = fmt::format(R"({{
"images": [{{"id": 1, "file_name": "a.png", "width": 64, "height": 48}}],
"categories": [{{"id": 0, "name": "cat"}}],
"annotations": [
{}]}}
)",
                                   annotation);
    json.reserve(json.size() + kJsonPadding);
    return parse_coco(json, "x.json", true);
}

TEST(TwoFaults, of_a_coco_annotation_are_both_reported) {
    EXPECT_THAT(kinds(coco(R"({"id": 5, "image_id": 1, "category_id": 9, "bbox": [10, 2, -5, 9]})").findings),
                ElementsAre("unknown_class 5 [5]", "negative_box 5 [5]"));
    EXPECT_THAT(
        kinds(
            coco(R"({"id": 5, "image_id": 1, "category_id": 9, "bbox": [1, 2, 3, 9], "segmentation": [[1, 2, 3, 4]]})")
                .findings),
        ElementsAre("unknown_class 5 [5]", "short_polygon 5 [5]"));
    EXPECT_THAT(kinds(coco(R"({"id": 5, "image_id": 1, "category_id": 9, "bbox": [1, 2, 3]})").findings),
                ElementsAre("bad_syntax 5 [5]", "unknown_class 5 [5]"));
    EXPECT_THAT(kinds(coco(R"({"id": 5, "image_id": 8, "category_id": 9, "bbox": [1, 2, 3, 4]})").findings),
                ElementsAre("annotation_of_missing_image 5 [5]", "unknown_class 5 [5]"));
    EXPECT_THAT(kinds(coco(R"({"id": 5, "image_id": "a", "category_id": 0, "bbox": [1, 2, 0, 4]})").findings),
                ElementsAre("bad_syntax 5 [5]", "empty_box 5 [5]"))
        << "an image_id of the wrong type is not also reported as missing";
}

TEST(TwoFaults, of_an_annotation_without_image_do_not_name_an_image) {
    const CocoFile file = coco(R"({"id": 5, "image_id": 8, "category_id": 0, "bbox": [10, 2, -5, 9]})");
    EXPECT_THAT(kinds(file.findings), ElementsAre("annotation_of_missing_image 5 [5]", "negative_box 5 [5]"));
    EXPECT_EQ(file.findings.at(1).found, "the box of annotation 5 is -5 x 9 pixels");
    EXPECT_EQ(file.findings[1].file, "x.json");
}

TEST(TwoFaults, of_one_object_leave_it_out_once) {
    for (const char* annotation : {R"({"id": 5, "image_id": 1, "category_id": 9, "bbox": [10, 2, -5, 9]})",
                                   R"({"id": 5, "image_id": 1, "category_id": 9, "bbox": [1, 2]})"}) {
        CocoFile file = coco(annotation);
        ReadSet read;
        read.findings = std::move(file.findings);
        EXPECT_EQ(left_out(std::move(read)).size(), 1U) << annotation;
    }
}

class YoloLines : public testing::Test {
  protected:
    ReadSet read(const std::string& labels) {
        write_png(folder_ / "images/train/a.png", gradient_image(10, 8));
        write_text(folder_ / "labels/train/a.txt", labels);
        write_text(folder_ / "data.yaml", "train: images/train\nnames: [cat]\n");
        return read_set({{"type", "YOLO"}, {"data_root", folder_.path().native()}}).value();
    }

    TempFolder folder_;
};

TEST_F(YoloLines, are_reported_with_both_faults) {
    EXPECT_THAT(kinds(read("7 0.5 0.5 0 0.5\n")), ElementsAre("empty_box 1 [a.png:1]", "unknown_class 1 [a.png:1]"));
    const ReadSet nameless = read("0 0.5 0.5 1 1\n1.5 0.5 0.5 -0.2 0.5\n-1 64 0.5 0.2 0.5\n");
    EXPECT_THAT(kinds(nameless), ElementsAre("unknown_class 2 [a.png:2]", "negative_box 2 [a.png:2]",
                                             "unknown_class 3 [a.png:3]", "bad_syntax 3 [a.png:3]"));
    EXPECT_EQ(nameless.findings.at(1).found, "the box of the annotation in line 2 is -2 x 4 pixels");
    EXPECT_EQ(left_out(nameless), (std::map<std::string, std::int64_t>{{"unknown_class", 2}}));
}

std::string voc(const std::string& name, const std::string& corners) {
    return fmt::format(
        "<annotation><size><width>64</width><height>48</height></size>\n<object><name>{}</name>"
        "<bndbox>{}</bndbox></object></annotation>",
        name, corners);
}

TEST(TwoFaults, of_a_voc_object_are_both_reported) {
    const TempFolder folder;
    write_png(folder / "JPEGImages/a.png", gradient_image(64, 48));
    write_text(folder / "classes.txt", "cat\n");
    write_text(folder / "ImageSets/Main/train.txt", "a\n");
    const auto read = [&](const std::string& name, const std::string& corners) {
        write_text(folder / "Annotations/a.xml", voc(name, corners));
        return read_set({{"type", "VOC"}, {"data_root", folder.path().native()}}).value();
    };
    const std::string turned = "<xmin>9</xmin><ymin>3</ymin><xmax>5</xmax><ymax>22</ymax>",
                      before = "<xmin>0</xmin><ymin>3</ymin><xmax>5</xmax><ymax>22</ymax>",
                      unread = "<xmin>x</xmin><ymin>y</ymin><xmax>5</xmax><ymax>22</ymax>";
    EXPECT_THAT(kinds(read("cow", turned)), ElementsAre("unknown_class 2 [cow]", "negative_box 2 [a.png:2]"));
    EXPECT_THAT(kinds(read("", turned)), ElementsAre("bad_syntax 2 []", "negative_box 2 [a.png:2]"));
    EXPECT_THAT(kinds(read("cow", before)), ElementsAre("box_outside 2 []", "unknown_class 2 [cow]"));
    EXPECT_THAT(kinds(read("cow", unread)), ElementsAre("bad_syntax 2 []", "bad_syntax 2 []", "unknown_class 2 [cow]"));
    EXPECT_EQ(left_out(read("cow", unread)), (std::map<std::string, std::int64_t>{{"bad_syntax", 1}}));
    EXPECT_EQ(left_out(read("cow", turned)), (std::map<std::string, std::int64_t>{{"unknown_class", 1}}));
}

TEST(TwoFaults, without_a_classes_file_faulty_objects_still_define_classes) {
    const TempFolder folder;
    write_png(folder / "JPEGImages/a.png", gradient_image(64, 48));
    write_text(folder / "ImageSets/Main/train.txt", "a\n");
    write_text(folder / "Annotations/a.xml", voc("cow", "<xmin>x</xmin><ymin>3</ymin><xmax>5</xmax><ymax>22</ymax>"));
    const ReadSet read = read_set({{"type", "VOC"}, {"data_root", folder.path().native()}}).value();
    EXPECT_THAT(read.set.classes, ElementsAre("cow"));
    EXPECT_THAT(kinds(read), ElementsAre("bad_syntax 2 []"));
}

TEST(TwoFaults, of_a_tables_row_are_both_reported) {
    const TempFolder folder;
    write_png(folder / "a.png", gradient_image(10, 8));
    write_text(folder / "classes.txt", "cat\n");
    write_text(folder / "t.csv", "image,label\na.png,cat\na.png,cow\n,cow\n");
    const ReadSet read = read_set({{"type", "Table"},
                                   {"data_root", folder.path().native()},
                                   {"ann_file", "t.csv"},
                                   {"classes_file", "classes.txt"},
                                   {"label_column", "label"}})
                             .value();
    EXPECT_THAT(kinds(read),
                ElementsAre("unknown_class 3 []", "duplicate_id 3 [a.png]", "unknown_class 4 []", "bad_syntax 4 []"));
}

TEST(TwoFaults, images_of_a_faulty_row_and_of_another_splits_belong_to_a_row) {
    const TempFolder folder;
    for (const char* name : {"1_a.png", "2_a.png", "3_a.png", "3_b.png"})
        write_png(folder / name, gradient_image(10, 8));
    write_text(folder / "t.csv", "id,age,split\n1,30,train\n2,old,train\n3,40,val\n");
    const Json section{{"type", "Table"},         {"data_root", folder.path().native()}, {"ann_file", "t.csv"},
                       {"target_columns", "age"}, {"image_pattern", "{id}_*.png"},       {"split_column", "split"}};
    const ReadSet train = read_set(section).value(), val = read_set(section, Split::kVal).value();
    EXPECT_THAT(kinds(train), ElementsAre("bad_syntax 3 []"));
    EXPECT_THAT(kinds(val), ElementsAre());
    EXPECT_EQ(val.set.images.size(), 2U);
}

TEST(TwoFaults, of_an_object_of_several_sources_are_both_reported) {
    const TempFolder folder;
    for (const char* source : {"one", "two"}) {
        write_png(folder / source / "images/train/a.png", gradient_image(10, 8));
        write_text(folder / source / "labels/train/a.txt", "0 0.5 0.5 1 1\n7 0.5 0.5 0 0.5\n");
        write_text(folder / source / "data.yaml", "train: images/train\nnames: [cat]\n");
    }
    const auto section = [&](const char* source) {
        return Json{{"type", "YOLO"}, {"data_root", (folder / source).native()}};
    };
    const ReadSet read =
        read_set({{"type", "MultiSourceDataset"}, {"sources", {section("one"), section("two")}}}).value();
    EXPECT_THAT(kinds(read), ElementsAre("unknown_class 2 [a.png:2]", "empty_box 2 [a.png:2]",
                                         "unknown_class 2 [a.png:2]", "empty_box 2 [a.png:2]"));
    EXPECT_EQ(left_out(read), (std::map<std::string, std::int64_t>{{"unknown_class", 2}}));
}

// YOLO labels are meaningless without the image size: the image is skipped, and the run continues.
TEST(TwoFaults, a_listed_yolo_image_that_is_missing_can_be_left_out) {
    const TempFolder folder;
    for (const char* name : {"a", "b", "c"}) {
        write_png(folder / fmt::format("images/{}.png", name), gradient_image(10, 8));
        write_text(folder / fmt::format("labels/{}.txt", name), "0 0.5 0.5 1 1\n");
    }
    write_text(folder / "train.txt", "images/a.png\nimages/b.png\nimages/c.png\n");
    write_text(folder / "data.yaml", "train: train.txt\nnames: [cat]\n");
    fs::remove(folder / "images/b.png");
    write_text(folder / "images/c.png", "no image");
    const ReadSet read = read_set({{"type", "YOLO"}, {"data_root", folder.path().native()}}).value();
    EXPECT_THAT(kinds(read), ElementsAre("missing_file 2 [images/b.png]", "unreadable_image 0 [images/c.png]"));
    EXPECT_EQ(read.findings.at(0).file, (folder / "train.txt").native());
    EXPECT_EQ(left_out(read), (std::map<std::string, std::int64_t>{{"missing_file", 1}, {"unreadable_image", 1}}));
}

}  // namespace
}  // namespace goetia
