#include <gmock/gmock.h>

#include "datasets/formats/coco_file.h"
#include "testkit/datasets.h"

namespace goetia {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace testkit;

const char* const kWhole = R"({"info": {"year": 2026}, "licenses": [],
 "annotations": [
  {"id": 11, "image_id": 2, "category_id": 3, "bbox": [1, 2, 4.5, 3], "area": 9.5, "iscrowd": 0,
   "segmentation": [[1, 2, 5.5, 2, 5.5, 5], [2, 2, 3, 2, 3, 3]], "attributes": {"deep": [1, [2]]}},
  {"id": 12, "image_id": 1, "category_id": 1, "bbox": [1, 1, 3, 2], "iscrowd": 1,
   "segmentation": {"size": [4, 5], "counts": [5, 2, 2, 2, 2, 2, 5]}},
  {"id": 13, "image_id": 1, "category_id": 1, "bbox": [1, 1, 3, 2], "keypoints": [1, 2, 2, 0, 0, 0], "num_keypoints": 1,
   "segmentation": {"size": [4, 5], "counts": "5220003"}}],
 "images": [{"id": 1, "file_name": "a.png", "width": 5, "height": 4}, {"id": 2, "file_name": "图 2.png", "width": 8, "height": 6}],
 "categories": [{"id": 3, "name": "猫", "supercategory": "animal"}, {"id": 1, "name": "dog"}]})";

CocoFile parsed(std::string json, bool needed = true) {
    const std::size_t size = json.size();
    json.append(kJsonPadding, ' ');
    return parse_coco({json.data(), size}, "x.json", needed);
}

// One image, one class and these annotations.
std::string faults_of(const std::string& annotations) {
    return findings_text(parsed(fmt::format(R"({{"images": [{{"id": 1, "file_name": "a.png", "width": 5, "height": 4}}],
"categories": [{{"id": 0, "name": "a"}}],
"annotations": [{}
]}})",
                                            annotations))
                             .findings);
}

TEST(Coco, the_content_of_the_file_is_read) {
    const CocoFile file = parsed(kWhole);
    EXPECT_THAT(file.classes, ElementsAre("猫", "dog"));
    EXPECT_THAT(file.class_ids, ElementsAre(3, 1));
    ASSERT_EQ(file.images.size(), 2U);
    const AnnotatedImage &first = file.images[0], &second = file.images[1];
    EXPECT_EQ(second.name, "图 2.png");
    EXPECT_EQ(second.id, "2");
    EXPECT_EQ(second.width, 8);
    EXPECT_EQ(second.location.line, 9);
    ASSERT_EQ(second.instances.size(), 1U);
    const Instance& cat = second.instances[0];
    EXPECT_EQ(cat.id, 11);
    EXPECT_EQ(cat.line, 3);
    EXPECT_EQ(cat.label, 0);
    EXPECT_EQ(cat.box, (Box{1, 2, 5.5, 5}));
    EXPECT_EQ(cat.area, 9.5);
    EXPECT_THAT(cat.polygons, ElementsAre(Polygon{1, 2, 5.5, 2, 5.5, 5}, Polygon{2, 2, 3, 2, 3, 3}));
    ASSERT_EQ(first.instances.size(), 2U);
    EXPECT_TRUE(first.instances[0].crowd);
    EXPECT_EQ(first.instances[0].label, 1);
    EXPECT_EQ(first.instances[0].mask, (Rle{4, 5, {5, 2, 2, 2, 2, 2, 5}}));
    EXPECT_EQ(first.instances[0].area, 6) << "of the runs where the file says none";
    EXPECT_EQ(first.instances[1].mask, first.instances[0].mask);
    EXPECT_THAT(first.instances[1].key_points, ElementsAre(KeyPoint{1, 2, 2}, KeyPoint{0, 0, 0}));
    EXPECT_TRUE(file.outlines);
}

