#include <gmock/gmock.h>
#include <torch/torch.h>

#include "learn/components.h"

namespace goetia {
namespace {

torch::Tensor loss_of(const Json& config, const torch::Tensor& found, const torch::Tensor& truth,
                      const torch::Tensor& weight = {}) {
    LossRegistry registry(Kind::kLoss);
    EXPECT_TRUE(register_builtin_losses(registry));
    return (*registry.make(config, "loss"))->forward(found, truth, weight);
}

TEST(DistanceLosses, equal_LibTorch_s_own) {
    namespace F = torch::nn::functional;
    const torch::Tensor found = torch::randn({5, 2}), truth = torch::randn({5, 2});
    EXPECT_TRUE(torch::allclose(loss_of({{"type", "L1Loss"}}, found, truth), F::l1_loss(found, truth)));
    EXPECT_TRUE(torch::allclose(loss_of({{"type", "MSELoss"}}, found, truth), F::mse_loss(found, truth)));
    EXPECT_TRUE(torch::allclose(loss_of({{"type", "SmoothL1Loss"}, {"beta", 0.5}}, found, truth),
                                torch::smooth_l1_loss(found, truth, at::Reduction::Mean, 0.5)));
    EXPECT_TRUE(torch::allclose(loss_of({{"type", "HuberLoss"}, {"delta", 0.5}}, found, truth),
                                torch::huber_loss(found, truth, at::Reduction::Mean, 0.5)));
    EXPECT_TRUE(torch::allclose(loss_of({{"type", "L1Loss"}, {"reduction", "sum"}, {"loss_weight", 3}}, found, truth),
                                (found - truth).abs().sum() * 3));
}

TEST(DistanceLosses, weigh_rows) {
    const torch::Tensor found = torch::tensor({{1.0F, 2.0F}, {5.0F, 5.0F}}), truth = torch::zeros({2, 2});
    EXPECT_FLOAT_EQ(loss_of({{"type", "L1Loss"}}, found, truth, torch::tensor({1.0F, 0.0F})).item<float>(), 1.5F);
    EXPECT_FLOAT_EQ(
        loss_of({{"type", "L1Loss"}, {"reduction", "sum"}}, found, truth, torch::tensor({1.0F, 2.0F})).item<float>(),
        23.0F);
}

TEST(DistanceLosses, refuse_tensors_of_two_shapes) {
    try {
        (void)loss_of({{"type", "L1Loss"}}, torch::zeros({2, 1}), torch::zeros({2}));
        FAIL() << "the shapes were broadcast";
    } catch (const c10::Error& error) {
        EXPECT_THAT(error.what_without_backtrace(), testing::HasSubstr("needs two tensors of one shape"));
    }
}

}  // namespace
}  // namespace goetia
