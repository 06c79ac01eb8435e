#include "datasets/splits/split_files.h"

#include <gmock/gmock.h>

#include "testkit/datasets.h"

namespace goetia {
namespace {

using namespace testkit;

const std::vector<Split> kHalves{Split::kTrain, Split::kVal};

AnnotatedSet two_pictures() {
    AnnotatedSet set;
    set.classes = {"a", "b"};
    set.roots = {"/data/图 像"};
    set.images.push_back({.name = "x y.png", .id = "1", .label = 0});
    set.images.push_back({.name = "z.png", .id = "22", .label = 1});
    return set;
}

TEST(SplitFiles, lists_classes_as_path_and_label) {
    EXPECT_EQ(split_files(two_pictures(), "ImageNet", kHalves).value(),
              (std::map<std::string, std::string>{
                  {"meta/classes.txt", "a\nb\n"}, {"meta/train.txt", "x y.png 0\n"}, {"meta/val.txt", "z.png 1\n"}}));
    AnnotatedSet several = two_pictures();
    several.roots = {"/data/图 像", "/other"};
    EXPECT_EQ(split_files(several, "ImageNet", kHalves)->at("meta/val.txt"), "/data/图 像/z.png 1\n")
        << "a list has no root";
}

TEST(SplitFiles, writes_a_table_where_there_are_numbers_or_subjects) {
    AnnotatedSet set = two_pictures();
    set.images[0].subject = "p,1";
    set.images[1].subject = "p2";
    EXPECT_EQ(split_files(set, "ImageNet", kHalves)->at("splits.csv"),
              "\xEF\xBB\xBFimage,label,subject,split\r\nx y.png,a,\"p,1\",train\r\nz.png,b,p2,val\r\n");
    set.task = Task::kRegression;
    set.targets = {"age"};
    set.images[0].values = {0.1};
    set.images[1].values = {25};
    EXPECT_EQ(split_files(set, "ImageNet", kHalves)->at("splits.csv"),
              "\xEF\xBB\xBFimage,age,subject,split\r\nx y.png,0.1,\"p,1\",train\r\nz.png,25,p2,val\r\n");
}

TEST(SplitFiles, what_it_writes_is_read_back_as_the_same_division) {
    const TempFolder folder;
    AnnotatedSet set = two_pictures();
    set.roots = {folder.path()};
    for (AnnotatedImage& image : set.images) {
        image.subject = "who " + image.name;
        write_text(folder / image.name, "");
    }
    write_text(folder / "splits.csv", split_files(set, "ImageNet", kHalves)->at("splits.csv"));
    const Json config{{"type", "Table"},
                      {"ann_file", (folder / "splits.csv").native()},
                      {"label_column", "label"},
                      {"subject_column", "subject"},
                      {"split_column", "split"}};
    EXPECT_EQ(open(config).value()->sample(0)->name, "x y.png");
    EXPECT_EQ(open(config, Split::kVal).value()->sample(0)->subject, "who z.png");
}

TEST(SplitFiles, divides_a_coco_file_and_keeps_extra_members) {
    const std::string document = R"({"info": {"a":1}, "images": [{"id": 1, "x": [1, 2]}, {"id": 22,"n":"]"}],
 "annotations": [{"image_id": 22, "id": 5, "bbox": [1.50, 2]}, {"id": 6, "image_id": 1}], "categories": [{"id":3}]})";
    const std::string part = part_of_coco(document, {"22"}).value();
    EXPECT_EQ(part,
              "{\"info\": {\"a\":1},\n\"images\": [\n{\"id\": 22,\"n\":\"]\"}],\n"
              "\"annotations\": [\n{\"image_id\": 22, \"id\": 5, \"bbox\": [1.50, 2]}],\n"
              "\"categories\": [{\"id\":3}]}\n");
    EXPECT_TRUE(Json::accept(part));
    EXPECT_EQ(part_of_coco("\xEF\xBB\xBF" + document, {"22"}).value(), part) << "a byte-order mark is ignored";
    EXPECT_EQ(part_of_coco(R"({"images": [{"id": 22.0}, {"id": "22"}]})", {"22"}).value(),
              "{\"images\": [\n{\"id\": 22.0}]}\n");
    EXPECT_THAT(part_of_coco("{\"images\": [{\"id\": 1]}", {"1"}).error().message,
                testing::StartsWith("the annotation file cannot be divided: "));
    const TempFolder folder;
    write_text(folder / "a.json", document);
    AnnotatedSet set = two_pictures();
    set.task = Task::kDetection;
    set.files = {folder / "a.json"};
    EXPECT_EQ(split_files(set, "COCO", kHalves)->at("val.json"), part);
    set.files.clear();
    EXPECT_EQ(split_files(set, "YOLO", kHalves)->at("val.txt"), "/data/图 像/z.png\n");
    EXPECT_EQ(split_files(set, "VOC", kHalves)->at("val.txt"), "22\n") << "as VOC calls it";
}

TEST(SplitCounts, count_images_classes_and_subjects) {
    AnnotatedSet set = two_pictures();
    EXPECT_EQ(split_counts(set, kHalves),
              Json::parse(R"({"splits": {"train": {"images": 1, "subjects": null, "classes": {"a": 1, "b": 0}},
                             "val": {"images": 1, "subjects": null, "classes": {"a": 0, "b": 1}}}, "subjects_in_two": 0})"));
    set.images[0].subject = set.images[1].subject = "p";
    EXPECT_EQ(split_counts(set, kHalves)["subjects_in_two"], 1);
}

}  // namespace
}  // namespace goetia
