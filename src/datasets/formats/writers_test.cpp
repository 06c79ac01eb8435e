// Written sets are read back the same, except for what the format cannot store, which is counted.
#include <gmock/gmock.h>

#include "datasets/formats/lost_fields.h"
#include "datasets/formats/writer_support.h"
#include "testkit/datasets.h"

namespace goetia {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;
using namespace testkit;

Instance numbered_object(std::int64_t id, std::int64_t label, Box box) {
    Instance one;
    one.id = id;
    one.label = label;
    one.box = box;
    one.area = box.area();
    return one;
}

class Writers : public testing::Test {
  protected:
    Writers() {
        write_png(folder_ / "in/图 1.png", gradient_image(40, 30));
        write_png(folder_ / "in/b.png", gradient_image(20, 20));
        write_png(folder_ / "in/b.jpg", gradient_image(20, 20));
        set_.task = Task::kDetection;
        set_.classes = {"猫", "dog & \"co\": <x>"};
        set_.class_ids = {7, 3};
        set_.roots = {folder_ / "in"};
        for (const char* name : {"图 1.png", "b.png", "b.jpg"}) {
            AnnotatedImage image;
            image.name = name;
            image.id = std::to_string(10 + set_.images.size());
            image.width = set_.images.empty() ? 40 : 0;
            image.height = set_.images.empty() ? 30 : 0;
            set_.images.push_back(image);
        }
        set_.images[0].instances = {numbered_object(5, 1, {1, 2, 11, 12}),
                                    numbered_object(6, 0, {0.25F, 0.5F, 40, 30})};
        set_.images[1].instances = {numbered_object(9, 0, {1.1F, 2.2F, 5.3F, 7.9F})};
        set_.images[0].instances[0].difficult = true;
        set_.images[1].instances[0].crowd = true;
    }

    // Written as `format` and read again.
    ReadSet again(const std::string& format, const AnnotatedSet& set, LostCounts* lost = nullptr) {
        const fs::path out = folder_ / ("out" + std::to_string(++written_));
        const auto done = builtin_writers().at(format)(set, {.folder = out});
        EXPECT_TRUE(done) << to_string(done.error());
        if (lost != nullptr) *lost = *done;
        auto read = read_set({{"type", format}, {"data_root", out.native()}});
        EXPECT_TRUE(read) << to_string(read.error());
        EXPECT_FALSE(has_faults(read->findings)) << findings_text(read->findings);
        for (const AnnotatedImage& image : read->set.images)
            EXPECT_TRUE(fs::exists(read->set.path(image))) << image.name;
        return read.value();
    }
    // The images sorted by name, as formats list them; objects sorted by box.
    static std::vector<std::vector<Instance>> objects(const AnnotatedSet& set) {
        std::map<std::string, std::vector<Instance>> sorted;
        for (const AnnotatedImage& image : set.images)
            sorted[fs::path(image.name).filename().native()] = image.instances;
        std::vector<std::vector<Instance>> all;
        for (auto& [name, list] : sorted) all.push_back(std::move(list));
        return all;
    }
    static void expect_near(const Box& a, const Box& b, float within) {
        EXPECT_NEAR(a.x1, b.x1, within);
        EXPECT_NEAR(a.y1, b.y1, within);
        EXPECT_NEAR(a.x2, b.x2, within);
        EXPECT_NEAR(a.y2, b.y2, within);
    }

    TempFolder folder_;
    AnnotatedSet set_;
    int written_ = 0;
};

TEST_F(Writers, coco_keeps_all_of_an_instance_set) {
    set_.task = Task::kInstance;
    Instance &cat = set_.images[0].instances[1], &crowd = set_.images[1].instances[0];
    cat.polygons = {{0.1F, 0.25F, 39.99F, 1, 20, 30}, {1, 1, 2, 1, 2, 2}};
    cat.area = 123.4;
    cat.key_points = {{1.5, 2, 2}, {0, 0, 0}};
    crowd.mask = Rle{20, 20, {22, 5, 373}};
    set_.images[0].instances[0].difficult = false;
    LostCounts lost;
    const ReadSet read = again("COCO", set_, &lost);
    EXPECT_TRUE(lost.empty());
    EXPECT_EQ(read.set.task, Task::kInstance);
    EXPECT_EQ(read.set.classes, set_.classes);
    EXPECT_EQ(read.set.class_ids, set_.class_ids);
    ASSERT_EQ(read.set.images.size(), 3U);
    EXPECT_EQ(read.set.images[1].width, 20) << "from the image file if the set does not have it";
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(read.set.images[i].id, set_.images[i].id);
        ASSERT_EQ(read.set.images[i].instances.size(), set_.images[i].instances.size());
        for (std::size_t k = 0; k < set_.images[i].instances.size(); ++k) {
            const Instance &a = set_.images[i].instances[k], &b = read.set.images[i].instances[k];
            EXPECT_EQ(a.id, b.id);
            EXPECT_EQ(a.label, b.label);
            EXPECT_EQ(a.polygons, b.polygons);
            EXPECT_EQ(a.mask, b.mask);
            EXPECT_EQ(a.key_points, b.key_points);
            EXPECT_EQ(a.crowd, b.crowd);
            EXPECT_NEAR(a.area, b.area, 1e-4);
            expect_near(a.box, b.box, 1e-4F);
        }
    }
}