TEST(Coco, integers_may_be_written_with_decimals) {
    const CocoFile file = parsed(R"({"images": [{"id": 1.0, "file_name": "a.png", "width": 64.0, "height": 3.2e1}],
"categories": [{"id": 2.0, "name": "a"}],
"annotations": [{"id": 1e0, "image_id": 1, "category_id": 2, "bbox": [0, 0, 64, 32], "iscrowd": 1.0,
 "segmentation": {"size": [32.0, 64], "counts": [0, 2048.0]}}]})");
    EXPECT_EQ(
        findings_text(file.findings),
        findings_text(parsed(R"({"images": [], "categories": [{"id": 2, "name": "a"}], "annotations": []})").findings));
    ASSERT_EQ(file.images.size(), 1U);
    EXPECT_EQ(file.images[0].width, 64);
    EXPECT_EQ(file.images[0].height, 32);
    ASSERT_EQ(file.images[0].instances.size(), 1U);
    EXPECT_EQ(file.images[0].instances[0].mask, (Rle{32, 64, {0, 2048}}));
    for (const char* width : {"64.5", "1e300", "\"64\"", "0.0", "-1.0"})
        EXPECT_THAT(
            findings_text(parsed(fmt::format(R"({{"images": [{{"id": 1, "file_name": "a", "width": {}, "height": 2}}],
"categories": [{{"id": 0, "name": "a"}}], "annotations": []}})",
                                             width))
                              .findings),
            HasSubstr("must be a positive integer"))
            << width;
}

TEST(Coco, sizes_of_runs_are_not_cut_to_fit) {
    for (const char* size : {"[4.7, 5]", "[4, 1000001]", "[4, -1]", "[4]", "[\"4\", 5]"})
        EXPECT_THAT(faults_of(fmt::format(R"({{"id": 5, "image_id": 1, "category_id": 0, "bbox": [1, 1, 2, 2],
"segmentation": {{"size": {}, "counts": [20]}}}})",
                                          size)),
                    HasSubstr("has runs that cannot be read: size is not two integers from 0 to 1000000"))
            << size;
}

TEST(Coco, valid_json_that_is_not_coco_is_distinguished_from_invalid_json) {
    EXPECT_EQ(findings_text(parsed("[]").findings),
              "bad_syntax x.json:0 [] the top level of the file is not an object; write {\"images\": [...], "
              "\"annotations\": [...], \"categories\": [...]}\n");
    EXPECT_EQ(findings_text(parsed("\n7\n").findings),
              "bad_syntax x.json:2 [] the top level of the file is not an object; write {\"images\": [...], "
              "\"annotations\": [...], \"categories\": [...]}\n");
    EXPECT_THAT(findings_text(parsed("[1,").findings), HasSubstr("the file is not valid JSON at line 1, column"));
    // Consequences of a syntax error are not reported.
    EXPECT_EQ(
        findings_text(parsed("{\"images\": [{\"id\": 1, \"file_name\": \"a.png\", \"width\": 1, \"height\": 1},\n],\n"
                             "\"annotations\": [], \"categories\": [{\"id\": 0, \"name\": \"a\"}]}")
                          .findings),
        "bad_syntax x.json:2 [] the file is not valid JSON at line 2, column 1: unexpected ']'; expected "
        "'[', '{', or a literal; write it again, or use an intact copy\n");
}

TEST(Coco, the_class_map_is_reported) {
    const CocoFile file = parsed(kWhole);
    ASSERT_EQ(file.findings.size(), 1U);
    EXPECT_EQ(file.findings[0].severity, Severity::kNote);
    EXPECT_EQ(findings_text(file.findings),
              "id_gap x.json:0 [] category ids are not 0 to 1; no action needed: they become classes in the "
              "order of 'categories' (3 -> 0, 1 -> 1)\n");
}

