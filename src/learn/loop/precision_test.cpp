#include "learn/loop/precision.h"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "learn/loop/checkpoint.h"
#include "testkit/learn.h"

namespace goetia {
namespace {

using namespace testkit;
using ::testing::HasSubstr;

PrecisionSettings asked(NarrowType type, bool falls_back) {
    return {.enabled = true, .type = type, .scales_loss = true, .falls_back = falls_back};
}

TEST(PrecisionPlan, is_what_was_asked_for_where_the_device_has_it) {
    EXPECT_FALSE(plan_precision({}, {.name = "cpu"})->autocast);
    const auto half = plan_precision(asked(NarrowType::kFloat16, false), {.name = "cuda:0", .float16 = true});
    EXPECT_EQ(half->autocast, NarrowType::kFloat16);
    EXPECT_TRUE(half->scale);
    const auto brain = plan_precision(asked(NarrowType::kBFloat16, false), ability_of(torch::kCPU));
    EXPECT_EQ(brain->autocast, NarrowType::kBFloat16);
    EXPECT_FALSE(brain->scale) << "bf16 has the range of fp32";
}

TEST(PrecisionPlan, refuses_or_falls_back_as_the_configuration_says) {
    const auto refused = plan_precision(asked(NarrowType::kFloat16, false), ability_of(torch::kCPU));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, Code::kUnsupported);
    EXPECT_EQ(refused.error().message,
              "training.mixed_precision.dtype is 'fp16', which the device 'cpu' does not train with; use bf16, set "
              "training.mixed_precision.unsupported=fallback to train in fp32 there, or switch "
              "training.mixed_precision off");
    const auto fallen = plan_precision(asked(NarrowType::kFloat16, true), ability_of(torch::kCPU));
    EXPECT_FALSE(fallen->autocast);
    EXPECT_EQ(fallen->note, "the device 'cpu' does not train with fp16: this run is in fp32");
}

TEST(ForwardIn, computes_in_bf16_and_hands_on_fp32) {
    ToyModel model;
    torch::manual_seed(1);
    const torch::Tensor images = torch::randn({6, 3, 2, 2});
    model.eval();
    const torch::Tensor plain = model.forward(images)[0], narrow = forward_in(NarrowType::kBFloat16, model, images)[0];
    EXPECT_EQ(narrow.scalar_type(), torch::kFloat);
    EXPECT_FALSE(torch::equal(plain, narrow));
    EXPECT_TRUE(torch::allclose(plain, narrow, 0.02, 0.02));
    EXPECT_TRUE(torch::equal(model.forward(images)[0], plain)) << "the switch is off again";
}

// The same gradients through LibTorch's own kernels, which PyTorch's GradScaler calls.
TEST(LossScale, equals_libtorchs_for_two_hundred_steps) {
    const ScaleSettings settings{.initial = 1024, .growth = 2, .backoff = 0.5, .interval = 7};
    LossScale ours(settings);
    torch::Tensor scale = torch::full({}, 1024.0), tracker = torch::zeros({}, torch::kInt);
    Random random({1, 2, 3, purpose("scale")});
    for (int step = 0; step < 200; ++step) {
        const torch::Tensor gradient = torch::full({3}, 2.0 * ours.factor());
        if (random.bits64() % 11 == 0) gradient[1] = INFINITY;
        const torch::Tensor theirs = gradient.clone();
        torch::Tensor bad = torch::zeros({});
        torch::_amp_foreach_non_finite_check_and_unscale_(theirs, bad, scale.reciprocal());
        const bool finite = ours.unscale({gradient});
        EXPECT_EQ(finite, bad.item<float>() == 0);
        if (finite) EXPECT_TRUE(torch::equal(gradient, theirs));
        torch::_amp_update_scale_(scale, tracker, bad, settings.growth, settings.backoff, settings.interval);
        ours.update(finite);
        EXPECT_EQ(ours.factor(), scale.item<float>()) << step;
    }
    LossScale resumed(settings);
    ASSERT_TRUE(resumed.load(ours.state()).ok());
    EXPECT_EQ(resumed.factor(), ours.factor());
    EXPECT_THAT(resumed.load(Dict{}).error().message, HasSubstr("'scaler' is not the state of a loss scale"));
}

TEST(Trainer, with_a_loss_scale_takes_the_same_steps) {
    Toy plain = make_toy(1, 4), scaled = make_toy(1, 4);
    scaled.parts.scale = std::make_unique<LossScale>(ScaleSettings{.initial = 1024});
    Trainer a(std::move(plain.parts), nobody()), b(std::move(scaled.parts), nobody());
    ASSERT_TRUE(a.run().ok() && b.run().ok());
    EXPECT_TRUE(torch::allclose(all_weights(*plain.model), all_weights(*scaled.model), 1e-6, 1e-7));
}

TEST(Trainer, leaves_a_step_out_whose_scaled_gradients_overflow) {
    Toy toy = make_toy(1, 3);
    toy.parts.scale = std::make_unique<LossScale>(ScaleSettings{.initial = 3e38, .backoff = 1e-30});
    {
        const torch::NoGradGuard no_gradients;
        toy.model->norm->weight.fill_(1000);  // so that gradients times the factor are beyond fp32
    }
    const torch::Tensor before = toy.model->linear->weight.detach().clone();
    torch::Tensor after_first;
    struct Watcher final : Hook {
        explicit Watcher(torch::Tensor& at) : seen(at) {}
        [[nodiscard]] std::string_view name() const override { return "watcher"; }
        Status after_step(TrainContext& context) override {
            if (context.progress().step == 1)
                seen = dynamic_cast<ToyModel&>(context.model()).linear->weight.detach().clone();
            return {};
        }
        torch::Tensor& seen;
    };
    toy.parts.hooks.push_back(std::make_shared<Watcher>(after_first));
    const auto recorded = toy.recorded;
    const auto model = toy.model;
    Trainer trainer(std::move(toy.parts), nobody());
    ASSERT_TRUE(trainer.run().ok());
    EXPECT_TRUE(torch::equal(before, after_first));
    EXPECT_FALSE(torch::equal(before, model->linear->weight.detach()));
    EXPECT_THAT(recorded->lines, ::testing::Contains(HasSubstr("step 1 left out: a gradient overflowed")));
    EXPECT_EQ(trainer.progress().step, 3);
    EXPECT_FALSE(pack_checkpoint(trainer).find("scaler")->is_none());
}

}  // namespace
}  // namespace goetia
