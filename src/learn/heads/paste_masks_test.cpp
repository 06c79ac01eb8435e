#include "learn/heads/paste_masks.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace goetia {
namespace {

TEST(PasteMasks, draw_each_mask_in_its_box) {
    const torch::Tensor masks = torch::ones({2, 28, 28});
    const torch::Tensor drawn =
        paste_masks(masks, torch::tensor({{4.F, 2.F, 32.F, 30.F}, {-14.F, 20.F, 14.F, 60.F}}), 40, 48);
    EXPECT_EQ(drawn.sizes().vec(), (std::vector<std::int64_t>{2, 40, 48}));
    // Enlarged by a pixel of the mask on each side, [3, 33] x [1, 31] in whole pixels; it fades there.
    EXPECT_TRUE(drawn[0].slice(0, 3, 30).slice(1, 5, 32).ge(0.5).all().item<bool>());
    EXPECT_EQ(drawn[0].slice(0, 32).sum().item<float>(), 0);
    EXPECT_EQ(drawn[0].slice(1, 34).sum().item<float>(), 0);
    EXPECT_EQ(drawn[0][0].sum().item<float>(), 0);
    // The second is cut at the left and the lower border.
    EXPECT_TRUE(drawn[1].slice(0, 22).slice(1, 0, 13).ge(0.5).all().item<bool>());
    EXPECT_EQ(drawn[1].slice(1, 17).sum().item<float>(), 0);
}

TEST(PasteMasks, outside_of_the_image_draw_nothing) {
    const torch::Tensor drawn = paste_masks(torch::ones({1, 4, 4}), torch::tensor({{90.F, 90.F, 95.F, 95.F}}), 20, 20);
    EXPECT_EQ(drawn.sum().item<float>(), 0);
    EXPECT_EQ(paste_masks(torch::ones({0, 4, 4}), torch::zeros({0, 4}), 20, 20).size(0), 0);
}

}  // namespace
}  // namespace goetia
