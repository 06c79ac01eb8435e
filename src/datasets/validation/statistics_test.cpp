#include "datasets/validation/statistics.h"

#include <gmock/gmock.h>

namespace goetia {
namespace {

using testing::HasSubstr;

AnnotatedSet detection() {
    AnnotatedSet set{.task = Task::kDetection, .classes = {"cat", "dog", "eel"}};
    for (const int width : {100, 100, 300}) set.images.push_back({.name = "a", .width = width, .height = 200});
    set.images[0].instances = {{.label = 0, .box = {0, 0, 10, 10}, .crowd = true},
                               {.label = 0, .box = {0, 0, 50, 50}, .difficult = true},
                               {.label = 1, .box = {0, 0, 2, 2}, .area = 96 * 96}};
    set.images[1].instances = {{.label = 0, .box = {0, 0, 32, 32}}};
    return set;
}

TEST(Statistics, count_objects_by_class_and_area) {
    const SetStatistics found = statistics_of(detection());
    EXPECT_EQ(found.images, 3);
    EXPECT_EQ(found.annotations, 4);
    EXPECT_EQ(found.unlabelled, 1) << "an image without objects";
    EXPECT_EQ(found.classes[0].objects, 3);
    EXPECT_EQ(found.classes[0].images, 2);
    EXPECT_EQ(found.classes[2].objects, 0);
    EXPECT_EQ(found.areas.small, 1);
    EXPECT_EQ(found.areas.medium, 2) << "32 x 32 is no longer small";
    EXPECT_EQ(found.areas.large, 1) << "the annotated area goes before the box's";
    EXPECT_EQ(found.crowds, 1);
    EXPECT_EQ(found.difficult, 1);
    EXPECT_EQ(found.imbalance, 3) << "classes without any do not count";
    EXPECT_EQ(found.objects_per_image->max, 3);
    EXPECT_EQ(found.objects_per_image->median, 1);
    EXPECT_EQ((found.sizes.at({100, 200})), 2);
    EXPECT_DOUBLE_EQ(found.width->mean, 500.0 / 3);
}

TEST(Statistics, the_file_size_takes_precedence_over_the_annotated_one) {
    const std::vector<ImageInfo> pictures{{.state = ImageState::kIntact, .width = 7, .height = 5}, {}, {}};
    const SetStatistics found = statistics_of(detection(), pictures);
    EXPECT_EQ(found.width->min, 7);
    EXPECT_EQ(found.sizes.size(), 3U);
}

TEST(Statistics, values_and_subjects) {
    AnnotatedSet set{.task = Task::kRegression, .targets = {"age"}};
    set.images = {{.values = {20}, .subject = "ann"}, {.values = {60}, .subject = "ann"}, {.subject = "bob"}};
    const SetStatistics found = statistics_of(set);
    EXPECT_EQ(found.unlabelled, 1);
    EXPECT_EQ(found.subjects.at("ann"), 2);
    EXPECT_EQ(found.values[0]->mean, 40);
    const Json json = to_json(found, set);
    EXPECT_EQ(json["values"]["age"]["max"], 60);
    EXPECT_EQ(json["subjects"], 2);
    EXPECT_THAT(text_of(found, set), HasSubstr("  age         20 to 60, median 40\n"));
}

TEST(Statistics, masks_count_pixels) {
    AnnotatedSet set{.task = Task::kSemantic, .classes = {"sky", "road"}};
    set.images = {{.mask = "a.png"}, {.mask = "b.png"}};
    std::vector<MaskInfo> masks(2);
    masks[0].pixels[0] = 90, masks[0].pixels[255] = 10, masks[1].pixels[0] = 80, masks[1].pixels[1] = 17;
    const SetStatistics found = statistics_of(set, {}, masks);
    EXPECT_EQ(found.classes[0].pixels, 170);
    EXPECT_EQ(found.classes[1].pixels, 17);
    EXPECT_EQ(found.classes[1].images, 1);
    EXPECT_EQ(found.imbalance, 10);
    EXPECT_EQ(to_json(found, set)["classes"]["road"]["pixels"], 17);
}

TEST(Statistics, list_the_most_common_class_first) {
    const std::string text = text_of(statistics_of(detection()), detection());
    EXPECT_THAT(text, HasSubstr("  classes     3: cat 3, dog 1, eel 0\n"));
    EXPECT_THAT(text, HasSubstr("  imbalance   the most common class is 3 times as frequent as the rarest\n"));
    EXPECT_THAT(text, HasSubstr("  objects     4; per image 0 to 3, median 1; 1 small, 2 medium, 1 large\n"));
    EXPECT_THAT(text, HasSubstr("  sizes       2 different; width 100 to 300, median 100, height 200 to 200"));
}

TEST(Distribution, is_of_at_least_one_number) {
    EXPECT_FALSE(distribution_of({}));
    EXPECT_EQ(distribution_of({4, 1})->median, 2.5);
}

}  // namespace
}  // namespace goetia