TEST(Coco, unusable_annotations_are_reported_with_line_and_id) {
    const std::string good = R"("image_id": 1, "category_id": 0, "bbox": [1, 1, 2, 2])";
    EXPECT_EQ(faults_of(fmt::format(R"({{"id": 5, {}}})", good)), "");
    EXPECT_EQ(
        faults_of(R"({"id": 5, "image_id": 9, "category_id": 0, "bbox": [1, 1, 2, 2]})"),
        "annotation_of_missing_image x.json:3 [5] annotation 5 belongs to image 9, which 'images' does not list; add "
        "the image, or remove the annotation\n");
    EXPECT_EQ(
        faults_of(R"({"id": 5, "image_id": 1, "category_id": 7, "bbox": [1, 1, 2, 2]})"),
        "unknown_class x.json:3 [5] annotation 5 belongs to category 7, which 'categories' does not list; add the "
        "category, or correct the annotation\n");
    EXPECT_EQ(
        faults_of(R"({"id": 5, "image_id": 1, "category_id": 0, "bbox": [1, 1, 2]})"),
        "bad_syntax x.json:3 [5] annotation 5 has a 'bbox' that is not four numbers; write [x, y, width, height]\n");
    EXPECT_THAT(faults_of(R"({"id": "five", "image_id": 1, "category_id": 0, "bbox": [1, 1, 2, 2]})"),
                HasSubstr("annotation without id has 'id' \"five\"; write an integer"));
    EXPECT_THAT(faults_of(fmt::format(R"({{"id": 5, {}, "iscrowd": 2, "area": "x", "keypoints": [1]}})", good)),
                AllOf(HasSubstr("has 'iscrowd' 2; write 0 or 1"),
                      HasSubstr("has 'area' \"x\"; write a non-negative number of pixels"),
                      HasSubstr("has 'keypoints' whose length is not a multiple of three")));
    EXPECT_THAT(
        faults_of(fmt::format(R"({{"id": 5, {}, "area": -3, "keypoints": [1, 1, 2, 3, 3, 7]}})", good)),
        AllOf(HasSubstr("has 'area' -3; write a non-negative number of pixels"),
              HasSubstr("has a key point 2 whose visibility is 7; write 0 (not labelled), 1 (hidden) or 2 (visible)")));
    EXPECT_THAT(faults_of(R"({"id": 5}, {"id": 6, "image_id": 1})"),
                AllOf(HasSubstr("annotation 5 has no 'image_id'"), HasSubstr("annotation 6 has no 'category_id'")));
    EXPECT_THAT(faults_of(R"({"id": 5, "image_id": 1, "category_id": 0})"),
                HasSubstr("annotation 5 has neither a 'bbox' nor an outline; add 'bbox'"));
    EXPECT_THAT(faults_of("7"), HasSubstr("'annotations' contains 7, which is not an object; remove it"));
}

TEST(Coco, two_categories_of_one_name_are_reported) {
    const CocoFile file = parsed(R"({"images": [], "annotations": [],
        "categories": [{"id": 0, "name": "cat"}, {"id": 1, "name": "cat"}]})");
    ASSERT_EQ(file.findings.size(), 1U);
    EXPECT_EQ(file.findings[0].severity, Severity::kWarning);
    EXPECT_THAT(file.findings[0].found, HasSubstr("two categories are named 'cat'"));
    EXPECT_EQ(file.classes.size(), 2U);
}

TEST(Coco, unusable_segmentations_are_reported) {
    const auto with = [](const std::string& outline) {
        return faults_of(fmt::format(
            R"({{"id": 5, "image_id": 1, "category_id": 0, "bbox": [1, 1, 2, 2], "segmentation": {}}})", outline));
    };
    EXPECT_EQ(with("null"), "");
    EXPECT_EQ(with("[]"), "");
    EXPECT_EQ(with(R"({"size": [4, 5], "counts": [20]})"), "");
    EXPECT_THAT(with("[1, 2, 3, 4, 5, 6]"),
                HasSubstr("has a 'segmentation' with an element that is not a list of numbers; write [[x, y"));
    EXPECT_THAT(with("[[1, 2, null]]"),
                HasSubstr("has a 'segmentation' with an element that is not a list of numbers"));
    EXPECT_THAT(with("true"), HasSubstr("has 'segmentation' true; write"));
    EXPECT_THAT(with(R"({"counts": [20]})"),
                HasSubstr("bad_runs x.json:3 [5] annotation 5 has runs that cannot be read: size is not two integers"));
    EXPECT_THAT(with(R"({"size": [4, 5]})"), HasSubstr("counts are missing"));
    EXPECT_THAT(with(R"({"size": [4, 5], "counts": "5 "})"),
                HasSubstr("character 2 of the compressed counts is not one of"));
    EXPECT_THAT(with(R"({"size": [4, 5], "counts": [-1]})"),
                HasSubstr("counts are neither a string nor non-negative integers"));
}

TEST(Coco, a_missing_box_is_derived_from_the_outline) {
    const CocoFile file =
        parsed(R"({"images": [{"id": 1, "file_name": "a.png"}], "categories": [{"id": 0, "name": "a"}],
"annotations": [{"image_id": 1, "category_id": 0, "segmentation": [[1, 2, 5, 2, 5, 5]]}]})");
    EXPECT_EQ(findings_text(file.findings), "");
    const Instance& one = file.images.at(0).instances.at(0);
    EXPECT_EQ(one.id, -1);
    EXPECT_EQ(one.box, (Box{1, 2, 5, 5}));
    EXPECT_EQ(one.area, 6);
}

