#include "datasets/synthetic/trace.h"

#include <string_view>

#include <gmock/gmock.h>

namespace goetia {
namespace {

using testing::ElementsAre;

// '#' is region 0, '+' region 1.
RegionMap map_of(const std::vector<std::string_view>& rows) {
    RegionMap map{static_cast<int>(rows[0].size()), static_cast<int>(rows.size()), {}};
    for (const std::string_view row : rows) {
        for (const char c : row)
            map.owner.push_back(static_cast<std::int16_t>(c == '#' ? 0 : c == '+' ? 1 : RegionMap::kNoRegion));
    }
    return map;
}

TEST(Trace, a_rectangle_has_its_four_corners) {
    const auto map = map_of({".....", ".##..", ".##..", "...++"});
    const Outline outline = trace(map, 0);
    ASSERT_EQ(outline.parts.size(), 1U);
    EXPECT_FALSE(outline.has_hole);
    EXPECT_THAT(outline.parts[0], ElementsAre(1, 1, 3, 1, 3, 3, 1, 3));
    EXPECT_EQ(box_around(map, 0), (Box{1, 1, 3, 3}));
    EXPECT_EQ(count_pixels(map, 0), 4);
    EXPECT_EQ(box_around(map, 1), (Box{3, 3, 5, 4}));
}

TEST(Trace, a_region_that_covers_the_image_has_its_outline) {
    const Outline outline = trace(map_of({"##", "##"}), 0);
    ASSERT_EQ(outline.parts.size(), 1U);
    EXPECT_THAT(outline.parts[0], ElementsAre(0, 0, 2, 0, 2, 2, 0, 2));
}

TEST(Trace, pieces_that_touch_at_a_corner_stay_apart) {
    const Outline outline = trace(map_of({"#.", ".#"}), 0);
    EXPECT_EQ(outline.parts.size(), 2U);
    EXPECT_FALSE(outline.has_hole);
}

TEST(Trace, a_hole_is_reported) {
    EXPECT_TRUE(trace(map_of({"###", "#.#", "###"}), 0).has_hole);
    EXPECT_TRUE(trace(map_of({"###", "#+#", "###"}), 0).has_hole);
    EXPECT_FALSE(trace(map_of({"###", "#.#", "#.#"}), 0).has_hole);
    EXPECT_TRUE(trace(map_of({"####", "#.##", "##.#", "####"}), 0).has_hole) << "two that touch at a corner";
}

TEST(Trace, nothing_has_no_outline_and_an_empty_box) {
    const auto map = map_of({"...", "..."});
    EXPECT_TRUE(trace(map, 0).parts.empty());
    EXPECT_EQ(box_around(map, 0), Box{});
}

TEST(Trace, runs_go_down_the_columns_and_begin_outside) {
    // The four of pycocotools' own documentation: rows 1 and 2, columns 1 and 3.
    EXPECT_THAT(runs_of(map_of({".....", ".#.#.", ".#.#.", "....."}), 0).counts, ElementsAre(5, 2, 6, 2, 5));
    EXPECT_THAT(runs_of(map_of({"##", "##"}), 0).counts, ElementsAre(0, 4));
    EXPECT_THAT(runs_of(map_of({"..", ".."}), 0).counts, ElementsAre(4));
}

}  // namespace
}  // namespace goetia
