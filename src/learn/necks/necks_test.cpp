#include <gmock/gmock.h>
#include <torch/torch.h>

#include "learn/components.h"

namespace goetia {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Sizes = std::vector<std::int64_t>;

const Components& neck_components() {
    static const std::unique_ptr<Components> all = [] {
        auto made = std::make_unique<Components>();
        EXPECT_TRUE(register_builtin_models(*made));
        return made;
    }();
    return *all;
}

Result<std::shared_ptr<Neck>> made_neck(Json config) {
    config["in_channels"] = {8, 16, 32};
    return neck_components().necks.make(config, "neck", BuildContext{neck_components(), lone_rank()});
}

std::shared_ptr<Neck> neck(const Json& config) {
    auto made = made_neck(config);
    EXPECT_TRUE(made) << to_string(made.error());
    return *made;
}

std::vector<torch::Tensor> backbone_maps() {
    return {torch::randn({2, 8, 13, 20}), torch::randn({2, 16, 7, 10}), torch::randn({2, 32, 4, 5})};
}

std::vector<Sizes> map_sizes(Neck& one) {
    std::vector<Sizes> all;
    for (const torch::Tensor& maps : one.forward(backbone_maps())) all.push_back(maps.sizes().vec());
    return all;
}

TEST(FPN, hands_on_maps_of_one_width_and_says_so) {
    const auto plain = neck({{"type", "FPN"}, {"out_channels", 6}});
    EXPECT_THAT(map_sizes(*plain), ElementsAre(Sizes{2, 6, 13, 20}, Sizes{2, 6, 7, 10}, Sizes{2, 6, 4, 5}));
    EXPECT_EQ(plain->channels({8, 16, 32}), (Sizes{6, 6, 6}));
    const auto pooled = neck({{"type", "FPN"}, {"out_channels", 6}, {"extra", "maxpool"}});
    EXPECT_EQ(map_sizes(*pooled).back(), (Sizes{2, 6, 2, 3}));
    EXPECT_EQ(pooled->channels({8, 16, 32}), (Sizes{6, 6, 6, 6}));
    for (const char* from : {"p5", "c5"}) {
        const auto more = neck({{"type", "FPN"}, {"out_channels", 6}, {"extra", "p6p7"}, {"extra_from", from}});
        ASSERT_EQ(map_sizes(*more).size(), 5U);
        EXPECT_EQ(map_sizes(*more)[3], (Sizes{2, 6, 2, 3}));
        EXPECT_EQ(map_sizes(*more)[4], (Sizes{2, 6, 1, 2}));
        EXPECT_EQ(more->channels({8, 16, 32}).size(), 5U);
        EXPECT_EQ(more->named_parameters()["extra_blocks.p6.weight"].size(1), from == std::string("p5") ? 6 : 32);
    }
}

TEST(FPN, names_its_parameters_as_torchvision_does) {
    const auto plain = neck({{"type", "FPN"}, {"out_channels", 6}})->named_parameters();
    EXPECT_TRUE(plain.contains("inner_blocks.0.0.bias"));
    EXPECT_TRUE(plain.contains("layer_blocks.2.0.weight"));
    EXPECT_EQ(plain.size(), 12U);
    const auto normed =
        neck({{"type", "FPN"}, {"out_channels", 6}, {"norm_cfg", {{"type", "BN"}}}})->named_parameters();
    EXPECT_TRUE(normed.contains("layer_blocks.2.1.weight"));
    EXPECT_FALSE(normed.contains("layer_blocks.2.0.bias"));
}

TEST(FPN, lets_every_map_know_what_the_smaller_ones_see) {
    const auto one = neck({{"type", "FPN"}, {"out_channels", 6}});
    std::vector<torch::Tensor> maps = backbone_maps();
    const torch::Tensor before = one->forward(maps)[0];
    maps[2] = maps[2] + 1;
    EXPECT_FALSE(one->forward(maps)[0].allclose(before));
}

TEST(PAN, lets_every_map_know_what_the_larger_ones_see) {
    const auto one = neck({{"type", "PAN"}, {"out_channels", 6}});
    EXPECT_THAT(map_sizes(*one), ElementsAre(Sizes{2, 6, 13, 20}, Sizes{2, 6, 7, 10}, Sizes{2, 6, 4, 5}));
    std::vector<torch::Tensor> maps = backbone_maps();
    const torch::Tensor before = one->forward(maps)[2];
    maps[0] = maps[0] + 1;
    EXPECT_FALSE(one->forward(maps)[2].allclose(before));
    EXPECT_TRUE(one->named_parameters().contains("down_blocks.1.0.weight"));
    EXPECT_TRUE(one->named_parameters().contains("out_blocks.1.0.weight"));
}

TEST(FPN, says_when_its_norm_or_its_maps_do_not_fit) {
    const auto made =
        made_neck({{"type", "FPN"}, {"out_channels", 6}, {"norm_cfg", {{"type", "GN"}, {"num_groups", 4}}}});
    ASSERT_FALSE(made);
    EXPECT_THAT(to_string(made.error()), HasSubstr("'norm_cfg.num_groups' is 4, but 6 channels do not divide"));
    try {
        (void)neck({{"type", "FPN"}})->forward({torch::zeros({1, 8, 4, 4})});
        FAIL() << "one map was taken for three";
    } catch (const c10::Error& error) {
        EXPECT_THAT(error.what_without_backtrace(), HasSubstr("the neck was made for 3 maps, found 1"));
    }
}

}  // namespace
}  // namespace goetia