TEST(Coco, unusable_images_and_categories_are_reported) {
    const CocoFile file = parsed(R"({"images": [
{"id": 1}, {"file_name": "b.png"}, {"id": "x", "file_name": "c.png"}, {"id": 4, "file_name": "d.png", "width": -1}, 3],
"categories": [{"id": 0}, {"name": "a"}, {"id": 1, "name": "a"}, {"id": 1, "name": "b"}], "annotations": {}})");
    EXPECT_THAT(
        findings_text(file.findings),
        AllOf(HasSubstr("x.json:2 [1] image '1': it has no 'file_name'"), HasSubstr("image 'b.png': it has no 'id'"),
              HasSubstr("image 'c.png': 'id' is \"x\", must be an integer"),
              HasSubstr("image 'd.png': 'width' is -1, must be a positive integer"),
              HasSubstr("'images' contains 3, which is not an object"),
              HasSubstr("a category has no 'name' that is a string"),
              HasSubstr("a category has no 'id' that is an integer"),
              HasSubstr("duplicate_id x.json:3 [1] category id 1 is used twice, the second time by 'b'"),
              HasSubstr("'annotations' is not a list; write a list of objects")));
    EXPECT_THAT(file.images, testing::SizeIs(1)) << "an image of unknown size is still an image";
}

TEST(Coco, consequences_of_a_faulty_list_are_not_reported) {
    const char* const annotation = R"({"id": 5, "image_id": 1, "category_id": 1, "bbox": [1, 1, 2, 2]})";
    const auto codes = [&](const char* lists) {
        std::string text;
        for (const Finding& one : parsed(fmt::format(R"({{{}, "annotations": [{}]}})", lists, annotation)).findings) {
            if (one.severity == Severity::kFault) text += fmt::format("{} ", finding_code(one.kind));
        }
        return text;
    };
    const std::string images = R"("images": [{"id": 1, "file_name": "a.png", "width": 9, "height": 9}])";
    EXPECT_EQ(codes((images + R"(, "categories": [{"id": 2, "name": "a"}])").c_str()), "unknown_class ")
        << "the list is complete, so the annotation is wrong";
    EXPECT_EQ(codes((images + R"(, "categories": [{"id": "1", "name": "a"}])").c_str()), "bad_syntax ");
    EXPECT_EQ(codes(images.c_str()), "bad_syntax ") << "no list of categories";
    EXPECT_EQ(codes(R"("images": [{"id": 1}], "categories": [{"id": 1, "name": "a"}])"), "bad_syntax ");
}

TEST(Coco, invalid_json_is_reported) {
    for (const char* text : {"", "[]", "{", "{\"images\": [", "nonsense", "{\"images\": [{\"id\": 1 \"x\"}]}"})
        EXPECT_THAT(findings_text(parsed(text).findings), HasSubstr("bad_syntax x.json")) << text;
    EXPECT_THAT(findings_text(parsed("{\"images\": [],\n \"categories\": [").findings),
                HasSubstr("x.json:2 [] the file is not valid JSON at line 2, column 17: unexpected end of input"));
    EXPECT_THAT(findings_text(parsed("{\"images\": [{\"id\": 1 \"x\"}]}").findings),
                HasSubstr("the file is not valid JSON at line 1, column 24: unexpected string literal"));
    EXPECT_THAT(findings_text(parsed(std::string(kWhole).substr(0, 500)).findings),
                HasSubstr("the file is not valid JSON at line"));
    EXPECT_THAT(findings_text(parsed(std::string(kWhole) + "{}").findings),
                HasSubstr("there is text after the closing brace of the JSON"));
    EXPECT_THAT(findings_text(parsed("{}").findings),
                AllOf(HasSubstr("the file has no list 'images'; add it"), HasSubstr("no list 'categories'"),
                      HasSubstr("no list 'annotations'")));
    EXPECT_THAT(findings_text(parsed(R"({"images": [], "images": [], "categories": [], "annotations": []})").findings),
                HasSubstr("the list 'images' appears 2 times in the file; merge them; only the first was read"));
}

class CocoFolder : public testing::Test {
  protected:
    [[nodiscard]] Json config(const Json& more = Json::object()) const {
        Json full{{"type", "COCO"}, {"data_root", folder_.path().native()}};
        full.update(more);
        return full;
    }

    TempFolder folder_;
};

