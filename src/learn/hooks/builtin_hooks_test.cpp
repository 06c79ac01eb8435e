#include "learn/hooks/hook.h"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "testkit/learn.h"

namespace goetia {
namespace {

using namespace testkit;
using ::testing::HasSubstr;

// A context with just what a hook looks at.
class FakeContext final : public TrainContext {
  public:
    explicit FakeContext(std::shared_ptr<Model> model) : model_(std::move(model)), ranks_(lone_rank()) {}
    [[nodiscard]] const Progress& progress() const override { return now; }
    [[nodiscard]] const Communicator& ranks() const override { return *ranks_; }
    [[nodiscard]] Model& model() override { return *model_; }
    [[nodiscard]] double learning_rate() const override { return 0.1; }
    [[nodiscard]] const Outputs& outputs() const override { return outputs_; }
    [[nodiscard]] const Losses& losses() const override { return losses_; }
    [[nodiscard]] std::vector<Drawing> drawings() const override { return {}; }
    Result<Value> checkpoint() override { return Value(); }
    RunLog& record() override { return *log_; }
    [[nodiscard]] const MetricValues& epoch_metrics() const override { return metrics; }
    void log(std::string_view, double) override {}
    void say(const std::string&) override {}
    void request_stop(const std::string& reason) override { stopped = reason; }

    MetricValues metrics;
    std::string stopped;
    Progress now;

  private:
    std::shared_ptr<Model> model_;
    std::shared_ptr<Communicator> ranks_;
    Outputs outputs_;
    Losses losses_;
    std::unique_ptr<RunLog> log_ = silent_run_log();
};

TEST(GradientClip, equals_LibTorch_s_own_clipping) {
    for (const double norm_type : {1.0, 2.0}) {
        const auto model = std::make_shared<ToyModel>();
        const auto twin = std::make_shared<ToyModel>();
        for (auto& net : {model, twin}) {
            double fill = 0.3;
            for (torch::Tensor parameter : net->parameters())
                parameter.mutable_grad() = torch::full_like(parameter, fill += 0.2);
        }
        FakeContext context(model);
        ASSERT_TRUE(make_hook({{"type", "GradientClip"}, {"max_norm", 1.0}, {"norm_type", norm_type}})
                        ->after_backward(context)
                        .ok());
        torch::nn::utils::clip_grad_norm_(twin->parameters(), 1.0, norm_type);
        for (std::size_t i = 0; i < model->parameters().size(); ++i) {
            EXPECT_TRUE(torch::allclose(model->parameters()[i].grad(), twin->parameters()[i].grad(), 1e-6, 1e-8));
        }
    }
}

TEST(GradientClip, leaves_small_gradients_alone) {
    const auto model = std::make_shared<ToyModel>();
    for (torch::Tensor parameter : model->parameters()) parameter.mutable_grad() = torch::full_like(parameter, 1e-4);
    FakeContext context(model);
    ASSERT_TRUE(make_hook({{"type", "GradientClip"}})->after_backward(context).ok());
    EXPECT_TRUE(torch::equal(model->parameters()[0].grad(), torch::full_like(model->parameters()[0], 1e-4)));
}

TEST(GradientClip, refuses_gradients_that_are_not_finite) {
    const auto model = std::make_shared<ToyModel>();
    for (torch::Tensor parameter : model->parameters())
        parameter.mutable_grad() = torch::full_like(parameter, INFINITY);
    FakeContext context(model);
    const Status refused = make_hook({{"type", "GradientClip"}})->after_backward(context);
    ASSERT_FALSE(refused.ok());
    EXPECT_THAT(refused.error().message, HasSubstr("the gradients' norm is inf at step 1"));
}

TEST(EarlyStopping, stops_after_patience_epochs_without_a_better_value) {
    FakeContext context(std::make_shared<ToyModel>());
    const auto hook = make_hook({{"type", "EarlyStopping"}, {"monitor", "val/loss"}, {"patience", 2}, {"mode", "min"}});
    for (const double loss : {1.0, 0.9, 0.95}) {
        context.metrics["val/loss"] = loss;
        ASSERT_TRUE(hook->after_epoch(context).ok());
    }
    EXPECT_EQ(context.stopped, "");
    ASSERT_TRUE(hook->after_epoch(context).ok());
    EXPECT_EQ(context.stopped, "'val/loss' has not improved on 0.9000 for 2 epochs");
}

TEST(EarlyStopping, goes_on_counting_after_a_resume) {
    FakeContext context(std::make_shared<ToyModel>());
    const Json settings{{"type", "EarlyStopping"}, {"monitor", "val/loss"}, {"patience", 2}, {"mode", "min"}};
    const auto first = make_hook(settings);
    for (const double loss : {0.5, 0.6}) {
        context.metrics["val/loss"] = loss;
        ASSERT_TRUE(first->after_epoch(context).ok());
    }
    const auto second = make_hook(settings);
    ASSERT_TRUE(second->load(first->state()).ok());
    ASSERT_TRUE(second->after_epoch(context).ok());
    EXPECT_THAT(context.stopped, HasSubstr("for 2 epochs"));
}

TEST(EarlyStopping, names_the_known_metrics_when_its_own_is_not_measured) {
    FakeContext context(std::make_shared<ToyModel>());
    context.metrics = {{"val/loss", 1.0}, {"train/loss", 1.0}};
    const Status refused = make_hook({{"type", "EarlyStopping"}, {"monitor", "val/accuracy"}})->after_epoch(context);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().message,
              "training.early_stopping.monitor names 'val/accuracy', which this run does not measure; known: "
              "train/loss, val/loss");
}

TEST(Ema, averages_floating_numbers_copies_counters_and_shows_itself_to_the_evaluation_only) {
    const auto model = std::make_shared<ToyModel>();
    const auto ema = make_hook({{"type", "Ema"}, {"decay", 0.75}});
    ema->attach(*model);
    FakeContext context(model);
    const torch::Tensor before = model->linear->weight.detach().clone();
    {
        const torch::NoGradGuard no_gradients;
        model->linear->weight.add_(1.0);
        model->norm->num_batches_tracked.add_(5);
    }
    const torch::Tensor live = model->linear->weight.detach().clone();
    ASSERT_TRUE(ema->after_step(context).ok());
    ASSERT_TRUE(ema->before_evaluation(context).ok());
    EXPECT_TRUE(torch::allclose(model->linear->weight, before * 0.75 + live * 0.25));
    EXPECT_EQ(model->norm->num_batches_tracked.item<std::int64_t>(), 5);
    ASSERT_TRUE(ema->after_evaluation(context).ok());
    EXPECT_TRUE(torch::equal(model->linear->weight, live));
}

TEST(Ema, keeps_little_of_the_first_weights_while_its_share_rises) {
    const auto model = std::make_shared<ToyModel>();
    const auto ema = make_hook({{"type", "Ema"}, {"decay", 0.75}, {"ramp", 10}});
    ema->attach(*model);
    FakeContext context(model);
    const torch::Tensor before = model->linear->weight.detach().clone();
    const torch::NoGradGuard no_gradients;
    model->linear->weight.add_(1.0);
    const torch::Tensor live = model->linear->weight.detach().clone();
    context.now.step = 1;
    ASSERT_TRUE(ema->after_step(context).ok());
    ASSERT_TRUE(ema->before_evaluation(context).ok());
    const double share = 0.75 * (1 - std::exp(-0.1));
    EXPECT_TRUE(torch::allclose(model->linear->weight, before * share + live * (1 - share)));
}

}  // namespace
}  // namespace goetia
