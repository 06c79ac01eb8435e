#include <gmock/gmock.h>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using namespace testkit;

// The red of the first row.
std::vector<int> reds(const Image& image) {
    std::vector<int> row;
    for (int x = 0; x < image.width; ++x) row.push_back(image.pixels[static_cast<std::size_t>(x) * 3] / 7);
    return row;
}

TEST(Pad, each_mode_fills_the_border_its_way) {
    const Image image = gradient_image(4, 1);  // reds 0 1 2 3
    const auto padded = [&](const char* mode) {
        return reds(
            apply(*transform({{"type", "Pad"}, {"padding", {2, 0}}, {"padding_mode", mode}, {"fill", 63}}), image));
    };
    EXPECT_EQ(padded("constant"), (std::vector<int>{9, 9, 0, 1, 2, 3, 9, 9}));
    EXPECT_EQ(padded("edge"), (std::vector<int>{0, 0, 0, 1, 2, 3, 3, 3}));
    EXPECT_EQ(padded("reflect"), (std::vector<int>{2, 1, 0, 1, 2, 3, 2, 1}));
    EXPECT_EQ(padded("symmetric"), (std::vector<int>{1, 0, 0, 1, 2, 3, 3, 2}));
}

TEST(Pad, four_numbers_are_left_top_right_bottom) {
    const Image image =
        apply(*transform({{"type", "Pad"}, {"padding", {1, 2, 3, 4}}, {"fill", {1, 2, 3}}}), gradient_image(5, 5));
    EXPECT_EQ(image.width, 9);
    EXPECT_EQ(image.height, 11);
    EXPECT_EQ(image.pixels[2], 3);
    EXPECT_EQ(image.pixels[(2 * 9 + 1) * 3 + 1], 0) << "the image's corner";
}

TEST(Pad, bad_parameters_are_refused) {
    EXPECT_THAT(transform_error({{"type", "Pad"}, {"padding", {1, 2, 3}}}),
                HasSubstr("padding needs 1, 2 or 4 numbers, found [1,2,3]"));
    EXPECT_THAT(transform_error({{"type", "Pad"}, {"padding", 1}, {"padding_mode", "mirror"}}),
                HasSubstr("padding_mode: not one of the choices"));
    Sample sample;
    sample.image = gradient_image(4, 4);
    Random random(RandomKey{});
    EXPECT_EQ(transform({{"type", "Pad"}, {"padding", 4}, {"padding_mode", "reflect"}})
                  ->apply(sample, random)
                  .error()
                  .message,
              "the image of 4x4 is too small for the border that mirrors it; use padding_mode 'edge' or 'constant', or "
              "a smaller padding");
}

}  // namespace
}  // namespace goetia
