#include "imaging/preview/sheet.h"

#include <set>

#include "imaging/kernels/runs.h"
#include "imaging/preview/draw.h"
#include "testkit/images.h"

namespace goetia {
namespace {

using namespace testkit;

std::size_t count_of(const Image& image, Colour colour) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < image.pixels.size(); i += 3)
        count += image.pixels[i] == colour[0] && image.pixels[i + 1] == colour[1] && image.pixels[i + 2] == colour[2];
    return count;
}

Sample marked() {
    Sample sample;
    sample.name = "一/b.png";
    sample.image = Image{100, 50, 3, std::vector<std::uint8_t>(15000, 0)};
    sample.instances.resize(1);
    sample.instances[0].label = 2;
    sample.instances[0].box = {10, 20, 60, 40};
    return sample;
}

TEST(ContactSheet, holds_every_image_in_rows) {
    const Image sheet = contact_sheet({marked(), marked(), marked()}, {}, {.columns = 2, .cell = 100});
    EXPECT_EQ(sheet.width, 2 * 106 + 6);
    EXPECT_EQ(sheet.height, 2 * 130 + 6);
    EXPECT_EQ(count_of(sheet, class_colour(2)) % 3, 0U) << "three times the same image";
}

TEST(ContactSheet, draws_a_box_in_its_class_s_colour) {
    Sample sample = marked();
    const Image with = contact_sheet({sample}, {}, {.columns = 1, .cell = 100});
    EXPECT_GE(count_of(with, class_colour(2)), 2U * (50 + 18));
    sample.instances.clear();
    EXPECT_EQ(count_of(contact_sheet({sample}, {}, {.columns = 1, .cell = 100}), class_colour(2)), 0U);
}

// Objects of all classes from 0 on, without overlap; `side` 0: empty boxes.
Sample crowded(int count, float side) {
    Sample sample;
    sample.name = "large.png";
    sample.image = Image{4000, 3000, 3, std::vector<std::uint8_t>(std::size_t{4000} * 3000 * 3, 0)};
    for (int i = 0; i < count; ++i) {
        Instance one;
        one.label = i;
        const float x = static_cast<float>(i % 10) * 390 + 100, y = static_cast<float>(i / 10) * 290 + 5;
        one.box = {x, y, x + side, y + side};
        sample.instances.push_back(one);
    }
    return sample;
}

TEST(ContactSheet, draws_every_object_however_small) {
    const std::vector<std::string> classes{"a rather long name", "b", "c"};
    for (const float side : {0.5F, 12.0F, 60.0F, 280.0F}) {
        for (const int cell : {220, 800}) {
            Sample sample = crowded(100, side);
            const Image sheet = contact_sheet({sample}, classes, {.columns = 1, .cell = cell});
            for (const Instance& one : sample.instances)
                EXPECT_GE(count_of(sheet, class_colour(one.label)), 4U)
                    << one.label << " of side " << side << " in " << cell;
        }
    }
}

TEST(ContactSheet, draws_outlines_masks_and_edges_however_small) {
    Sample sample = crowded(5, 3);
    sample.instances[0].polygons = {{100, 5, 103, 5, 103, 8, 100, 8}};
    sample.instances[1].box = {0, 0, 2, 2};
    sample.instances[2].box = {3998, 2998, 4000, 3000};
    Image bitmap{4000, 3000, 1, std::vector<std::uint8_t>(std::size_t{4000} * 3000)};
    bitmap.pixels[std::size_t{1501} * 4000 + 2001] = 1;
    sample.instances[3].mask = sample.instances[4].mask = runs_of(bitmap);
    sample.instances[3].box = {2001, 1501, 2002, 1502};
    sample.instances[4].box = {};
    sample.instances[3].label = 8;
    const Image sheet = contact_sheet({sample}, {}, {.columns = 1, .cell = 220});
    sample.instances.erase(sample.instances.begin() + 3);
    const Image other = contact_sheet({sample}, {}, {.columns = 1, .cell = 220});
    for (const std::int64_t label : {0, 1, 2}) EXPECT_GE(count_of(sheet, class_colour(label)), 4U) << label;
    EXPECT_GE(count_of(other, class_colour(4)), 4U) << "known by its mask alone";
    EXPECT_GE(count_of(sheet, class_colour(4)) + count_of(sheet, class_colour(8)), 4U);
}

TEST(DrawLine, has_no_gaps) {
    const auto image = [] { return Image{300, 300, 3, std::vector<std::uint8_t>(270000, 0)}; };
    const auto columns = [](const Image& drawn) {
        std::set<std::size_t> seen;
        for (std::size_t i = 0; i < drawn.pixels.size(); i += 3) {
            if (drawn.pixels[i] != 0) seen.insert(i / 3 % 300);
        }
        return seen.size();
    };
    for (int length = 1; length < 280; ++length) {
        for (const double slope : {0.0, 0.3, -0.99, 1.0}) {
            for (const double part : {0.0, 0.3, 0.999}) {
                Image drawn = image();
                draw_line(drawn, {10 + part, 290 * (slope < 0) + 5.0},
                          {10 + part + length, 290 * (slope < 0) + 5.0 + slope * length}, {9, 9, 9});
                ASSERT_EQ(columns(drawn), static_cast<std::size_t>(length) + 1) << slope << " " << part;
            }
        }
    }
}

