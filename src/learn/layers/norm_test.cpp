#include "learn/layers/norm.h"

#include <barrier>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

namespace goetia {
namespace {

using testing::HasSubstr;

// Two ranks that are two threads of one process: sum() meets at a barrier and adds both tensors in the same order.
class ThreadRanks {
  public:
    class Rank final : public Communicator {
      public:
        Rank(ThreadRanks& all, int rank) : all_(all), rank_(rank) {}
        [[nodiscard]] int rank() const override { return rank_; }
        [[nodiscard]] int world() const override { return 2; }
        void sum(torch::Tensor& tensor) override {
            all_.told_[static_cast<std::size_t>(rank_)] = tensor.clone();
            all_.meet_.arrive_and_wait();
            tensor.copy_(all_.told_[0] + all_.told_[1]);
            all_.meet_.arrive_and_wait();
        }
        void broadcast(torch::Tensor&, int) override {}
        void barrier() override { all_.meet_.arrive_and_wait(); }

      private:
        ThreadRanks& all_;
        int rank_;
    };

    std::shared_ptr<Communicator> rank(int number) { return std::make_shared<Rank>(*this, number); }

  private:
    std::barrier<> meet_{2};
    std::array<torch::Tensor, 2> told_;
};

struct Trained {
    torch::Tensor out, grad_in;
    std::shared_ptr<Norm> norm;
};

Trained train_once(const std::shared_ptr<Norm>& norm, const torch::Tensor& maps, const torch::Tensor& grad_out) {
    const torch::Tensor in = maps.clone().requires_grad_();
    const torch::Tensor out = norm->forward(in);
    out.backward(grad_out);
    return {out.detach(), in.grad(), norm};
}

torch::Tensor buffer(const Trained& trained, const std::string& name) { return trained.norm->named_buffers()[name]; }

NormFactory factory(const Json& config, std::shared_ptr<Communicator> ranks = lone_rank()) {
    return NormFactory::make(config, "norm_cfg", std::move(ranks)).value();
}

TEST(Norm, sync_bn_of_two_ranks_equals_bn_of_the_joined_batch) {
    torch::manual_seed(1);
    const torch::Tensor maps = torch::randn({5, 3, 4, 4}) * 2 + 7, grad = torch::randn({5, 3, 4, 4});
    ThreadRanks ranks;
    std::array<Trained, 2> parts;
    const auto run = [&](int r, std::int64_t begin, std::int64_t count) {  // batches of 3 and 2: weighted by their size
        const auto norm = factory({{"type", "SyncBN"}}, ranks.rank(r))(3);
        parts[static_cast<std::size_t>(r)] =
            train_once(norm, maps.narrow(0, begin, count), grad.narrow(0, begin, count));
    };
    std::thread other(run, 1, 3, 2);
    run(0, 0, 3);
    other.join();

    const Trained whole = train_once(factory({{"type", "BN"}})(3), maps, grad);
    EXPECT_TRUE(torch::allclose(torch::cat({parts[0].out, parts[1].out}), whole.out, 1e-5, 1e-5));
    EXPECT_TRUE(torch::allclose(torch::cat({parts[0].grad_in, parts[1].grad_in}), whole.grad_in, 1e-5, 1e-5));
    EXPECT_TRUE(torch::allclose(parts[0].norm->weight.grad() + parts[1].norm->weight.grad(), whole.norm->weight.grad(),
                                1e-5, 1e-4));
    EXPECT_TRUE(
        torch::allclose(parts[0].norm->bias.grad() + parts[1].norm->bias.grad(), whole.norm->bias.grad(), 1e-5, 1e-4));
    for (const Trained& part : parts) {
        EXPECT_TRUE(torch::allclose(buffer(part, "running_mean"), buffer(whole, "running_mean"), 1e-5, 1e-6));
        EXPECT_TRUE(torch::allclose(buffer(part, "running_var"), buffer(whole, "running_var"), 1e-5, 1e-6));
        EXPECT_EQ(buffer(part, "num_batches_tracked").item<std::int64_t>(), 1);
    }
}

TEST(Norm, sync_bn_of_a_lone_rank_is_bn) {
    const torch::Tensor maps = torch::randn({4, 2, 3, 3});
    EXPECT_TRUE(factory({{"type", "SyncBN"}})(2)->forward(maps).equal(factory({{"type", "BN"}})(2)->forward(maps)));
}

TEST(Norm, bn_equals_libtorchs_own_in_training_and_evaluation) {
    torch::nn::BatchNorm2d expected(3);
    const auto norm = factory({{"type", "BN"}})(3);
    for (int step = 0; step < 3; ++step) {
        const torch::Tensor maps = torch::randn({2, 3, 5, 5});
        EXPECT_TRUE(norm->forward(maps).equal(expected->forward(maps)));
    }
    norm->eval(), expected->eval();
    const torch::Tensor maps = torch::randn({2, 3, 5, 5});
    EXPECT_TRUE(norm->forward(maps).equal(expected->forward(maps)));
    for (const auto& one : expected->named_buffers())
        EXPECT_TRUE(norm->named_buffers()[one.key()].equal(one.value())) << one.key();
}

TEST(Norm, group_norm_equals_libtorchs_own) {
    torch::nn::GroupNorm expected(torch::nn::GroupNormOptions(2, 6));
    const torch::Tensor maps = torch::randn({2, 6, 3, 3});
    EXPECT_TRUE(factory({{"type", "GN"}, {"num_groups", 2}})(6)->forward(maps).equal(expected->forward(maps)));
}

TEST(Norm, frozen_bn_has_no_parameters_and_keeps_its_statistics) {
    const auto norm = factory({{"type", "FrozenBN"}})(3);
    EXPECT_TRUE(norm->parameters().empty());
    EXPECT_FALSE(norm->named_buffers().contains("num_batches_tracked"));
    norm->train();
    const torch::Tensor maps = torch::randn({2, 3, 4, 4}) + 5;
    EXPECT_TRUE(torch::allclose(norm->forward(maps), maps / std::sqrt(1 + 1e-5)));
    EXPECT_TRUE(norm->named_buffers()["running_mean"].equal(torch::zeros({3})));
}

TEST(Norm, without_requires_grad_gathers_statistics_but_trains_nothing) {
    const auto norm = factory({{"type", "BN"}, {"requires_grad", false}})(3);
    EXPECT_FALSE(norm->weight.requires_grad());
    norm->forward(torch::randn({2, 3, 4, 4}) + 5);
    EXPECT_GT(norm->named_buffers()["running_mean"].min().item<float>(), 0.2F);
}

TEST(Norm, bn_refuses_to_train_on_one_value_per_channel) {
    const auto norm = factory({{"type", "BN"}})(3);
    try {
        norm->forward(torch::randn({1, 3, 1, 1}));
        FAIL() << "the running variance would be NaN";
    } catch (const c10::Error& error) {
        EXPECT_THAT(
            error.what_without_backtrace(),
            HasSubstr("BN needs more than one value per channel in training, found a batch of [1, 3, 1, 1]; set "
                      "training.drop_last=true"));
    }
    EXPECT_TRUE(norm->named_buffers()["running_var"].equal(torch::ones({3})));
    norm->eval();
    EXPECT_TRUE(norm->forward(torch::randn({1, 3, 1, 1})).isfinite().all().item<bool>());
}

TEST(Norm, names_every_fault_of_its_section_at_once) {
    const auto made =
        NormFactory::make({{"type", "LN"}, {"momentun", 0.1}, {"eps", 0}}, "model.backbone.norm_cfg", lone_rank());
    ASSERT_FALSE(made.ok());
    const std::string text = to_string(made.error());
    EXPECT_THAT(text, HasSubstr("model.backbone.norm_cfg.type: no norm 'LN'"));
    EXPECT_THAT(text, HasSubstr("BN, SyncBN, GN, FrozenBN"));
    EXPECT_THAT(text, HasSubstr("momentum"));
    EXPECT_THAT(text, HasSubstr("model.backbone.norm_cfg.eps: out of range"));
}

TEST(Norm, group_norm_says_when_channels_do_not_divide) {
    const Status fits = factory({{"type", "GN"}, {"num_groups", 48}}).fits(64);
    ASSERT_FALSE(fits.ok());
    EXPECT_EQ(fits.error().message,
              "'norm_cfg.num_groups' is 48, but 64 channels do not divide into as many groups; give a divisor of 64");
}

}  // namespace
}  // namespace goetia
