#include "learn/module.h"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "learn/layers/conv2d.h"
#include "learn/layers/initial.h"
#include "learn/layers/linear.h"
#include "learn/torch_child.h"

namespace goetia {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> names(const NamedTensors& tensors) {
    std::vector<std::string> list;
    for (const NamedTensor& one : tensors) list.push_back(one.name);
    return list;
}

// A norm between two linear layers, the second of them within a child of its own.
struct Nested : Module {
    struct Inner : Module {
        Inner() { last = register_module("last", std::make_shared<Linear>(4, 2)); }
        std::shared_ptr<Linear> last;
    };
    Nested() {
        first = register_module("first", std::make_shared<Linear>(3, 4));
        scale = register_parameter("scale", torch::ones({4}));
        seen = register_buffer("seen", torch::zeros({}, torch::kInt64));
        inner = register_module("inner", std::make_shared<Inner>());
    }
    std::shared_ptr<Linear> first;
    at::Tensor scale, seen;
    std::shared_ptr<Inner> inner;
};

TEST(Module, names_its_tensors_in_the_order_of_pythons_state_dict) {
    const Nested net;
    EXPECT_THAT(names(net.named_state()),
                ElementsAre("scale", "seen", "first.weight", "first.bias", "inner.last.weight", "inner.last.bias"));
    EXPECT_THAT(names(net.named_parameters()),
                ElementsAre("scale", "first.weight", "first.bias", "inner.last.weight", "inner.last.bias"));
    EXPECT_THAT(names(net.named_buffers()), ElementsAre("seen"));
    EXPECT_EQ(net.named_modules().size(), 4U);
    EXPECT_EQ(net.named_modules()[3].first, "inner.last");
}

TEST(Module, trains_its_parameters_and_not_its_buffers) {
    const Nested net;
    for (const at::Tensor& one : net.parameters()) EXPECT_TRUE(one.requires_grad() && one.is_leaf());
    EXPECT_FALSE(net.seen.requires_grad());
}

TEST(Module, a_change_of_mode_reaches_every_child) {
    Nested net;
    EXPECT_TRUE(net.inner->last->is_training());
    net.eval();
    EXPECT_FALSE(net.is_training() || net.inner->is_training() || net.inner->last->is_training());
    net.train();
    EXPECT_TRUE(net.inner->last->is_training());
}

TEST(Module, tensors_that_move_stay_the_same_objects) {
    Nested net;
    const at::Tensor held = net.first->weight;
    held.mutable_grad() = torch::ones_like(held);
    net.to(at::kDouble);
    EXPECT_EQ(held.scalar_type(), at::kDouble);
    EXPECT_EQ(held.grad().scalar_type(), at::kDouble);
    EXPECT_TRUE(held.is_leaf() && held.requires_grad());
    EXPECT_TRUE(net.named_parameters()["first.weight"].is_same(held));
    EXPECT_EQ(net.seen.scalar_type(), at::kLong) << "a counter is no floating number";
    net.to(at::Device(at::kCPU));
    held.sum().backward();
    EXPECT_EQ(held.grad().sum().item<double>(), 24.0);
}

TEST(Module, says_which_name_cannot_be_used) {
    Nested net;
    const auto fault = [&](const std::string& name) -> std::string {
        try {
            net.register_buffer(name, torch::zeros({1}));
        } catch (const c10::Error& error) {
            return error.what_without_backtrace();
        }
        return "(it was taken)";
    };
    EXPECT_THAT(fault("inner"), HasSubstr("the module has 'inner' already"));
    EXPECT_THAT(fault("a.b"), HasSubstr("'a.b' cannot be a name within a module: it holds a dot"));
    EXPECT_THAT(fault(""), HasSubstr("need a name"));
    EXPECT_THROW((void)net.named_parameters()["nothing"], c10::Error);
    EXPECT_THROW(net.register_module("late", std::shared_ptr<Module>()), c10::Error);
}

TEST(Layers, start_at_the_bits_of_libtorchs_own) {
    torch::manual_seed(11);
    const Linear linear(37, 10);
    const Conv2d conv(6, 8, 3, {.groups = 2});
    const Conv2d plain(3, 64, 7, {.bias = false, .start = Conv2dOptions::Start::kNormalFanOut});
    torch::manual_seed(11);
    torch::nn::Linear their_linear(37, 10);
    torch::nn::Conv2d their_conv(torch::nn::Conv2dOptions(6, 8, 3).groups(2));
    at::Tensor their_plain = torch::empty({64, 3, 7, 7});
    torch::nn::init::kaiming_normal_(their_plain, 0, torch::kFanOut, torch::kReLU);
    EXPECT_TRUE(linear.weight.equal(their_linear->weight) && linear.bias.equal(their_linear->bias));
    EXPECT_TRUE(conv.weight.equal(their_conv->weight) && conv.bias.equal(their_conv->bias));
    EXPECT_TRUE(plain.weight.equal(their_plain));
    const at::Tensor maps = torch::randn({2, 6, 5, 5});
    EXPECT_TRUE(conv.forward(maps).equal(their_conv(maps)));
}

// torch::nn modules as children, in a holder and in a shared pointer; one keeps a part of itself in evaluation.
struct Theirs : torch::nn::Module {
    Theirs() {
        norm = register_module("norm", torch::nn::BatchNorm1d(4));
        fc = register_module("fc", torch::nn::Linear(torch::nn::LinearOptions(4, 2).bias(false)));
    }
    void train(bool on) override {
        torch::nn::Module::train(on);
        norm->eval();
    }
    torch::nn::BatchNorm1d norm{nullptr};
    torch::nn::Linear fc{nullptr};
};

struct Mixed : Module {
    Mixed() {
        first = register_module("first", torch::nn::Linear(3, 4));
        rest = register_module("rest", std::make_shared<Theirs>());
    }
    torch::nn::Linear first{nullptr};
    std::shared_ptr<Theirs> rest;
};

TEST(TorchChild, is_reached_through_ours) {
    Mixed net;
    EXPECT_THAT(
        names(net.named_state()),
        ElementsAre("first.weight", "first.bias", "rest.norm.weight", "rest.norm.bias", "rest.norm.running_mean",
                    "rest.norm.running_var", "rest.norm.num_batches_tracked", "rest.fc.weight"));
    EXPECT_TRUE(net.named_parameters()["rest.fc.weight"].is_same(net.rest->fc->weight));
    net.eval();
    EXPECT_FALSE(net.first->is_training() || net.rest->is_training() || net.rest->fc->is_training());
    net.train();
    EXPECT_TRUE(net.first->is_training() && net.rest->fc->is_training());
    EXPECT_FALSE(net.rest->norm->is_training()) << "a module decides about its own parts";
    const at::Tensor held = net.named_parameters()["rest.norm.weight"];
    net.to(at::kDouble);
    EXPECT_EQ(net.rest->norm->weight.scalar_type(), at::kDouble);
    EXPECT_TRUE(held.is_same(net.rest->norm->weight));
}

}  // namespace
}  // namespace goetia
