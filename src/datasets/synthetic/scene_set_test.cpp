#include "datasets/synthetic/scene_set.h"

#include <set>

#include <gmock/gmock.h>

#include "base/files.h"
#include "datasets/synthetic/common.h"
#include "datasets/synthetic/scene.h"
#include "imaging/decode/decode.h"
#include "testkit/datasets.h"

namespace goetia {
namespace {

using namespace testkit;

Json coco_of(const fs::path& folder, const std::string& split) {
    return Json::parse(read_file(folder / "annotations" / ("instances_" + split + ".json")).value());
}

class SceneSets : public testing::TestWithParam<Task> {};

TEST_P(SceneSets, the_same_plan_gives_the_same_bytes_on_any_number_of_threads) {
    const TempFolder folder;
    const ShapesPlan plan{.images = 16, .classes = 4, .size = 48, .seed = 5, .threads = 1};
    ShapesPlan many = plan, other = plan;
    many.threads = 5;
    other.seed = 6;
    ASSERT_TRUE(make_scenes(GetParam(), plan, folder / "one"));
    ASSERT_TRUE(make_scenes(GetParam(), many, folder / "two"));
    ASSERT_TRUE(make_scenes(GetParam(), other, folder / "three"));
    EXPECT_EQ(files_of(folder / "one"), files_of(folder / "two"));
    EXPECT_NE(files_of(folder / "one"), files_of(folder / "three"));
}

TEST_P(SceneSets, a_stop_leaves_nothing) {
    const TempFolder folder;
    StopToken stop;
    const auto made = make_scenes(
        GetParam(), {.images = 200, .classes = 4, .size = 64}, folder / "set",
        [&](std::int64_t, std::int64_t) { stop.request_stop(); }, stop);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, Code::kCancelled);
    EXPECT_TRUE(fs::is_empty(folder.path()));
}

INSTANTIATE_TEST_SUITE_P(Tasks, SceneSets, testing::Values(Task::kDetection, Task::kInstance, Task::kSemantic),
                         [](const auto& told) { return std::string(task_name(told.param)); });

TEST(SceneSet, coco_files_list_every_image_and_number_from_one) {
    const TempFolder folder;
    const SplitSizes made =
        make_scenes(Task::kInstance, {.images = 60, .classes = 3, .size = 64}, folder / "s").value();
    EXPECT_EQ(made.train + made.val, 60);
    std::set<int> labels;
    for (const std::string split : {"train", "val"}) {
        const Json coco = coco_of(folder / "s", split);
        EXPECT_EQ(static_cast<std::int64_t>(coco["images"].size()), split == "val" ? made.val : made.train);
        EXPECT_EQ(coco["categories"].size(), 3U);
        EXPECT_EQ(coco["categories"][0]["name"], "circle");
        int id = 0;
        for (const Json& one : coco["annotations"]) {
            EXPECT_EQ(one["id"], ++id);
            EXPECT_TRUE(one.contains("segmentation"));
            EXPECT_EQ(one["iscrowd"] == 1 || one["segmentation"].is_array() || one["segmentation"].is_object(), true);
            labels.insert(one["category_id"].get<int>());
        }
        for (const Json& image : coco["images"])
            EXPECT_TRUE(fs::exists(folder / "s" / "images" / split / image["file_name"].get<std::string>()));
    }
    EXPECT_THAT(labels, testing::ElementsAre(1, 2, 3));
}

// A single outline would make it an instance set in which all other objects lack theirs.
TEST(SceneSet, detection_has_boxes_alone_and_crowds_among_them) {
    const TempFolder folder;
    ASSERT_TRUE(make_scenes(Task::kDetection, {.images = 80, .classes = 2, .size = 64, .threads = 2}, folder / "s"));
    int crowds = 0, singles = 0;
    const Json coco = coco_of(folder / "s", "train");
    for (const Json& one : coco["annotations"]) {
        EXPECT_FALSE(one.contains("segmentation"));
        EXPECT_EQ(one["area"], one["bbox"][2].get<int>() * one["bbox"][3].get<int>());
        ++(one["iscrowd"] == 1 ? crowds : singles);
    }
    EXPECT_GT(crowds, 0);
    EXPECT_GT(singles, 60);
}

TEST(SceneSet, masks_hold_the_classes_with_the_background_first) {
    const TempFolder folder;
    ASSERT_TRUE(make_scenes(Task::kSemantic, {.images = 12, .classes = 4, .size = 32, .png = true}, folder / "s"));
    EXPECT_EQ(read_file(folder / "s" / "classes.txt").value(), "background\ncircle\nsquare\ntriangle\n");
    std::set<int> values;
    for (const auto& entry : fs::directory_iterator(folder / "s" / "masks/train")) {
        const Image mask = read_image(entry.path()).value();  // grey as RGB: three equal channels
        for (const std::uint8_t value : mask.pixels) values.insert(value);
        EXPECT_TRUE(fs::exists(folder / "s" / "images/train" / entry.path().filename()));
    }
    EXPECT_THAT(values, testing::ElementsAre(0, 1, 2, 3));
}

TEST(SceneSet, faults_of_the_plan_are_reported_together) {
    const auto made = make_scenes(Task::kSemantic, {.images = 3, .classes = 18, .size = 8}, "/nowhere");
    ASSERT_FALSE(made);
    EXPECT_THAT(to_string(made.error()),
                testing::AllOf(testing::HasSubstr("classes: there are not enough shapes, found 18 (allowed: 2 to 17)"),
                               testing::HasSubstr("size: out of range, found 8 (allowed: 16 to 4096)")));
}

// Annotations match the visible pixels: the pixels of an object are nearly of one colour and differ from the background
// next to them.
TEST(Scene, the_annotated_pixels_are_the_painted_ones) {
    const SceneOptions options{.kinds = sorted_kinds(4), .size = 96, .first = 1, .crowds = false};
    for (std::uint64_t sample = 0; sample < 8; ++sample) {
        Random random({.seed = 2, .sample = sample});
        const Scene scene = draw_scene(options, random);
        ASSERT_FALSE(scene.objects.empty());
        EXPECT_EQ(scene.objects[0].label, 1);
        const auto mean_of = [&](std::int16_t region) {
            double sum = 0;
            std::int64_t count = 0;
            for (std::size_t i = 0; i < scene.visible.owner.size(); ++i) {
                if (scene.visible.owner[i] != region) continue;
                for (std::size_t c = 0; c < 3; ++c) sum += scene.image.pixels[3 * i + c];
                ++count;
            }
            return sum / static_cast<double>(count);
        };
        const double ground = mean_of(RegionMap::kNoRegion);
        for (std::size_t i = 0; i < scene.objects.size(); ++i)
            EXPECT_GT(mean_of(static_cast<std::int16_t>(i)), ground + 120) << "sample " << sample << " object " << i;
    }
}

TEST(Scene, overlapping_objects_share_no_pixel_and_hide_one_another_in_part) {
    const SceneOptions options{.kinds = sorted_kinds(3), .size = 64};
    int touching = 0;
    for (std::uint64_t sample = 0; sample < 40; ++sample) {
        Random random({.seed = 9, .sample = sample});
        const Scene scene = draw_scene(options, random);
        std::int64_t covered = 0;
        for (std::size_t i = 0; i < scene.objects.size(); ++i)
            covered += count_pixels(scene.visible, static_cast<std::int16_t>(i));
        EXPECT_EQ(covered + count_pixels(scene.visible, RegionMap::kNoRegion), 64 * 64);
        for (int y = 0; y < 64; ++y) {
            for (int x = 1; x < 64; ++x) {
                const auto a = scene.visible.at(x - 1, y), b = scene.visible.at(x, y);
                if (a != b && a != RegionMap::kNoRegion && b != RegionMap::kNoRegion) ++touching;
            }
        }
    }
    EXPECT_GT(touching, 40);
}

}  // namespace
}  // namespace goetia
