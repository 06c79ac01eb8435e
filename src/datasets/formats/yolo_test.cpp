#include <gmock/gmock.h>

#include "datasets/formats/yolo_file.h"
#include "testkit/datasets.h"

namespace goetia {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using namespace testkit;

YoloLabels labels(const std::string& text, YoloKeyPoints key_points = {}) {
    return parse_yolo_labels(text, "x.txt", {100, 50, key_points});
}

TEST(Yolo, lines_are_boxes_or_outlines) {
    const YoloLabels read =
        labels("\xEF\xBB\xBF# class cx cy w h\r\n0 0.5 0.5 0.2 0.4\r\n\n1.0 0.1 0.2 0.3 0.2 0.3 0.6\n");
    EXPECT_EQ(findings_text(read.findings), "");
    ASSERT_EQ(read.objects.size(), 2U);
    EXPECT_EQ(read.objects[0].box, (Box{40, 15, 60, 35}));
    EXPECT_EQ(read.objects[0].area, 400);
    EXPECT_TRUE(read.objects[0].polygons.empty());
    EXPECT_EQ(read.objects[1].label, 1);
    EXPECT_THAT(read.objects[1].polygons, ElementsAre(Polygon{10, 10, 30, 10, 30, 30}));
    EXPECT_EQ(read.objects[1].box, (Box{10, 10, 30, 30}));
    EXPECT_EQ(read.objects[1].area, 200);
    EXPECT_TRUE(read.outlines);
}

TEST(Yolo, key_points_follow_the_box) {
    const YoloLabels read = labels("0 0.5 0.5 0.2 0.4 0.1 0.2 2 0 0 0", {2, 3});
    EXPECT_EQ(findings_text(read.findings), "");
    EXPECT_THAT(read.objects.at(0).key_points, ElementsAre(KeyPoint{10, 10, 2}, KeyPoint{0, 0, 0}));
}

TEST(Yolo, unusable_lines_are_reported) {
    EXPECT_EQ(
        findings_text(
            labels("0 0.5 0.5 0.2\n0 0.5 0.5 0.2 0.4 0.9\nx 0.5 0.5 0.2 0.4\n-1 0.5 0.5 0.2 0.4\n0 312 200 40 40\n"
                   "0 0.1 0.1 0.1 0.1\n0 0.1 0.1 0.1 0.1\n0 nan 0 0 0\n")
                .findings),
        "bad_syntax x.txt:1 [] the line has 4 numbers; a box has 5, an outline an odd number of 7 or more: the class "
        "and two per point\n"
        "bad_syntax x.txt:2 [] the line has 6 numbers; a box has 5, an outline an odd number of 7 or more: the class "
        "and two per point\n"
        "bad_syntax x.txt:3 [] 'x' is not a number; write 'class cx cy width height' or 'class x1 y1 x2 y2 x3 y3 ...'\n"
        "unknown_class x.txt:4 [] the class is -1; use a non-negative integer\n"
        "bad_syntax x.txt:5 [] 312 is not a fraction of the image size; divide pixel values by the width or height\n"
        "duplicate_id x.txt:7 [] the line appears twice in the file; remove one; it is used once\n"
        "bad_syntax x.txt:8 [] 'nan' is not a number; write 'class cx cy width height' or 'class x1 y1 x2 y2 x3 y3 "
        "...'\n");
}

TEST(Yolo, a_data_yaml_may_name_classes_in_a_list_or_by_number) {
    const YoloConfig list = parse_data_yaml(
        "path: 图 片\ntrain: images/train\nval: [a, b.txt]\ntest:\nnc: 2\nnames: ['猫', dog]\n", "d.yaml");
    EXPECT_EQ(findings_text(list.findings), "");
    EXPECT_EQ(list.path, "图 片");
    EXPECT_THAT(list.paths.at(Split::kTrain), ElementsAre("images/train"));
    EXPECT_THAT(list.paths.at(Split::kVal), ElementsAre("a", "b.txt"));
    EXPECT_FALSE(list.paths.contains(Split::kTest));
    EXPECT_THAT(list.classes, ElementsAre("猫", "dog"));
    const YoloConfig map = parse_data_yaml("validation: v\nnames:\n  1: b\n  0: a\nkpt_shape: [17, 3]\n", "d.yaml");
    EXPECT_THAT(map.classes, ElementsAre("a", "b"));
    EXPECT_THAT(map.paths.at(Split::kVal), ElementsAre("v"));
    EXPECT_EQ(map.key_points.count, 17);
    EXPECT_THAT(parse_data_yaml("nc: 2\n", "d.yaml").classes, ElementsAre("class_0", "class_1"));
}

TEST(Yolo, faults_of_a_data_yaml_are_reported) {
    const auto fault = [](const std::string& text) { return findings_text(parse_data_yaml(text, "d.yaml").findings); };
    EXPECT_EQ(fault("names: [a, b]\nnc: 3\n"),
              "unknown_class d.yaml:2 [] 'nc' is 3, 'names' has 2 entries; make them agree\n");
    EXPECT_THAT(fault("names: {0: a, 2: b}"),
                HasSubstr("id_gap d.yaml:1 [class_1] 'names' lacks the number 1 of 0 to 2"));
    EXPECT_THAT(fault("names: {0: a, 99999: b}"), HasSubstr("the file contains no class names"));
    EXPECT_THAT(fault("names: {x: a, 0: b}"), HasSubstr("a class is not 'number: name'"));
    EXPECT_THAT(fault("names: 7"), HasSubstr("'names' is neither a list nor a mapping"));
    EXPECT_THAT(fault("nc: many\n"), HasSubstr("'nc' is not a valid number of classes; use 1 to 1000000"));
    EXPECT_THAT(fault("names: [a]\ntrain: {a: b}"), HasSubstr("'train' does not name a path"));
    EXPECT_THAT(fault("names: [a]\nnames: [b]"), HasSubstr("'names' appears twice in the file"));
    EXPECT_THAT(fault("names: [a]\nkpt_shape: 3"), HasSubstr("'kpt_shape' is not a valid key point shape"));
    EXPECT_THAT(fault("[a"), HasSubstr("invalid YAML: "));
    EXPECT_THAT(fault("- a"), HasSubstr("the file is not a mapping"));
    EXPECT_THAT(fault(""), HasSubstr("the file is not a mapping"));
}

TEST(Yolo, download_is_reported_and_never_run) {
    const TempFolder folder;
    const std::string trap = (folder / "trap").native();
    const YoloConfig read =
        parse_data_yaml(fmt::format("names: [a]\ndownload: |\n  import os\n  os.system('touch {}')\n", trap), "d.yaml");
    ASSERT_EQ(read.findings.size(), 1U);
    EXPECT_EQ(read.findings[0].severity, Severity::kNote);
    EXPECT_EQ(read.findings[0].found, "'download' contains a download command; it is never run");
    EXPECT_FALSE(fs::exists(trap));
}

class YoloFolder : public testing::Test {
  protected:
    YoloFolder() {
        write_text(folder_ / "data.yaml", "path: .\ntrain: images/train\nval: val.txt\nnames: [a, b]\n");
        write_png(folder_ / "images/train/a.png", gradient_image(10, 8));
        write_png(folder_ / "images/train/深 层/b.png", gradient_image(20, 10));
        write_text(folder_ / "labels/train/a.txt", "1 0.5 0.5 1 1\n");
        write_text(folder_ / "labels/train/深 层/b.txt", "0 0.5 0.5 0.5 1\n");
        write_png(folder_ / "images/val/c.png", gradient_image(10, 10));
        write_text(folder_ / "labels/val/c.txt", "0 0.5 0.5 0.5 1\n");
        write_text(folder_ / "val.txt", "./images/val/c.png\n");
    }
    [[nodiscard]] Json config(const Json& more = Json::object()) const {
        Json full{{"type", "YOLO"}, {"data_root", folder_.path().native()}};
        full.update(more);
        return full;
    }