TEST_F(CocoFolder, default_paths_are_found) {
    write_text(folder_ / "annotations/instances_train.json", kWhole);
    write_png(folder_ / "images/train/a.png", gradient_image(5, 4));
    const ReadSet read = read_set(config()).value();
    EXPECT_EQ(read.set.task, Task::kInstance);
    EXPECT_EQ(read.set.path(read.set.images[0]), folder_ / "images/train/a.png");
    const auto dataset = open(config()).value();
    EXPECT_EQ(dataset->size(), 2);
    EXPECT_EQ(dataset->sample(0)->instances.size(), 2U);
    const auto missing = read_set(config(), Split::kVal);
    EXPECT_EQ(missing.error().code, Code::kNotFound);
    EXPECT_THAT(missing.error().message, HasSubstr("the val split has no annotation file: "));
}

TEST_F(CocoFolder, configured_paths_are_used) {
    write_text(folder_ / "标注 1/a b.json", kWhole);
    write_png(folder_ / "图 片/a.png", gradient_image(5, 4));
    for (const Json& prefix : {Json("图 片"), Json{{"img", "图 片/"}}}) {
        const Json section{{"ann_file", "标注 1/a b.json"}, {"data_prefix", prefix}};
        const ReadSet read = read_set(config({{"val", section}}), Split::kVal).value();
        EXPECT_TRUE(fs::equivalent(read.set.path(read.set.images[0]), folder_ / "图 片/a.png"));
        EXPECT_EQ(read_set(config(section)).value().set.images.size(), 2U) << "said for the set: the training split's";
    }
}

TEST_F(CocoFolder, the_folder_with_most_of_the_images_is_used) {
    Json document = Json::parse(kWhole);
    document["images"].clear(), document["annotations"].clear();
    for (int i = 0; i < 5; ++i)
        document["images"].push_back({{"id", i}, {"file_name", fmt::format("{}.png", i)}, {"width", 5}, {"height", 4}});
    write_text(folder_ / "annotations/instances_train.json", document.dump());
    for (int i = 1; i < 5; ++i) write_png(folder_ / fmt::format("train2017/{}.png", i), gradient_image(5, 4));
    write_png(folder_ / "images/train/3.png", gradient_image(5, 4));
    const ReadSet read = read_set(config()).value();
    EXPECT_EQ(read.set.path(read.set.images[0]), folder_ / "train2017/0.png") << "though it alone is missing";
    EXPECT_FALSE(has_faults(read.findings));
    fs::remove_all(folder_ / "train2017"), fs::remove_all(folder_ / "images");
    const ReadSet none = read_set(config()).value();
    EXPECT_EQ(none.set.path(none.set.images[0]), folder_ / "images/train/0.png") << "the first usual place";
}

TEST_F(CocoFolder, a_test_split_may_be_without_annotations) {
    write_text(folder_ / "annotations/image_info_test.json",
               R"({"images": [{"id": 1, "file_name": "a.png"}], "categories": [{"id": 0, "name": "a"}]})");
    write_png(folder_ / "images/test/a.png", gradient_image(5, 4));
    EXPECT_THAT(read_set(config(), Split::kTest).value().findings, IsEmpty());
}

TEST_F(CocoFolder, faults_of_the_paths_are_reported) {
    write_text(folder_ / "a.json", kWhole);
    EXPECT_THAT(findings_text(read_set(config({{"ann_file", "none.json"}})).value().findings),
                HasSubstr("missing_file none.json:0"));
    EXPECT_THAT(findings_text(read_set(config({{"ann_file", "a.json"}, {"num_classes", 80}})).value().findings),
                AllOf(HasSubstr("none of the first 2 listed files exists, starting with '"),
                      HasSubstr("the file lists 2 categories, num_classes is 80; correct num_classes or the file")));
    EXPECT_THAT(to_string(read_set(config({{"data_root", "/no/such"}})).error()),
                HasSubstr("dataset.data_root: there is no such folder; correct the path, found '/no/such'"));
    EXPECT_THAT(
        to_string(read_set(config({{"val", {{"data_prefix", 3}}}, {"train", {{"ann_fil", "x"}}}})).error()),
        AllOf(HasSubstr("dataset.val.data_prefix: must be a string, or a mapping with 'img' and 'mask', found 3"),
              HasSubstr("dataset.train.ann_fil")));
}

}  // namespace
}  // namespace goetia
