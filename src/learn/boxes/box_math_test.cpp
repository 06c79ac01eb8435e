// The numbers are torchvision's (0.28).
#include "learn/boxes/box_math.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace goetia {
namespace {

torch::Tensor some() {
    return torch::tensor({{0.0F, 0.0F, 10.0F, 10.0F}, {2.0F, 3.0F, 8.0F, 15.0F}, {-4.0F, -4.0F, 4.0F, 4.0F}});
}
torch::Tensor others() {
    return torch::tensor({{5.0F, 5.0F, 15.0F, 15.0F}, {20.0F, 20.0F, 30.0F, 24.0F}, {-4.0F, -4.0F, 4.0F, 4.0F}});
}

void expect_near(const torch::Tensor& found, const torch::Tensor& expected) {
    EXPECT_TRUE(torch::allclose(found, expected, 1e-6, 1e-6)) << found << "\nexpected\n" << expected;
}

TEST(BoxMath, iou_of_all_pairs) {
    expect_near(pairwise_iou(some(), others()),
                torch::tensor(
                    {{0.1428571492F, 0.0F, 0.1081081107F}, {0.2112676054F, 0.0F, 0.0149253727F}, {0.0F, 0.0F, 1.0F}}));
}

TEST(BoxMath, overlap_of_boxes_side_by_side) {
    const auto loss = [](Overlap kind) { return 1 - box_overlap(kind, some(), others()); };
    expect_near(loss(Overlap::kIoU), torch::tensor({0.8571428508F, 1.0F, 0.0F}));
    expect_near(loss(Overlap::kGIoU), torch::tensor({1.0793650150F, 1.8095238209F, 0.0F}));
    expect_near(loss(Overlap::kDIoU), torch::tensor({0.9682539701F, 1.4644898176F, 0.0F}));
    expect_near(loss(Overlap::kCIoU), torch::tensor({0.9682539701F, 1.5022110939F, 0.0F}));
}

TEST(BoxMath, overlap_broadcasts_to_all_pairs) {
    const auto all = box_overlap(Overlap::kCIoU, some().unsqueeze(1), others().unsqueeze(0));
    EXPECT_EQ(all.sizes(), (std::vector<std::int64_t>{3, 3}));
    expect_near(all.diagonal(), box_overlap(Overlap::kCIoU, some(), others()));
}

TEST(BoxMath, overlap_and_its_gradient_are_finite_for_boxes_without_area) {
    for (const Overlap kind : {Overlap::kIoU, Overlap::kGIoU, Overlap::kDIoU, Overlap::kCIoU}) {
        const torch::Tensor point = torch::full({1, 4}, 3.0F).requires_grad_();
        const torch::Tensor value = box_overlap(kind, point, others().slice(0, 0, 1)).sum();
        value.backward();
        EXPECT_TRUE(value.isfinite().item<bool>());
        EXPECT_TRUE(point.grad().isfinite().all().item<bool>()) << static_cast<int>(kind) << point.grad();
    }
}

TEST(BoxMath, clips_to_a_part_of_the_row_and_finds_what_is_large_enough) {
    const Box part{1, 2, 9, 8};
    expect_near(clip_boxes(some(), part),
                torch::tensor({{1.0F, 2.0F, 9.0F, 8.0F}, {2.0F, 3.0F, 8.0F, 8.0F}, {1.0F, 2.0F, 4.0F, 4.0F}}));
    EXPECT_TRUE(boxes_at_least(others(), 5).equal(torch::tensor({0, 2})));
    EXPECT_TRUE(boxes_at_least(others(), 4).equal(torch::tensor({0, 1, 2})));
}

}  // namespace
}  // namespace goetia
