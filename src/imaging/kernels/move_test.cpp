#include "imaging/kernels/move.h"

#include "imaging/kernels/runs.h"
#include "imaging/kernels/warp.h"
#include "testkit/images.h"

namespace goetia {
namespace {

using namespace testkit;

Instance boxed(Box box) {
    Instance one;
    one.box = box;
    one.area = box.area();
    return one;
}

Instance outlined(const Polygon& outline) {
    Instance one;
    one.polygons = {outline};
    one.area = polygon_area(outline);
    return one;
}

Sample with(std::vector<Instance> instances) {
    Sample sample;
    sample.instances = std::move(instances);
    return sample;
}

TEST(MoveAnnotations, a_crop_cuts_boxes_and_drops_what_is_outside) {
    Sample sample = with({boxed({10, 10, 30, 20}), boxed({0, 0, 5, 5}), boxed({39.5F, 10, 60, 20})});
    move_annotations(sample, crop_motion({.top = 5, .left = 20, .height = 20, .width = 20}));
    ASSERT_EQ(sample.instances.size(), 1U) << "one is outside, half a pixel of another remains";
    EXPECT_EQ(sample.instances[0].box, (Box{0, 5, 10, 15}));
    EXPECT_DOUBLE_EQ(sample.instances[0].area, 100) << "half of it";
}

TEST(MoveAnnotations, an_object_whose_polygons_left_the_image_is_dropped) {
    Instance corner = outlined({0, 0, 30, 0, 0, 30});
    corner.box = {0, 0, 30, 30};
    Sample sample = with({corner});
    move_annotations(sample, crop_motion({.top = 20, .left = 20, .height = 10, .width = 10}));
    EXPECT_TRUE(sample.instances.empty());
}

TEST(MoveAnnotations, polygons_are_clipped_at_the_edge) {
    Instance square = outlined({-10, -10, 10, -10, 10, 10, -10, 10});
    square.area = 200;  // as an annotation may say
    Sample sample = with({square});
    move_annotations(sample, crop_motion({.top = 0, .left = 0, .height = 50, .width = 50}));
    ASSERT_EQ(sample.instances.size(), 1U);
    EXPECT_DOUBLE_EQ(polygon_area(sample.instances[0].polygons[0]), 100);
    EXPECT_DOUBLE_EQ(sample.instances[0].area, 50) << "the annotated area shrinks with the polygon";
    EXPECT_EQ(sample.instances[0].box, (Box{0, 0, 10, 10}));
}

TEST(MoveAnnotations, masks_move_like_images) {
    Image bitmap{4, 3, 1, {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0}};
    Instance one;
    one.mask = runs_of(bitmap);
    one.box = box_of(bitmap);
    one.area = 3;
    Sample sample = with({one});
    move_annotations(sample, flip_motion(4, 3, true));
    EXPECT_EQ(bitmap_of(*sample.instances[0].mask).pixels,
              (std::vector<std::uint8_t>{0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0}));
    EXPECT_EQ(sample.instances[0].box, (Box{1, 0, 3, 2}));
    move_annotations(sample, resize_motion(4, 3, 8, 6));
    EXPECT_EQ(sample.instances[0].mask->width, 8);
    EXPECT_DOUBLE_EQ(sample.instances[0].area, 12);
    move_annotations(sample, pad_motion(8, 6, {1, 0, 0, 2}, PaddingMode::kConstant));
    EXPECT_EQ(sample.instances[0].mask->height, 8);
    EXPECT_DOUBLE_EQ(sample.instances[0].area, 12);
}

TEST(MoveAnnotations, a_mirror_swaps_left_and_right_key_points) {
    Instance face = boxed({0, 0, 10, 10});
    face.key_points = {{2, 3, 2}, {8, 4, 1}, {5, 6, 2}, {0, 0, 0}};
    Sample sample = with({face});
    move_annotations(sample, flip_motion(10, 10, true), {{0, 1}});
    EXPECT_EQ(sample.instances[0].key_points, (std::vector<KeyPoint>{{2, 4, 1}, {8, 3, 2}, {5, 6, 2}, {0, 0, 0}}));
    move_annotations(sample, crop_motion({.top = 0, .left = 0, .height = 10, .width = 6}), {{0, 1}});
    EXPECT_EQ(sample.instances[0].key_points[1], (KeyPoint{0, 0, 0})) << "outside: no longer labelled";
    EXPECT_EQ(sample.instances[0].key_points[0], (KeyPoint{2, 4, 1})) << "a crop swaps nothing";
}

TEST(MoveAnnotations, a_mirror_keeps_the_key_points_of_every_edge) {
    const std::vector<KeyPoint> corners{{0, 0, 2}, {100, 0, 1}, {0, 80, 2}, {100, 80, 2}, {50, 0, 2}, {0, 40, 2}};
    for (const bool horizontal : {true, false}) {
        Instance face = boxed({0, 0, 100, 80});
        face.key_points = corners;
        Sample sample = with({face});
        move_annotations(sample, flip_motion(100, 80, horizontal));
        EXPECT_EQ(sample.instances[0].key_points[0], horizontal ? (KeyPoint{100, 0, 2}) : (KeyPoint{0, 80, 2}));
        move_annotations(sample, flip_motion(100, 80, horizontal));
        EXPECT_EQ(sample.instances[0].key_points, corners) << "two flips change nothing";
    }
}

TEST(MoveAnnotations, an_object_of_key_points_alone_is_kept_while_one_is_visible) {
    Instance points;
    points.key_points = {{2, 3, 2}, {8, 4, 2}};
    Sample sample = with({points});
    move_annotations(sample, crop_motion({.top = 0, .left = 0, .height = 5, .width = 5}));
    EXPECT_EQ(sample.instances.size(), 1U);
    move_annotations(sample, crop_motion({.top = 4, .left = 4, .height = 1, .width = 1}));
    EXPECT_TRUE(sample.instances.empty());
}

TEST(MoveAnnotations, a_rotated_box_is_the_box_around_its_corners_or_its_polygons) {
    Instance diamond = outlined({50, 30, 70, 50, 50, 70, 30, 50});
    diamond.box = {30, 30, 70, 70};
    Sample sample = with({boxed({30, 30, 70, 70}), diamond});
    move_annotations(sample, warp_motion(turn_about(50, 50, 45), 100, 100));
    EXPECT_NEAR(sample.instances[0].box.x1, 50 - 20 * std::sqrt(2.0), 1e-4);
    EXPECT_NEAR(sample.instances[1].box.x1, 50 - 10 * std::sqrt(2.0), 1e-4);
    EXPECT_NEAR(sample.instances[1].area, 800, 1e-2);
}

TEST(MoveAnnotations, the_semantic_mask_is_ignored_where_there_was_no_image) {
    Sample sample;
    sample.mask = {2, 1, 1, {3, 4}};
    move_annotations(sample, pad_motion(2, 1, {1, 0, 0, 1}, PaddingMode::kConstant));
    EXPECT_EQ(sample.mask.pixels, (std::vector<std::uint8_t>{255, 3, 4, 255, 255, 255}));
    move_annotations(sample, resize_motion(3, 2, 6, 2));
    EXPECT_EQ(sample.mask.pixels, (std::vector<std::uint8_t>{255, 255, 3, 3, 4, 4, 255, 255, 255, 255, 255, 255}));
}

TEST(PointMap, an_inverse_leads_back) {
    const PointMap map{{1.2, 0.1, 5, -0.2, 0.9, 3, 0.001, -0.002, 1}};
    const PixelPoint there = map({12, 34}), back = map.inverse()(there), through = map.then(map.inverse())({7, 8});
    EXPECT_NEAR(back.x, 12, 1e-9);
    EXPECT_NEAR(back.y, 34, 1e-9);
    EXPECT_NEAR(through.x, 7, 1e-9);
    const PointMap corners =
        through_corners({{{0, 0}, {10, 0}, {10, 10}, {0, 10}}}, {{{1, 2}, {9, 1}, {8, 9}, {0, 7}}});
    EXPECT_NEAR(corners({9, 1}).x, 10, 1e-9);
    EXPECT_NEAR(corners({8, 9}).y, 10, 1e-9);
}

TEST(ClippedOutline, a_shape_around_the_image_becomes_the_image) {
    EXPECT_DOUBLE_EQ(polygon_area(clipped({-5, -5, 50, -5, 50, 50, -5, 50}, 20, 10)), 200);
    EXPECT_TRUE(clipped({30, 30, 40, 30, 40, 40}, 20, 10).empty());
    EXPECT_TRUE(clipped({1, 1, 2, 2}, 20, 10).empty()) << "two points are not a shape";
    EXPECT_TRUE(clipped({}, 20, 10).empty());
}

}  // namespace
}  // namespace goetia
