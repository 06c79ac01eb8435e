#include "learn/loop/trainer.h"

#include <gmock/gmock.h>

#include "learn/loop/checkpoint.h"
#include "testkit/learn.h"

namespace goetia {
namespace {

using namespace testkit;
using ::testing::HasSubstr;

// Notes when it was called.
class Recorder final : public Hook {
  public:
    explicit Recorder(std::vector<std::string>& calls, std::string label = "",
                      HookPriority priority = HookPriority::kNormal)
        : calls_(calls), label_(std::move(label)), priority_(priority) {}
    [[nodiscard]] std::string_view name() const override { return "recorder"; }
    [[nodiscard]] HookPriority priority() const override { return priority_; }
    Status before_run(TrainContext&) override { return note("before_run"); }
    Status before_epoch(TrainContext&) override { return note("before_epoch"); }
    Status after_backward(TrainContext&) override { return note("after_backward"); }
    Status after_step(TrainContext&) override { return note("after_step"); }
    Status after_epoch(TrainContext&) override { return note("after_epoch"); }
    Status after_run(TrainContext&) override { return note("after_run"); }

  private:
    Status note(const std::string& stage) { return calls_.push_back(stage + label_), Status(); }
    std::vector<std::string>& calls_;
    std::string label_;
    HookPriority priority_;
};

TEST(Trainer, calls_hooks_at_their_stages) {
    Toy toy = make_toy(1, 2);
    std::vector<std::string> calls;
    toy.parts.hooks.push_back(std::make_shared<Recorder>(calls));
    ASSERT_TRUE(Trainer(std::move(toy.parts), nobody()).run().ok());
    EXPECT_THAT(calls, ::testing::ElementsAre("before_run", "before_epoch", "after_backward", "after_step",
                                              "after_backward", "after_step", "after_epoch", "after_run"));
}

TEST(Trainer, orders_hooks_by_priority_whatever_their_order_in_the_list) {
    Toy toy = make_toy(1, 1);
    std::vector<std::string> calls;
    toy.parts.hooks.push_back(std::make_shared<Recorder>(calls, " last", HookPriority::kLast));
    toy.parts.hooks.push_back(std::make_shared<Recorder>(calls, " first", HookPriority::kFirst));
    ASSERT_TRUE(Trainer(std::move(toy.parts), nobody()).run().ok());
    EXPECT_EQ(calls[0], "before_run first");
    EXPECT_EQ(calls[1], "before_run last");
}

TEST(Trainer, learns_the_toy_task) {
    Toy toy = make_toy(5, 8);
    Trainer trainer(std::move(toy.parts), nobody());
    ASSERT_TRUE(trainer.run().ok());
    EXPECT_GT(trainer.epoch_metrics().at("train/accuracy_top1"), 0.95);
    EXPECT_LT(trainer.epoch_metrics().at("train/loss"), 0.3);
}

TEST(Trainer, stops_at_a_loss_that_is_not_a_number_before_it_reaches_the_weights) {
    Toy toy = make_toy();
    toy.model->poison = true;
    const torch::Tensor before = all_weights(*toy.model).slice(0, 0, 39);
    const auto model = toy.model;
    const Result<RunEnd> end = Trainer(std::move(toy.parts), nobody()).run();
    ASSERT_FALSE(end.ok());
    EXPECT_EQ(end.error().code, Code::kFailed);
    EXPECT_THAT(end.error().message, HasSubstr("the loss became nan at step 1 (epoch 1)"));
    EXPECT_THAT(end.error().message, HasSubstr("lower optimizer.lr"));
    EXPECT_TRUE(torch::equal(before, all_weights(*model).slice(0, 0, 39)));
}

// Nothing waits for the loss of every step; one that is not logged is found before anything is kept.
TEST(Trainer, names_a_bad_step_that_was_not_looked_at_and_keeps_no_checkpoint_of_it) {
    struct Keeper final : Hook {
        [[nodiscard]] std::string_view name() const override { return "keeper"; }
        Status before_epoch(TrainContext& context) override {
            return model = &dynamic_cast<ToyModel&>(context.model()), Status();
        }
        Status after_step(TrainContext& context) override {
            const std::int64_t step = context.progress().step;
            model->poison = step == 1;  // so that step 2 is bad, and no other
            if (step != 3) return {};
            auto made = context.checkpoint();
            return made ? Status() : std::move(made).error();
        }
        ToyModel* model = nullptr;
    };
    Toy toy = make_toy(1, 4);
    toy.parts.settings.log_interval = 100;
    toy.parts.hooks.push_back(std::make_shared<Keeper>());
    const Result<RunEnd> end = Trainer(std::move(toy.parts), nobody()).run();
    ASSERT_FALSE(end.ok());
    EXPECT_THAT(to_string(end.error()), HasSubstr("the loss became nan at step 2 (epoch 1)"));
}

TEST(Trainer, refuses_a_bad_loss_at_the_end_of_the_epoch_at_the_latest) {
    Toy toy = make_toy(1, 4);
    toy.parts.settings.log_interval = 100;
    toy.model->poison = true;
    const Result<RunEnd> end = Trainer(std::move(toy.parts), nobody()).run();
    ASSERT_FALSE(end.ok());
    EXPECT_THAT(end.error().message, HasSubstr("the loss became nan at step 1 (epoch 1)"));
}

TEST(Trainer, handles_a_request_to_stop_after_the_step) {
    Toy toy = make_toy(3, 4);
    int looks = 0;
    int saves = 0;
    struct Saver final : Hook {
        explicit Saver(int& count) : saves(count) {}
        [[nodiscard]] std::string_view name() const override { return "saver"; }
        Status on_save_request(TrainContext&) override { return ++saves, Status(); }
        int& saves;
    };
    toy.parts.hooks.push_back(std::make_shared<Saver>(saves));
    Trainer trainer(std::move(toy.parts), [&looks] { return Result<Ask>(++looks == 2 ? Ask::kStop : Ask::kNothing); });
    const Result<RunEnd> end = trainer.run();
    ASSERT_TRUE(end.ok());
    EXPECT_EQ(end->state, RunState::kStopped);
    EXPECT_EQ(trainer.progress().step, 2);
    EXPECT_EQ(saves, 1);
}

TEST(Trainer, a_pause_ends_with_resume_and_changes_nothing) {
    Toy unbroken = make_toy();
    const auto expected = unbroken.model;
    ASSERT_TRUE(Trainer(std::move(unbroken.parts), nobody()).run().ok());
    Toy paused = make_toy();
    const auto actual = paused.model;
    const auto recorded = paused.recorded;
    std::vector<Ask> script{Ask::kNothing, Ask::kPause, Ask::kNothing, Ask::kResume};
    std::size_t at = 0;
    ASSERT_TRUE(
        Trainer(std::move(paused.parts), [&] { return Result<Ask>(at < script.size() ? script[at++] : Ask::kNothing); })
            .run()
            .ok());
    EXPECT_TRUE(torch::equal(all_weights(*expected), all_weights(*actual)));
    EXPECT_THAT(recorded->lines, ::testing::IsSupersetOf({"paused", "resumed"}));
}

TEST(Trainer, accumulates_to_the_gradient_of_the_larger_batch) {
    // BatchNorm sees the small batches, so it is held fixed for this comparison.
    const auto run = [](std::int64_t batches, std::int64_t size, std::int64_t accumulation) {
        Toy toy = make_toy(1, batches, size);
        toy.parts.settings.accumulation = accumulation;
        const auto model = toy.model;
        model->norm->options.momentum(0.0);
        struct Freeze final : Hook {
            [[nodiscard]] std::string_view name() const override { return "freeze"; }
            Status before_epoch(TrainContext& context) override {
                return dynamic_cast<ToyModel&>(context.model()).norm->eval(), Status();
            }
        };
        toy.parts.hooks.push_back(std::make_shared<Freeze>());
        EXPECT_TRUE(Trainer(std::move(toy.parts), nobody()).run().ok());
        return all_weights(*model);
    };
    EXPECT_TRUE(torch::allclose(run(2, 12, 1), run(4, 6, 2), 1e-5, 1e-6));
}

// Stops after step `stop`, keeps the packed checkpoint as bytes of its own, and goes on in a new trainer.
torch::Tensor weights_when_interrupted_at(std::int64_t stop, bool with_ema) {
    const auto parts_of = [&](Toy& toy) {
        if (with_ema) toy.parts.hooks.push_back(make_hook({{"type", "Ema"}, {"decay", 0.9}}));
        toy.parts.checkpoint_info = {{"a", "b", "c"}, nullptr, "hash"};
        return std::move(toy.parts);
    };
    Toy first = make_toy(3, 4);
    std::int64_t looks = 0;
    Trainer broken(parts_of(first), [&] { return Result<Ask>(++looks == stop ? Ask::kStop : Ask::kNothing); });
    EXPECT_TRUE(broken.run().ok());
    const Value checkpoint = pack_checkpoint(broken);

    Toy second = make_toy(3, 4);
    const auto model = second.model;
    Trainer resumed(parts_of(second), nobody());
    EXPECT_TRUE(unpack_checkpoint(checkpoint, "last.pth", resumed).ok());
    EXPECT_TRUE(resumed.run().ok());
    EXPECT_EQ(resumed.progress().step, 12);
    return all_weights(*model);
}

TEST(Checkpoint, a_run_resumed_at_any_step_equals_the_unbroken_one_bit_by_bit) {
    Toy toy = make_toy(3, 4);
    const auto model = toy.model;
    ASSERT_TRUE(Trainer(std::move(toy.parts), nobody()).run().ok());
    for (std::int64_t stop = 1; stop <= 11; ++stop) {
        EXPECT_TRUE(torch::equal(all_weights(*model), weights_when_interrupted_at(stop, stop % 2 == 0)))
            << "interrupted after step " << stop;
    }
}

TEST(Checkpoint, of_another_model_is_refused_with_every_difference) {
    Toy toy = make_toy();
    Trainer trainer(std::move(toy.parts), nobody());
    Value checkpoint = pack_checkpoint(trainer);
    Dict& model = checkpoint.as<Dict>()[0].second.as<Dict>();
    model.erase(model.begin());                                  // linear.weight is missing
    model.emplace_back("head.fc.weight", model.front().second);  // nobody asked for this one
    const Status refused = unpack_checkpoint(checkpoint, "last.pth", trainer);
    ASSERT_FALSE(refused.ok());
    EXPECT_THAT(to_string(refused.error()), HasSubstr("checkpoint 'last.pth' is of another model"));
    EXPECT_THAT(to_string(refused.error()), HasSubstr("linear.weight"));
    EXPECT_THAT(to_string(refused.error()), HasSubstr("head.fc.weight"));
}

TEST(Checkpoint, without_an_average_cannot_go_on_with_one) {
    Toy without = make_toy();
    Trainer first(std::move(without.parts), nobody());
    const Value checkpoint = pack_checkpoint(first);
    Toy toy = make_toy();
    toy.parts.hooks.push_back(make_hook({{"type", "Ema"}, {"decay", 0.9}}));
    Trainer trainer(std::move(toy.parts), nobody());
    const Status refused = unpack_checkpoint(checkpoint, "last.pth", trainer);
    ASSERT_FALSE(refused.ok());
    EXPECT_THAT(refused.error().message, HasSubstr("checkpoint 'last.pth'"));
    EXPECT_THAT(refused.error().message, HasSubstr("holds no average of the weights"));
}

}  // namespace
}  // namespace goetia
