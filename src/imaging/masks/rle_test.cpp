#include "imaging/masks/rle.h"

#include <gmock/gmock.h>

#include "base/random.h"

namespace goetia {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

Rle random_mask(Random& random, int height, int width) {
    Bytes rows(static_cast<std::size_t>(height) * width);
    const double share = random.uniform();
    for (auto& pixel : rows) pixel = random.chance(share) ? 1 : 0;
    return encode_runs(rows, height, width);
}

TEST(Rle, runs_go_down_the_columns) {
    const Bytes rows{0, 0, 0, 0, 0,   //
                     0, 1, 1, 1, 0,   //
                     0, 1, 1, 1, 0,   //
                     0, 0, 0, 0, 0};  //
    const Rle runs = encode_runs(rows, 4, 5);
    EXPECT_THAT(runs.counts, ElementsAre(5, 2, 2, 2, 2, 2, 5));
    EXPECT_EQ(decode_runs(runs), rows);
    EXPECT_EQ(area_of(runs), 6);
    EXPECT_EQ(box_of(runs), (Box{1, 1, 4, 3}));
    EXPECT_EQ(compress_counts(runs.counts), "5220003");
}

TEST(Rle, full_and_empty_masks) {
    const Rle full = encode_runs(Bytes(20, 1), 4, 5), empty = encode_runs(Bytes(20, 0), 4, 5);
    EXPECT_THAT(full.counts, ElementsAre(0, 20));
    EXPECT_THAT(empty.counts, ElementsAre(20));
    EXPECT_EQ(compress_counts(full.counts), "0d0");
    EXPECT_EQ(compress_counts(empty.counts), "d0");
    EXPECT_EQ(box_of(full), (Box{0, 0, 5, 4}));
    EXPECT_EQ(box_of(empty), Box{});
    EXPECT_EQ(*iou_of(full, empty, false), 0);
    EXPECT_THAT(runs_of_polygons({}, 4, 5)->counts, ElementsAre(20));
}

TEST(Rle, what_is_encoded_comes_back) {
    for (std::uint64_t i = 0; i < 300; ++i) {
        Random random({.seed = 1, .sample = i});
        const Rle runs =
            random_mask(random, static_cast<int>(random.between(1, 40)), static_cast<int>(random.between(1, 40)));
        EXPECT_TRUE(check_runs(runs));
        EXPECT_EQ(encode_runs(decode_runs(runs), runs.height, runs.width), runs);
        EXPECT_EQ(*expand_counts(compress_counts(runs.counts)), runs.counts);
    }
}

TEST(Rle, merging_and_overlap_are_those_of_the_pixels) {
    for (std::uint64_t i = 0; i < 100; ++i) {
        Random random({.seed = 2, .sample = i});
        const Rle a = random_mask(random, 9, 7), b = random_mask(random, 9, 7);
        const Bytes in_a = decode_runs(a), in_b = decode_runs(b);
        Bytes both(in_a.size()), either(in_a.size());
        int inter = 0, area = 0, all = 0;
        for (std::size_t k = 0; k < in_a.size(); ++k) {
            inter += both[k] = in_a[k] & in_b[k];
            all += either[k] = in_a[k] | in_b[k];
            area += in_a[k];
        }
        EXPECT_EQ(*merge_runs(std::vector{a, b}, Merge::kUnion), encode_runs(either, 9, 7));
        EXPECT_EQ(*merge_runs(std::vector{a, b}, Merge::kIntersection), encode_runs(both, 9, 7));
        EXPECT_DOUBLE_EQ(*iou_of(a, b, false), inter == 0 ? 0 : double(inter) / all);
        EXPECT_DOUBLE_EQ(*iou_of(a, b, true), inter == 0 ? 0 : double(inter) / area);
    }
}

TEST(Rle, an_outline_is_filled_by_cocos_rule) {
    const Polygon square{1, 1, 3, 1, 3, 3, 1, 3};
    const Rle runs = runs_of_polygon(square, 4, 5).value();
    EXPECT_EQ(compress_counts(runs.counts), "52207");
    EXPECT_EQ(area_of(runs), 4);
    const std::vector<Polygon> parts{square, {3, 1, 5, 1, 5, 3, 3, 3}};
    EXPECT_EQ(area_of(*runs_of_polygons(parts, 4, 5)), 8);
    EXPECT_EQ(area_of(*runs_of_polygon(Polygon{-10, -10, 20, -10, 20, 20, -10, 20}, 4, 5)), 20)
        << "clipped to the image";
}

TEST(Rle, a_float_stands_for_the_decimal_that_was_written) {
    const std::vector<double> exact{0.1, 0.1, 8.3, 0.1, 8.3, 7.9, 0.1, 7.9};
    EXPECT_EQ(*runs_of_polygon(Polygon(exact.begin(), exact.end()), 10, 10), *runs_of_polygon(exact, 10, 10));
}

TEST(Rle, impossible_masks_are_refused) {
    EXPECT_EQ(check_runs({4, 5, {5, 2, 12}}).error().message,
              "the runs cover 19 pixels, a mask of 4 x 5 (height x width) has 20");
    EXPECT_FALSE(check_runs({-1, -20, {20}}));
    EXPECT_EQ(expand_counts("5o").error().message, "the compressed counts end in the middle of a count");
    EXPECT_EQ(expand_counts("5 ").error().message, "character 2 of the compressed counts is not one of '0' to 'o'");
    EXPECT_EQ(expand_counts("O").error().message,
              "count 0 of the compressed counts is -1, which is not a number of pixels");
    EXPECT_EQ(expand_counts("PPPPPPPP0").error().message, "count 0 of the compressed counts has too many characters");
    EXPECT_THAT(runs_of_polygon(Polygon{1e30F, 0, 1, 1, 2, 2}, 4, 5).error().message,
                HasSubstr("allowed are numbers up to 100000000"));
    Polygon endless;
    for (int i = 0; i < 8; ++i) endless.insert(endless.end(), {i % 2 == 0 ? 0.F : 9e7F, 0});
    EXPECT_THAT(runs_of_polygon(endless, 4, 5).error().message, HasSubstr("pixels long"));
    EXPECT_EQ(iou_of({4, 5, {20}}, {5, 4, {20}}, false).error().message,
              "masks of different sizes cannot be combined, found 4 x 5 and 5 x 4 (height x width)");
}

}  // namespace
}  // namespace goetia