TEST(DrawBox, has_four_whole_sides_within_the_image) {
    for (int side = 4; side < 250; ++side) {
        for (const float part : {0.0F, 0.2F, 0.4F}) {
            Image image{260, 260, 3, std::vector<std::uint8_t>(260 * 260 * 3, 0)};
            const float low = 7 + part, high = 7 + part + static_cast<float>(side);
            draw_box(image, {low, low, high, high}, {9, 9, 9});
            ASSERT_EQ(count_of(image, {9, 9, 9}), 4U * (static_cast<std::size_t>(side) - 1)) << part;
        }
    }
    Image image{260, 200, 3, std::vector<std::uint8_t>(260 * 200 * 3, 0)};
    draw_box(image, {0, 0, 260, 200}, {9, 9, 9});
    EXPECT_EQ(count_of(image, {9, 9, 9}), 2U * (260 + 198));
}

TEST(ContactSheet, tints_masks_and_outlines) {
    Sample sample = marked();
    sample.instances[0].polygons = {{10, 20, 60, 20, 60, 40, 10, 40}};
    const Image sheet = contact_sheet({sample}, {}, {.columns = 1, .cell = 100});
    const Colour colour = class_colour(2);
    const Colour tinted{static_cast<std::uint8_t>(std::lround(colour[0] * 0.3)),
                        static_cast<std::uint8_t>(std::lround(colour[1] * 0.3)),
                        static_cast<std::uint8_t>(std::lround(colour[2] * 0.3))};
    EXPECT_GT(count_of(sheet, tinted), 500U);
}

TEST(ContactSheet, names_do_not_cover_one_another) {
    Sample sample = marked();
    sample.instances.push_back(sample.instances[0]);
    const std::vector<std::string> classes{"a", "b", "cat"};
    const Image one = contact_sheet({sample}, classes, {.columns = 1, .cell = 400});
    sample.instances.pop_back();
    const Image two = contact_sheet({sample}, classes, {.columns = 1, .cell = 400});
    const Colour letters{static_cast<std::uint8_t>((class_colour(2)[0] + 255) / 2),
                         static_cast<std::uint8_t>((class_colour(2)[1] + 255) / 2),
                         static_cast<std::uint8_t>((class_colour(2)[2] + 255) / 2)};
    EXPECT_GT(count_of(two, letters), 10U);
    EXPECT_EQ(count_of(one, letters), 2 * count_of(two, letters)) << "both names can be read";
}

TEST(ContactSheet, letters_and_lines_grow_with_the_images) {
    const auto small = contact_sheet({marked()}, {}, {.columns = 1, .cell = 400}),
               large = contact_sheet({marked()}, {}, {.columns = 1, .cell = 1600});
    EXPECT_GT(count_of(large, class_colour(2)), 10 * count_of(small, class_colour(2)));
}

TEST(ContactSheet, a_background_keeps_its_colours) {
    Sample sample = marked();
    sample.instances.clear();
    sample.mask = Image{100, 50, 1, std::vector<std::uint8_t>(5000, 0)};
    const auto tinted = [&](const std::vector<std::string>& classes) {
        const Image sheet = contact_sheet({sample}, classes, {.columns = 1, .cell = 100});
        return 5000 - static_cast<int>(count_of(sheet, {0, 0, 0}));
    };
    EXPECT_LT(tinted({"background", "cat"}), 100);
    EXPECT_EQ(tinted({"dog", "cat"}), 5000);
}

TEST(ContactSheet, no_image_gives_an_empty_sheet) { EXPECT_GT(contact_sheet({}, {}, {}).width, 0); }

TEST(DrawText, knows_which_characters_it_has_no_glyphs_for) {
    EXPECT_TRUE(can_be_drawn("Person 1"));
    EXPECT_FALSE(can_be_drawn("猫"));
    Image image{20, 10, 3, std::vector<std::uint8_t>(600, 0)};
    draw_text(image, 0, 0, "L", {9, 9, 9});
    EXPECT_EQ(count_of(image, {9, 9, 9}), 11U) << "seven down and four across";
    draw_text(image, 500, -500, "out of the image", {9, 9, 9});
    EXPECT_EQ(count_of(image, {9, 9, 9}), 11U);
}

TEST(ClassColour, neighbours_differ) {
    for (int i = 0; i < 30; ++i) EXPECT_NE(class_colour(i), class_colour(i + 1));
}

}  // namespace
}  // namespace goetia