    TempFolder folder_;
};

TEST_F(YoloFolder, boxes_are_in_pixels_of_the_images) {
    const ReadSet read = read_set(config()).value();
    EXPECT_EQ(findings_text(read.findings), "");
    ASSERT_EQ(read.set.images.size(), 2U);
    EXPECT_EQ(read.set.task, Task::kDetection);
    EXPECT_EQ(read.set.images[0].instances[0].box, (Box{0, 0, 10, 8}));
    EXPECT_EQ(read.set.images[0].instances[0].label, 1);
    EXPECT_EQ(read.set.images[1].name, "深 层/b.png");
    EXPECT_EQ(read.set.images[1].width, 20);
    EXPECT_EQ(read.set.images[1].instances[0].box, (Box{5, 0, 15, 10}));
    const ReadSet val = read_set(config(), Split::kVal).value();
    EXPECT_EQ(findings_text(val.findings), "");
    EXPECT_EQ(val.set.path(val.set.images.at(0)), folder_ / "images/val/c.png");
    EXPECT_EQ(val.set.images[0].instances.size(), 1U);
}

TEST_F(YoloFolder, paths_are_found_in_common_layouts) {
    write_text(folder_ / "data.yaml",
               "path: /no/such\ntrain: ../images/train\nval: [images/val]\ntest: images/gone\nnames: [a, b]\n");
    const ReadSet train = read_set(config()).value();
    EXPECT_EQ(train.set.images.size(), 2U);
    EXPECT_THAT(findings_text(train.findings), HasSubstr("'path' is '/no/such', and there is no such folder"));
    EXPECT_FALSE(has_faults(train.findings));
    EXPECT_EQ(read_set(config(), Split::kVal).value().set.images.size(), 1U);
    EXPECT_THAT(findings_text(read_set(config(), Split::kTest).value().findings),
                HasSubstr("there is no 'images/gone' for the test split"));
    fs::rename(folder_ / "data.yaml", folder_ / "my set.yaml");
    EXPECT_EQ(read_set({{"type", "YOLO"}, {"data_yaml", (folder_ / "my set.yaml").native()}}).value().set.images.size(),
              2U);
}

TEST_F(YoloFolder, a_set_without_data_yaml_has_a_classes_file) {
    fs::remove(folder_ / "data.yaml");
    EXPECT_THAT(findings_text(read_set(config()).value().findings),
                HasSubstr("the set has neither data.yaml nor classes.txt"));
    write_text(folder_ / "classes.txt", "a\nb\n");
    EXPECT_EQ(read_set(config()).value().set.images.size(), 2U);
    EXPECT_EQ(read_set(config(), Split::kTest).error().code, Code::kNotFound);
}

TEST_F(YoloFolder, a_classes_file_may_be_named_below_the_root) {
    fs::remove(folder_ / "data.yaml");
    write_text(folder_ / "meta/names.txt", "a\nb\n");
    const ReadSet read = read_set(config({{"classes_file", "meta/names.txt"}})).value();
    EXPECT_EQ(findings_text(read.findings), "");
    EXPECT_THAT(read.set.classes, ElementsAre("a", "b"));
}

TEST_F(YoloFolder, faults_name_the_line_of_the_label_file) {
    const std::string lines = "x 0.5 0.5 0.2 0.4\n0 0.5 0.2\n1 0.9 0.5 0.4 0.4\n7 0.5 0.5 0.1 0.1\n";
    write_text(folder_ / "labels/train/a.txt", lines);
    write_text(folder_ / "labels/val/c.txt", lines);
    for (const auto& [split, file, name] : {std::tuple{Split::kTrain, "labels/train/a.txt", "a.png"},
                                            std::tuple{Split::kVal, "labels/val/c.txt", "images/val/c.png"}}) {
        const std::string whole = (folder_ / file).native();
        EXPECT_THAT(to_string(open(config(), split).error()),
                    AllOf(HasSubstr(whole + ":1: 'x' is not a number"), HasSubstr(whole + ":2: the line has 3 numbers"),
                          HasSubstr(fmt::format("{}:3: the box of the annotation of '{}' in line 3 is (", whole, name)),
                          HasSubstr(fmt::format("{}:4: class 7 of the annotation of '{}' in line 4", whole, name))));
    }
}

TEST_F(YoloFolder, an_image_that_is_listed_in_two_ways_is_reported) {
    for (const char* twice :
         {"[images/train, images/train]", "[images/train, ./images/train/]", "[images/train, a.txt]"}) {
        write_text(folder_ / "data.yaml", fmt::format("train: {}\nnames: [a, b]\n", twice));
        write_text(folder_ / "a.txt", "./images/train/a.png\n");
        EXPECT_THAT(to_string(open(config()).error()), HasSubstr("a.png' is listed twice")) << twice;
    }
}

TEST_F(YoloFolder, each_list_with_wrong_paths_is_reported) {
    write_text(folder_ / "data.yaml", "train: [images/train, moved.txt]\nnames: [a, b]\n");
    write_text(folder_ / "moved.txt", "gone/x.png\ngone/y.png\n");
    EXPECT_THAT(findings_text(read_set(config()).value().findings),
                AllOf(HasSubstr("moved.txt"), HasSubstr("none of the 2 listed images exists")));
}

TEST_F(YoloFolder, images_without_labels_are_background_but_reported) {
    fs::remove(folder_ / "labels/train/a.txt");
    const ReadSet one = read_set(config()).value();
    EXPECT_EQ(one.set.images.size(), 2U);
    EXPECT_FALSE(has_faults(one.findings));
    EXPECT_THAT(findings_text(one.findings), HasSubstr("1 of 2 images have no label file, starting with this one"));
    fs::remove_all(folder_ / "labels/train");
    EXPECT_TRUE(has_faults(read_set(config()).value().findings)) << "no label at all is a wrong place";
    EXPECT_FALSE(open(config()));
}

TEST_F(YoloFolder, labels_without_an_image_are_reported) {
    write_text(folder_ / "labels/train/classes.txt", "a\nb\n");
    fs::remove(folder_ / "images/train/深 层/b.png");
    const ReadSet read = read_set(config()).value();
    EXPECT_EQ(read.set.images.size(), 1U);
    EXPECT_EQ(findings_text(read.findings),
              "annotation_of_missing_image " + (folder_ / "labels/train/深 层/b.txt").native() +
                  ":0 [深 层/b] the labels have no image in '" + (folder_ / "images/train").native() +
                  "'; add the image, or remove the labels\n");
}

TEST_F(YoloFolder, an_unreadable_image_is_reported) {
    write_text(folder_ / "images/train/a.png", "no image");
    const ReadSet read = read_set(config()).value();
    EXPECT_EQ(read.set.images.size(), 1U);
    EXPECT_THAT(
        findings_text(read.findings),
        AllOf(HasSubstr("unreadable_image " + (folder_ / "images/train/a.png").native()), HasSubstr("[a.png]")));
}

}  // namespace
}  // namespace goetia