TEST_F(Writers, coco_to_voc_to_coco_loses_only_what_voc_cannot_store) {
    LostCounts lost;
    const ReadSet voc = again("VOC", set_, &lost);
    EXPECT_THAT(lost, UnorderedElementsAre(Pair("image numbers", 3), Pair("annotation numbers", 3),
                                           Pair("class numbers", 2), Pair("crowd marks", 1),
                                           Pair("parts of a pixel", 2), Pair("names of pictures (renamed)", 1)));
    const ReadSet back = again("COCO", voc.set);
    EXPECT_EQ(back.set.classes, set_.classes);
    const auto before = objects(set_), after = objects(back.set);
    ASSERT_EQ(after.size(), 3U);
    std::size_t seen = 0;
    for (const auto& list : after) seen += list.size();
    EXPECT_EQ(seen, 3U);
    const Instance& dog = back.set.images[0].instances.at(0);
    EXPECT_EQ(voc.set.images[0].instances[0].difficult, true);
    EXPECT_EQ(dog.label, 1);
    EXPECT_EQ(dog.box, (Box{1, 2, 11, 12})) << "whole pixels stay";
    expect_near(back.set.images[0].instances.at(1).box, {0.25F, 0.5F, 40, 30}, 0.5F);
}

TEST_F(Writers, coco_to_yolo_to_coco_loses_only_what_yolo_cannot_store) {
    set_.task = Task::kInstance;
    Instance& cat = set_.images[0].instances[1];
    cat.polygons = {{1, 1, 10, 1, 10, 10, 1, 10}, {20, 20, 20, 28, 30, 28, 30, 20}};
    cat.area = 161;
    cat.box = {1, 1, 30, 28};
    LostCounts lost;
    const ReadSet yolo = again("YOLO", set_, &lost);
    EXPECT_THAT(lost, UnorderedElementsAre(Pair("image numbers", 3), Pair("annotation numbers", 3),
                                           Pair("class numbers", 2), Pair("crowd marks", 1), Pair("difficult marks", 1),
                                           Pair("names of pictures (renamed)", 1),
                                           Pair("parting of outlines (written as one line)", 1)));
    const ReadSet back = again("COCO", yolo.set);
    EXPECT_EQ(back.set.classes, set_.classes);
    const auto found =
        std::ranges::find_if(back.set.images, [](const AnnotatedImage& image) { return image.width == 40; });
    ASSERT_NE(found, back.set.images.end());
    expect_near(found->instances.at(0).box, {1, 2, 11, 12}, 1e-4F);
    const Instance& same = found->instances.at(1);
    EXPECT_EQ(same.label, 0);
    expect_near(same.box, cat.box, 1e-4F);
    EXPECT_NEAR(same.area, 161, 1e-2) << "nothing lies between the parts";
}

TEST_F(Writers, classification_and_masks_are_read_back) {
    AnnotatedSet set;
    set.classes = {"ant", "猫 b"};
    set.roots = {folder_ / "in"};
    for (const char* name : {"图 1.png", "b.png"}) {
        AnnotatedImage image;
        image.name = name;
        image.label = static_cast<std::int64_t>(set.images.size());
        set.images.push_back(image);
    }
    LostCounts lost;
    const ReadSet folders = again("ImageFolder", set, &lost);
    EXPECT_TRUE(lost.empty());
    EXPECT_EQ(folders.set.classes, set.classes);
    EXPECT_EQ(folders.set.images.at(1).name, "猫 b/b.png");
    EXPECT_EQ(folders.set.images[1].label, 1);
    set.task = Task::kSemantic;
    for (AnnotatedImage& image : set.images) {
        image.label = -1;
        image.mask = folder_ / "in/b.png";
    }
    EXPECT_EQ(again("SemanticMasks", set, &lost).set.images.size(), 2U);
    EXPECT_TRUE(lost.empty());
}

