#include <gmock/gmock.h>
#include <torch/torch.h>

#include "learn/hooks/overfit_check.h"
#include "testkit/learn.h"

namespace goetia {
namespace {

using namespace testkit;
using ::testing::HasSubstr;

// Notes the model's weights at the end of each epoch.
class EpochEnds final : public Hook {
  public:
    explicit EpochEnds(std::vector<torch::Tensor>& seen) : seen_(seen) {}
    [[nodiscard]] std::string_view name() const override { return "epoch_ends"; }
    Status after_epoch(TrainContext& context) override {
        seen_.push_back(dynamic_cast<ToyModel&>(context.model()).linear->weight.detach().clone());
        return {};
    }

  private:
    std::vector<torch::Tensor>& seen_;
};

TEST(Swa, is_the_mean_of_the_last_epochs_ends) {
    Toy toy = make_toy(5, 3);
    std::vector<torch::Tensor> ends;
    const auto swa = make_hook({{"type", "Swa"}, {"start_epoch", 3}});
    toy.parts.hooks = {swa, std::make_shared<EpochEnds>(ends)};
    const auto model = toy.model;
    Trainer trainer(std::move(toy.parts), nobody());
    ASSERT_TRUE(trainer.run().ok());
    ASSERT_TRUE(swa->before_evaluation(trainer).ok());
    EXPECT_TRUE(torch::allclose(model->linear->weight, (ends[2] + ends[3] + ends[4]) / 3, 1e-5, 1e-7));
    ASSERT_TRUE(swa->after_evaluation(trainer).ok());
    EXPECT_TRUE(torch::equal(model->linear->weight.detach(), ends[4]));
}

TEST(Freeze, lets_a_part_rest_until_its_epoch) {
    Toy toy = make_toy(3, 2);
    std::vector<torch::Tensor> ends;
    const torch::Tensor first = toy.model->linear->weight.detach().clone();
    toy.parts.hooks = {make_hook({{"type", "Freeze"}, {"patterns", {"linear.weight"}}, {"until_epoch", 3}}),
                       std::make_shared<EpochEnds>(ends)};
    // Plain descent knows no parameter without a gradient.
    OptimizerRegistry registry(Kind::kOptimizer);
    ASSERT_TRUE(register_builtin_optimizers(registry).ok());
    toy.parts.optimizer = *registry.make({{"type", "SGD"}, {"lr", 0.1}}, "optimizer", toy.parts.optimizer->groups());
    ASSERT_TRUE(Trainer(std::move(toy.parts), nobody()).run().ok());
    EXPECT_TRUE(torch::equal(ends[0], first));
    EXPECT_TRUE(torch::equal(ends[1], first));
    EXPECT_FALSE(torch::equal(ends[2], first));
}

TEST(Freeze, names_a_pattern_that_fits_nothing) {
    Toy toy = make_toy(1, 1);
    toy.parts.hooks = {make_hook({{"type", "Freeze"}, {"patterns", {"backbone.*"}}})};
    const auto end = Trainer(std::move(toy.parts), nobody()).run();
    ASSERT_FALSE(end.ok());
    EXPECT_THAT(to_string(end.error()), HasSubstr("'backbone.*' matches no parameter"));
}

TEST(GradientNorm, is_recorded_at_its_interval) {
    Toy toy = make_toy(1, 4);
    toy.parts.hooks = {make_hook({{"type", "GradientNorm"}, {"interval", 2}})};
    const auto recorded = toy.recorded;
    ASSERT_TRUE(Trainer(std::move(toy.parts), nobody()).run().ok());
    int found = 0;
    for (const auto& [name, value] : recorded->points) found += name == "train/gradient_norm" && value > 0 ? 1 : 0;
    EXPECT_EQ(found, 2);
}

TEST(Limits, end_a_run_within_an_epoch_and_shorten_epochs) {
    Toy toy = make_toy(5, 4);
    toy.parts.settings.limits.max_steps = 6;
    Trainer bounded(std::move(toy.parts), nobody());
    ASSERT_TRUE(bounded.run().ok());
    EXPECT_EQ(bounded.progress().step, 6);
    EXPECT_EQ(bounded.progress().epoch, 2);
    Toy shorter = make_toy(2, 4);
    shorter.parts.settings.limits.train = BatchLimit{.count = 3};
    Trainer limited(std::move(shorter.parts), nobody());
    ASSERT_TRUE(limited.run().ok());
    EXPECT_EQ(limited.progress().step, 6);
}

TEST(OverfitCheck, says_whether_the_same_batches_were_learned_by_heart) {
    for (const auto& [epochs, verdict] : {std::pair(120, "overfit check passed"), {1, "overfit check failed"}}) {
        Toy toy = make_toy(epochs, 8);
        toy.parts.settings.limits.overfit_batches = 1;
        toy.parts.hooks = {std::make_shared<OverfitCheck>()};
        const auto recorded = toy.recorded;
        ASSERT_TRUE(Trainer(std::move(toy.parts), nobody()).run().ok());
        EXPECT_THAT(recorded->lines, ::testing::Contains(HasSubstr(verdict)));
    }
}

TEST(GradientClip, bounds_each_number_where_a_value_is_given) {
    Toy toy = make_toy(1, 1);
    toy.parts.hooks = {make_hook({{"type", "GradientClip"}, {"max_value", 1e-6}})};
    const torch::Tensor before = toy.model->linear->weight.detach().clone();
    const auto model = toy.model;
    ASSERT_TRUE(Trainer(std::move(toy.parts), nobody()).run().ok());
    EXPECT_LE((model->linear->weight.detach() - before).abs().max().item<double>(), 1.5e-7);
    EXPECT_GT((model->linear->weight.detach() - before).abs().max().item<double>(), 0.0);
}

}  // namespace
}  // namespace goetia
