// What tests/oracles/losses_slow_test.py does not show: the helpers, and sums of losses.
#include "learn/losses/class_maps.h"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "learn/components.h"

namespace goetia {
namespace {

using testing::HasSubstr;

Result<std::shared_ptr<Loss>> make_loss(const Json& section) {
    static LossRegistry* const registry = [] {
        auto* const made = new LossRegistry(Kind::kLoss);
        EXPECT_TRUE(register_builtin_losses(*made));
        return made;
    }();
    return registry->make(section, "loss");
}

TEST(ClassMaps, count_what_is_known_by_the_weight_of_its_row) {
    const torch::Tensor truth = torch::tensor({{{0, 255}}, {{2, 1}}}, torch::kInt64);
    const CountedTruth counted = counted_truth(torch::zeros({2, 3, 1, 2}), truth, torch::tensor({1.0F, 0.5F}), 255);
    EXPECT_TRUE(counted.classes.equal(torch::tensor({{{0, 0}}, {{2, 1}}}, torch::kInt64)));
    EXPECT_TRUE(counted.counts.equal(torch::tensor({{{1.0F, 0.0F}}, {{0.5F, 0.5F}}})));
    EXPECT_EQ(ignored_class({}, truth), 255);
    EXPECT_EQ(ignored_class({}, torch::zeros({4}, torch::kInt64)), -1);
    EXPECT_EQ(ignored_class(0, truth), 0);
}

TEST(ClassMaps, of_labels_are_images_of_one_pixel) {
    const torch::Tensor scores = torch::randn({5, 3}), labels = torch::tensor({0, 2, -1, 1, 1}, torch::kInt64);
    const auto focal = make_loss({{"type", "SoftmaxFocalLoss"}, {"gamma", 0}});
    ASSERT_TRUE(focal.ok());
    const auto plain = make_loss({{"type", "CrossEntropyLoss"}});
    EXPECT_NEAR((*focal)->forward(scores, labels).item<double>(), (*plain)->forward(scores, labels).item<double>(),
                1e-6);
}

TEST(SumLoss, adds_up_each_by_its_own_factor_and_nests) {
    const torch::Tensor found = torch::randn({4, 2}), truth = torch::randn({4, 2});
    const Json l1{{"type", "L1Loss"}, {"loss_weight", 2}}, mse{{"type", "MSELoss"}};
    const auto sum = make_loss({{"type", "SumLoss"}, {"losses", {l1, {{"type", "SumLoss"}, {"losses", {mse, mse}}}}}});
    ASSERT_TRUE(sum.ok()) << to_string(sum.error());
    const double expected =
        2 * (found - truth).abs().mean().item<double>() + 2 * (found - truth).square().mean().item<double>();
    EXPECT_NEAR((*sum)->forward(found, truth).item<double>(), expected, 1e-5);
}

TEST(SumLoss, names_the_term_that_is_wrong) {
    EXPECT_THAT(to_string(make_loss({{"type", "SumLoss"}, {"losses", Json::array()}}).error()),
                HasSubstr("'losses' must be a list of losses"));
    EXPECT_THAT(to_string(make_loss({{"type", "SumLoss"},
                                     {"losses", {{{"type", "L1Loss"}}, {{"type", "MSELoss"}, {"loss_weight", -1}}}}})
                              .error()),
                HasSubstr("losses[1].loss_weight"));
}

}  // namespace
}  // namespace goetia