TEST_F(Writers, tables_are_read_back) {
    AnnotatedSet set;
    set.task = Task::kRegression;
    set.targets = {"age", "height, \"cm\""};
    set.roots = {folder_ / "in"};
    for (const char* name : {"图 1.png", "b.png"})
        set.images.push_back({.name = name, .values = {1.25, -3e-7}, .subject = "a,b"});
    const fs::path out = folder_ / "table";
    EXPECT_TRUE(builtin_writers().at("Table")(set, {.folder = out}).value().empty());
    const Json config = {{"type", "Table"},
                         {"data_root", out.native()},
                         {"image_dir", "images"},
                         {"train", {{"ann_file", "train.csv"}}},
                         {"subject_column", "subject"},
                         {"target_columns", set.targets}};
    const ReadSet numbers = read_set(config).value();
    EXPECT_EQ(findings_text(numbers.findings), "");
    ASSERT_EQ(numbers.set.images.size(), 2U);
    EXPECT_EQ(numbers.set.images[0].values, set.images[0].values);
    EXPECT_EQ(numbers.set.images[1].subject, "a,b");
    EXPECT_TRUE(fs::exists(numbers.set.path(numbers.set.images[0])));

    set.task = Task::kClassification;
    set.classes = {"ant", "猫 b"};
    set.images[1].label = 1, set.images[0].label = 0;
    const fs::path labels = folder_ / "labels";
    EXPECT_EQ(builtin_writers().at("Table")(set, {.folder = labels}).value().size(), 1U) << "the numbers are lost";
    const ReadSet classes = read_set({{"type", "Table"},
                                      {"data_root", labels.native()},
                                      {"image_dir", "images"},
                                      {"train", {{"ann_file", "train.csv"}}},
                                      {"classes_file", "classes.txt"},
                                      {"label_column", "label"}})
                                .value();
    EXPECT_EQ(classes.set.classes, set.classes);
    EXPECT_EQ(classes.set.images.at(1).label, 1);
}

TEST_F(Writers, images_may_be_linked_or_left) {
    const fs::path out = folder_ / "linked";
    ASSERT_TRUE(builtin_writers().at("VOC")(set_, {.folder = out, .transfer = FileTransfer::kLink}));
    EXPECT_TRUE(fs::equivalent(out / "JPEGImages/b.png", folder_ / "in/b.png"));
    EXPECT_THAT(image_names(set_, {}).names, ElementsAre("图 1.png", "b.png", "b.jpg"));
    const ImageNames own_stems = image_names(set_, {.own_stems = true});
    EXPECT_THAT(own_stems.names, ElementsAre("图 1.png", "b.png", "b_2.jpg")) << "labels are named after the stem";
    EXPECT_EQ(own_stems.renamed, 1);
    ASSERT_TRUE(builtin_writers().at("COCO")(set_, {.folder = folder_ / "left", .transfer = FileTransfer::kNone}));
    const ReadSet left = read_set({{"type", "COCO"}, {"data_root", (folder_ / "left").native()}}).value();
    EXPECT_EQ(left.set.path(left.set.images[1]), folder_ / "in/b.png");
    EXPECT_EQ(
        builtin_writers().at("YOLO")(set_, {.folder = folder_ / "no", .transfer = FileTransfer::kNone}).error().message,
        "'YOLO' finds the labels of an image by its path; copy or link the images");
}

TEST_F(Writers, report_progress) {
    for (const char* format : {"COCO", "VOC", "YOLO"}) {
        std::vector<std::int64_t> steps;
        const auto reported = [&](std::int64_t done, std::int64_t all) {
            EXPECT_EQ(all, 3);
            steps.push_back(done);
        };
        ASSERT_TRUE(builtin_writers().at(format)(set_, {.folder = folder_ / format, .on_progress = reported}));
        EXPECT_THAT(steps, ElementsAre(1, 2, 3)) << format;
    }
}

TEST_F(Writers, unsupported_tasks_are_refused) {
    EXPECT_EQ(builtin_writers().at("ImageFolder")(set_, {.folder = folder_ / "no"}).error().message,
              "'ImageFolder' stores sets for classification, this one is for detection");
    ASSERT_TRUE(builtin_writers().at("COCO")(set_, {.folder = folder_ / "twice"}));
    EXPECT_THAT(builtin_writers().at("COCO")(set_, {.folder = folder_ / "twice"}).error().message,
                HasSubstr("instances_train.json' already exists; choose an empty folder"));
}

}  // namespace
}  // namespace goetia
