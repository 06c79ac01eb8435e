#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "base/json.h"
#include "learn/model.h"
#include "learn/optim/optimizer.h"
#include "learn/tasks/classification.h"
#include "learn/tensors.h"
#include "learn/torch_child.h"

namespace goetia {
namespace {

using testing::HasSubstr;

OptimizerRegistry& registry() {
    static OptimizerRegistry all = [] {
        OptimizerRegistry made(Kind::kOptimizer);
        EXPECT_TRUE(register_builtin_optimizers(made).ok());
        return made;
    }();
    return all;
}

// Parameters of several shapes, one of them channels last, and the gradients of each step.
struct Problem {
    std::vector<torch::Tensor> params;
    explicit Problem(std::uint64_t seed) {
        torch::manual_seed(seed);
        params = {torch::randn({4, 3, 3, 3}).contiguous(at::MemoryFormat::ChannelsLast), torch::randn({17}),
                  torch::randn({5, 6}), torch::randn({})};
        for (torch::Tensor& param : params) param.requires_grad_();
    }
    void set_gradients(int step) {
        for (std::size_t i = 0; i < params.size(); ++i) {
            auto generator = at::detail::createCPUGenerator(static_cast<std::uint64_t>(step) * 100 + i);
            params[i].mutable_grad() =
                torch::randn(params[i].sizes(), generator);  // contiguous, also for channels last
        }
    }
    [[nodiscard]] std::vector<ParamGroup> groups() const { return {{.params = params, .names = {"a", "b", "c", "d"}}}; }
};

std::shared_ptr<Optimizer> make(const Json& config, const Problem& problem) {
    auto made = registry().make(config, "optimizer", problem.groups());
    EXPECT_TRUE(made.ok()) << to_string(made.error());
    return *made;
}

// Ten steps at a changing rate, ours beside LibTorch's own optimizer.
template <class Theirs, class Options>
void expect_same(const Json& config, Options options) {
    Problem ours(3), theirs(3);
    const auto optimizer = make(config, ours);
    Theirs reference(theirs.params, options);
    for (int step = 0; step < 10; ++step) {
        const double lr = 0.1 / (1 + step);
        ours.set_gradients(step), theirs.set_gradients(step);
        optimizer->step(lr);
        for (auto& group : reference.param_groups()) group.options().set_lr(lr);
        reference.step();
        optimizer->zero_grad();
        EXPECT_FALSE(ours.params[0].grad().defined());
    }
    for (std::size_t i = 0; i < ours.params.size(); ++i) {
        EXPECT_TRUE(torch::allclose(ours.params[i], theirs.params[i], 1e-5, 1e-6))
            << config.dump() << " parameter " << i;
    }
}

TEST(Optimizers, sgd_equals_libtorchs) {
    using torch::optim::SGD;
    using torch::optim::SGDOptions;
    expect_same<SGD>({{"type", "SGD"}, {"lr", 0.1}}, SGDOptions(0.1));
    expect_same<SGD>({{"type", "SGD"}, {"lr", 0.1}, {"momentum", 0.9}, {"weight_decay", 0.01}},
                     SGDOptions(0.1).momentum(0.9).weight_decay(0.01));
    expect_same<SGD>({{"type", "SGD"}, {"lr", 0.1}, {"momentum", 0.9}, {"dampening", 0.3}},
                     SGDOptions(0.1).momentum(0.9).dampening(0.3));
    expect_same<SGD>({{"type", "SGD"}, {"lr", 0.1}, {"momentum", 0.9}, {"nesterov", true}},
                     SGDOptions(0.1).momentum(0.9).nesterov(true));
}

TEST(Optimizers, adam_and_adamw_equal_libtorchs) {
    using namespace torch::optim;
    expect_same<Adam>({{"type", "Adam"}, {"lr", 0.1}, {"weight_decay", 0.02}}, AdamOptions(0.1).weight_decay(0.02));
    expect_same<Adam>({{"type", "Adam"}, {"lr", 0.1}, {"amsgrad", true}}, AdamOptions(0.1).amsgrad(true));
    expect_same<AdamW>({{"type", "AdamW"}, {"lr", 0.1}, {"betas", {0.8, 0.99}}, {"eps", 1e-6}, {"weight_decay", 0.05}},
                       AdamWOptions(0.1).betas({0.8, 0.99}).eps(1e-6).weight_decay(0.05));
}

TEST(Optimizers, pass_over_parameters_without_a_gradient_until_they_have_one) {
    for (const Json& config : {Json{{"type", "SGD"}, {"lr", 0.1}, {"momentum", 0.9}, {"dampening", 0.5}},
                               Json{{"type", "AdamW"}, {"lr", 0.1}}}) {
        Problem together(5), late(5);
        const auto a = make(config, together), b = make(config, late);
        together.set_gradients(1), late.set_gradients(1);
        const torch::Tensor before = late.params[2].clone();
        late.params[2].mutable_grad().reset();
        a->step(0.1), b->step(0.1);
        EXPECT_TRUE(late.params[2].equal(before));
        EXPECT_TRUE(late.params[1].equal(together.params[1]));
        late.set_gradients(1);  // its first step comes now, and equals the first step of the other run
        b->step(0.1);
        EXPECT_TRUE(torch::allclose(late.params[2], together.params[2], 1e-6, 1e-7)) << config.dump();
    }
}

TEST(Optimizers, a_loaded_state_goes_on_as_if_unbroken) {
    for (const Json& config :
         {Json{{"type", "SGD"}, {"lr", 0.1}, {"momentum", 0.9}}, Json{{"type", "SGD"}, {"lr", 0.1}},
          Json{{"type", "Adam"}, {"amsgrad", true}}, Json{{"type", "AdamW"}},
          Json{{"type", "RMSprop"}, {"momentum", 0.9}, {"centered", true}}, Json{{"type", "Lion"}},
          Json{{"type", "LAMB"}}, Json{{"type", "Adafactor"}}, Json{{"type", "Muon"}}}) {
        Problem unbroken(7), resumed(7);
        const auto a = make(config, unbroken);
        for (int step = 0; step < 3; ++step) unbroken.set_gradients(step), a->step(0.1);
        {
            torch::NoGradGuard no_grad;
            for (std::size_t i = 0; i < 4; ++i) resumed.params[i].copy_(unbroken.params[i]);
        }
        const auto b = make(config, resumed);
        ASSERT_TRUE(b->load(a->state()).ok());
        for (int step = 3; step < 6; ++step) {
            unbroken.set_gradients(step), resumed.set_gradients(step);
            a->step(0.05), b->step(0.05);
        }
        for (std::size_t i = 0; i < 4; ++i)
            EXPECT_TRUE(unbroken.params[i].equal(resumed.params[i])) << config.dump() << i;
    }
}

TEST(Optimizers, keep_their_state_in_torch_optims_layout) {
    Problem problem(9);
    const auto optimizer = make({{"type", "AdamW"}, {"lr", 0.1}}, problem);
    problem.set_gradients(0);
    optimizer->step(0.025);
    const Value state = optimizer->state();
    const Dict& states = state.find("state")->as<Dict>();
    ASSERT_EQ(states.size(), 4U);
    EXPECT_EQ(states[2].first.as<std::int64_t>(), 2);
    EXPECT_EQ(states[2].second.find("step")->as<Tensor>().shape.size(), 0U);
    EXPECT_EQ(states[2].second.find("exp_avg")->as<Tensor>().shape, (std::vector<std::int64_t>{5, 6}));
    const Value& group = state.find("param_groups")->as<List>()[0];
    EXPECT_EQ(group.find("lr")->as<double>(), 0.025);
    EXPECT_EQ(group.find("betas")->as<Tuple>().items[1].as<double>(), 0.999);
    EXPECT_EQ(group.find("params")->as<List>()[3].as<std::int64_t>(), 3);
}

TEST(Optimizers, refuse_the_state_of_another_model_and_name_every_fault) {
    Problem problem(1), other(1);
    other.params[1] = torch::randn({18}).requires_grad_();
    other.params[2] = torch::randn({5, 7}).requires_grad_();
    const auto a = make({{"type", "SGD"}, {"lr", 0.1}, {"momentum", 0.9}}, problem),
               b = make({{"type", "SGD"}, {"lr", 0.1}, {"momentum", 0.9}}, other);
    problem.set_gradients(0);
    a->step(0.1);
    const Status loaded = b->load(a->state());
    ASSERT_FALSE(loaded.ok());
    EXPECT_THAT(to_string(loaded.error()), HasSubstr("momentum_buffer of 'b': has another shape, found [17]"));
    EXPECT_THAT(to_string(loaded.error()), HasSubstr("momentum_buffer of 'c': has another shape, found [5, 6]"));
    EXPECT_THAT(b->load(Dict{}).error().message, HasSubstr("'state' is missing"));
    const auto adam = make({{"type", "Adam"}}, problem);
    EXPECT_THAT(to_string(adam->load(a->state()).error()),
                HasSubstr("exp_avg of 'a': missing from the optimizer's state"));
}

TEST(Optimizers, nesterov_needs_momentum) {
    Problem problem(1);
    const auto made =
        registry().make({{"type", "SGD"}, {"lr", 0.1}, {"nesterov", true}}, "optimizer", problem.groups());
    ASSERT_FALSE(made.ok());
    EXPECT_THAT(made.error().message,
                HasSubstr("'nesterov' needs a momentum above 0 and no dampening, found momentum 0 and dampening 0"));
}

// A model of three layers: "stem" (with a norm), "body", "head".
class Small final : public ClassificationModel {
  public:
    Small() {
        register_module("stem", torch::nn::Conv2d(torch::nn::Conv2dOptions(1, 2, 1)));
        register_module("norm", torch::nn::BatchNorm2d(2));
        register_module("body", torch::nn::Linear(2, 2));
        register_module("head", torch::nn::Linear(2, 2));
    }
    Outputs forward(const torch::Tensor& images) override { return {images}; }
    Losses losses(const Outputs&, const Targets&) override { return {}; }
    [[nodiscard]] std::int64_t outcomes() const override { return 2; }
    [[nodiscard]] std::int64_t layer_of(const std::string& name) const override {
        return name.starts_with("head") ? 2 : name.starts_with("body") ? 1 : 0;
    }
    [[nodiscard]] std::int64_t layers() const override { return 3; }
};

TEST(ParameterGroups, are_one_group_with_decay_everywhere_unless_asked) {
    const auto model = std::make_shared<Small>();
    const auto groups = parameter_groups(*model, {{"type", "SGD"}});
    ASSERT_TRUE(groups.ok());
    ASSERT_EQ(groups->size(), 1U);
    EXPECT_EQ(groups->front().params.size(), 8U);
    EXPECT_FALSE(groups->front().weight_decay.has_value());
}

TEST(ParameterGroups, no_decay_spares_norms_biases_and_patterns) {
    const auto model = std::make_shared<Small>();
    const auto groups = parameter_groups(*model, {{"no_decay", {"norm", "bias", "head.*"}}});
    ASSERT_TRUE(groups.ok());
    ASSERT_EQ(groups->size(), 2U);
    EXPECT_THAT((*groups)[0].names, testing::ElementsAre("stem.weight", "body.weight"));
    EXPECT_THAT((*groups)[1].names,
                testing::ElementsAre("stem.bias", "norm.weight", "norm.bias", "body.bias", "head.weight", "head.bias"));
    EXPECT_EQ((*groups)[1].weight_decay, 0.0);
}

TEST(ParameterGroups, layer_decay_leaves_the_head_at_the_full_rate) {
    const auto model = std::make_shared<Small>();
    const auto groups = parameter_groups(*model, {{"layer_decay", {{"enabled", true}, {"decay_rate", 0.5}}}});
    ASSERT_TRUE(groups.ok());
    std::vector<double> scales;
    for (const ParamGroup& group : *groups) scales.push_back(group.lr_scale);
    EXPECT_THAT(scales, testing::ElementsAre(0.25, 0.5, 1.0));
    EXPECT_EQ(parameter_groups(*model, {{"layer_decay", {{"enabled", false}, {"decay_rate", 0.5}}}})->size(), 1U);
}

TEST(ParameterGroups, have_settings_by_pattern_of_which_the_first_that_fits_counts) {
    const auto model = std::make_shared<Small>();
    const auto groups = parameter_groups(
        *model,
        {{"no_decay", {"bias"}},
         {"groups", {{{"pattern", "head.*"}, {"lr_scale", 10}, {"weight_decay", 0.5}}, {{"pattern", "*.weight"}}}}});
    ASSERT_TRUE(groups.ok()) << to_string(groups.error());
    ASSERT_EQ(groups->size(), 4U);
    EXPECT_THAT((*groups)[2].names, testing::ElementsAre("head.weight"));
    EXPECT_EQ((*groups)[2].lr_scale, 10);
    EXPECT_EQ((*groups)[2].weight_decay, 0.5);
    EXPECT_THAT((*groups)[3].names, testing::ElementsAre("head.bias"));
    EXPECT_EQ((*groups)[3].lr_scale, 10);
    EXPECT_EQ((*groups)[3].weight_decay, 0.0);
    EXPECT_THAT(parameter_groups(*model, {{"groups", {{{"pattern", "neck.*"}}}}}).error().message,
                HasSubstr("'optimizer.groups' names 'neck.*', which matches no parameter"));
    EXPECT_THAT(to_string(parameter_groups(*model, {{"groups", {{{"patern", "x"}}}}}).error()),
                HasSubstr("optimizer.groups[0]"));
}

TEST(ParameterGroups, leave_frozen_and_repeated_parameters_out) {
    const auto model = std::make_shared<Small>();
    model->named_parameters()["stem.weight"].set_requires_grad(false);
    model->register_parameter("tied", model->named_parameters()["head.weight"]);
    const auto groups = parameter_groups(*model, Json::object());
    EXPECT_EQ(groups->front().params.size(), 7U);
}

TEST(ParameterGroups, say_what_is_wrong) {
    const auto model = std::make_shared<Small>();
    EXPECT_EQ(parameter_groups(*model, {{"no_decay", {"pos_embed"}}}).error().message,
              "'optimizer.no_decay' names 'pos_embed', which matches no parameter; allowed: norm, bias, or a pattern "
              "of names such as head.*");
    EXPECT_THAT(to_string(parameter_groups(*model, {{"layer_decay", {{"rate", 0.5}}}}).error()),
                HasSubstr("'layer_decay' has no parameter 'rate'"));
    for (torch::Tensor& param : model->parameters()) param.set_requires_grad(false);
    EXPECT_EQ(parameter_groups(*model, Json::object()).error().message,
              "the model has nothing to train: every parameter is frozen");
}

}  // namespace
}  // namespace goetia
