// The losses of boxes and class shares. The numbers are torchvision's (0.28).
#include <gmock/gmock.h>
#include <torch/torch.h>

#include "learn/components.h"

namespace goetia {
namespace {

double box_loss_of(const Json& config, const torch::Tensor& found, const torch::Tensor& truth,
                   const torch::Tensor& weight = {}) {
    LossRegistry registry(Kind::kLoss);
    EXPECT_TRUE(register_builtin_losses(registry));
    return (*registry.make(config, "loss"))->forward(found, truth, weight).item<double>();
}

const torch::Tensor& first_boxes() {
    static const torch::Tensor boxes =
        torch::tensor({{0.0F, 0.0F, 10.0F, 10.0F}, {2.0F, 3.0F, 8.0F, 15.0F}, {-4.0F, -4.0F, 4.0F, 4.0F}});
    return boxes;
}
const torch::Tensor& second_boxes() {
    static const torch::Tensor boxes =
        torch::tensor({{5.0F, 5.0F, 15.0F, 15.0F}, {20.0F, 20.0F, 30.0F, 24.0F}, {-4.0F, -4.0F, 4.0F, 4.0F}});
    return boxes;
}

TEST(IoULosses, equal_torchvisions) {
    const auto sum = [](const char* type) {
        return box_loss_of({{"type", type}, {"reduction", "sum"}}, first_boxes(), second_boxes());
    };
    EXPECT_NEAR(sum("IoULoss"), 1.8571428508, 1e-5);
    EXPECT_NEAR(sum("GIoULoss"), 2.8888888359, 1e-5);
    EXPECT_NEAR(sum("DIoULoss"), 2.4327437878, 1e-5);
    EXPECT_NEAR(sum("CIoULoss"), 2.4704651833, 1e-5);
    EXPECT_NEAR(box_loss_of({{"type", "GIoULoss"}, {"loss_weight", 2}}, first_boxes(), second_boxes()),
                2 * 2.8888888359 / 3, 1e-5);
}

TEST(IoULosses, weigh_boxes_and_take_none) {
    EXPECT_NEAR(box_loss_of({{"type", "GIoULoss"}}, first_boxes(), second_boxes(), torch::tensor({1.0F, 0.5F, 0.0F})),
                (1.0793650150 + 0.5 * 1.8095238209) / 1.5, 1e-5);
    const torch::Tensor none = torch::zeros({0, 4});
    EXPECT_EQ(box_loss_of({{"type", "CIoULoss"}, {"reduction", "sum"}}, none, none), 0);
}

TEST(SigmoidFocalLoss, equals_torchvisions) {
    const torch::Tensor logits = torch::tensor({{-1.0F, 2.0F, 0.5F}, {3.0F, -2.0F, 0.0F}}),
                        truth = torch::tensor({{0.0F, 1.0F, 0.0F}, {1.0F, 0.0F, 0.0F}});
    EXPECT_NEAR(box_loss_of({{"type", "SigmoidFocalLoss"}, {"reduction", "sum"}}, logits, truth), 0.4318482578, 1e-6);
    EXPECT_NEAR(box_loss_of({{"type", "SigmoidFocalLoss"}, {"alpha", nullptr}, {"gamma", 1.5}}, logits, truth),
                0.1296784282, 1e-6);
}

}  // namespace
}  // namespace goetia
