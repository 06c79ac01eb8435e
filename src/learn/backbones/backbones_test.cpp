#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "learn/components.h"
#include "learn/tensors.h"

namespace goetia {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Components& components() {
    static const std::unique_ptr<Components> all = [] {
        auto made = std::make_unique<Components>();
        EXPECT_TRUE(register_builtin_models(*made).ok());
        return made;
    }();
    return *all;
}

Result<std::shared_ptr<Backbone>> make(const Json& section) {
    return components().backbones.make(section, "backbone", BuildContext{components(), lone_rank()});
}

std::shared_ptr<Backbone> made(const Json& section) {
    auto backbone = make(section);
    EXPECT_TRUE(backbone.ok()) << to_string(backbone.error());
    return *backbone;
}

std::string fault_of(const Json& section) {
    const auto backbone = make(section);
    return backbone.ok() ? "it was made" : to_string(backbone.error());
}

// The side of each square map for images of `size` pixels; also checks the channels that the backbone tells.
std::vector<std::int64_t> sides(Backbone& backbone, std::int64_t size, std::int64_t images = 2) {
    const torch::NoGradGuard no_gradients;
    std::vector<std::int64_t> list, channels;
    for (const torch::Tensor& maps : backbone.forward(torch::randn({images, 3, size, size}))) {
        EXPECT_EQ(maps.size(2), maps.size(3));
        channels.push_back(maps.size(1)), list.push_back(maps.size(2));
    }
    EXPECT_EQ(channels, backbone.channels());
    return list;
}

// After one pass in training: exactly the parameters below `prefixes` have no gradient, and no statistics there
// changed.
void expect_frozen(const Json& section, std::int64_t size, const std::vector<std::string>& prefixes) {
    const auto backbone = made(section);
    backbone->train();
    const auto is_frozen = [&](const std::string& name) {
        return std::ranges::any_of(prefixes, [&](const std::string& prefix) { return name.starts_with(prefix); });
    };
    std::map<std::string, torch::Tensor> before;
    for (const NamedTensor& one : backbone->named_buffers()) before.emplace(one.name, one.tensor.clone());
    torch::Tensor total = torch::zeros({});
    for (const torch::Tensor& maps : backbone->forward(torch::randn({2, 3, size, size}))) total = total + maps.sum();
    total.backward();
    std::size_t frozen = 0, trained = 0;
    for (const NamedTensor& one : backbone->named_parameters()) {
        EXPECT_EQ(one.tensor.grad().defined(), !is_frozen(one.name)) << one.name;
        ++(is_frozen(one.name) ? frozen : trained);
    }
    EXPECT_GT(frozen, 0U);
    EXPECT_GT(trained, 0U);
    for (const NamedTensor& one : backbone->named_buffers()) {
        if (!one.name.ends_with("running_mean")) continue;
        EXPECT_EQ(one.tensor.equal(before.at(one.name)), is_frozen(one.name)) << one.name;
    }
}

TEST(ResNet, ten_layers_of_width_24_are_small) {
    const auto small = made({{"type", "ResNet"}, {"depth", 10}, {"width", 24}, {"out_indices", {0, 1, 2, 3}}});
    EXPECT_EQ(small->channels(), (std::vector<std::int64_t>{24, 48, 96, 192}));
    EXPECT_THAT(sides(*small, 64), ElementsAre(16, 8, 4, 2));
    EXPECT_EQ(small->layers(), 5);
    EXPECT_EQ(small->layer_of("layer4.0.conv1.weight"), 4);
}

TEST(ResNet, dilation_keeps_the_size_of_the_maps) {
    const auto dilated = made({{"type", "ResNet"},
                               {"depth", 50},
                               {"replace_stride_with_dilation", {false, true, true}},
                               {"out_indices", {1, 2, 3}}});
    EXPECT_THAT(sides(*dilated, 64), ElementsAre(8, 8, 8));
}

TEST(ResNet, says_what_only_bottlenecks_do) {
    const std::string text = fault_of({{"type", "ResNet"},
                                       {"depth", 18},
                                       {"groups", 32},
                                       {"width_per_group", 4},
                                       {"replace_stride_with_dilation", {false, false, true}}});
    EXPECT_THAT(text, HasSubstr("groups: the blocks of depth 10, 18 and 34 have no other; take depth 50, 101 or 152, "
                                "found 32"));
    EXPECT_THAT(text, HasSubstr("width_per_group: the blocks of depth 10, 18 and 34"));
    EXPECT_THAT(text, HasSubstr("replace_stride_with_dilation: the blocks of depth 10, 18 and 34"));
    EXPECT_THAT(fault_of({{"type", "ResNet"}, {"depth", 50}, {"replace_stride_with_dilation", {1, 2}}}),
                HasSubstr("must be three of true and false, for stages 2, 3 and 4, found [1,2]"));
    EXPECT_THAT(fault_of({{"type", "ResNet"}, {"depth", 50}, {"width", 8}, {"width_per_group", 4}}),
                HasSubstr("'width_per_group' is 4 at 'width' 8, which leaves the first stage no channels"));
    EXPECT_THAT(fault_of({{"type", "ResNet"}, {"depth", 10}, {"width", 24}, {"norm_cfg", {{"type", "GN"}}}}),
                HasSubstr("24 channels do not divide"));
}

TEST(ResNet, grouped_and_narrow_forms_freeze_their_stages) {
    expect_frozen({{"type", "ResNet"}, {"depth", 10}, {"width", 8}, {"frozen_stages", 2}, {"out_indices", {3}}}, 64,
                  {"conv1.", "bn1.", "layer1.", "layer2."});
}

TEST(MobileNetV3, hands_on_features_by_torchvisions_numbers) {
    const auto large = made({{"type", "MobileNetV3"}, {"size", "large"}, {"out_indices", {0, 2, 4, 7, 13, 16}}});
    EXPECT_EQ(large->channels(), (std::vector<std::int64_t>{16, 24, 40, 80, 160, 960}));
    EXPECT_THAT(sides(*large, 64), ElementsAre(32, 16, 8, 4, 2, 2));
    EXPECT_EQ(large->layers(), 17);
    EXPECT_EQ(large->layer_of("features.13.block.0.0.weight"), 13);
    const auto dilated =
        made({{"type", "MobileNetV3"}, {"size", "large"}, {"dilated", true}, {"out_indices", {4, 16}}});
    EXPECT_THAT(sides(*dilated, 64), ElementsAre(8, 4));
    const auto small = made({{"type", "MobileNetV3"}, {"size", "small"}, {"reduced_tail", true}, {"width_mult", 0.5}});
    EXPECT_EQ(small->channels(), (std::vector<std::int64_t>{144}));
}

TEST(MobileNetV3, has_torchvisions_norms_unless_others_are_given) {
    const auto own = made({{"type", "MobileNetV3"}, {"size", "small"}});
    const auto frozen = made({{"type", "MobileNetV3"}, {"size", "small"}, {"norm_cfg", {{"type", "FrozenBN"}}}});
    EXPECT_TRUE(own->named_parameters().contains("features.1.block.0.1.weight"));
    EXPECT_FALSE(frozen->named_parameters().contains("features.1.block.0.1.weight"));
    EXPECT_TRUE(frozen->named_buffers().contains("features.1.block.0.1.weight"));
}

TEST(MobileNetV3, freezes_by_the_stages_of_torchvisions_detectors) {
    expect_frozen({{"type", "MobileNetV3"}, {"size", "small"}, {"frozen_stages", 3}}, 64,
                  {"features.0.", "features.1.", "features.2.", "features.3."});
}

TEST(MobileNetV3, says_what_cannot_be_built) {
    EXPECT_THAT(fault_of({{"type", "MobileNetV3"}, {"size", "small"}, {"out_indices", {3, 13}}}),
                HasSubstr("out_indices: must name features in rising order, found [3,13] (allowed: 0 to 12)"));
    EXPECT_THAT(fault_of({{"type", "MobileNetV3"}, {"size", "small"}, {"norm_cfg", {{"type", "GN"}}}}),
                HasSubstr("16 channels do not divide"));
    EXPECT_THAT(fault_of({{"type", "MobileNetV3"}, {"size", "tiny"}}), HasSubstr("size"));
}

TEST(Vgg, maps_are_taken_before_or_after_the_poolings) {
    const auto after = made({{"type", "VGG"}, {"depth", 11}, {"out_indices", {0, 3, 4}}});
    EXPECT_EQ(after->channels(), (std::vector<std::int64_t>{64, 512, 512}));
    EXPECT_THAT(sides(*after, 32), ElementsAre(16, 2, 1));
    const auto before =
        made({{"type", "VGG"}, {"depth", 11}, {"out_indices", {0, 3, 4}}, {"out_position", "before_pool"}});
    EXPECT_THAT(sides(*before, 32), ElementsAre(32, 4, 2));
    EXPECT_EQ(before->layers(), 8);
    EXPECT_EQ(before->layer_of("features.18.bias"), 7);
}

TEST(Vgg, freezes_stages_with_their_norms) {
    expect_frozen({{"type", "VGG"}, {"depth", 11}, {"batch_norm", true}, {"frozen_stages", 2}}, 32,
                  {"features.0.", "features.1.", "features.4.", "features.5."});
}

TEST(Vgg, says_what_cannot_be_built) {
    const std::string text = fault_of({{"type", "VGG"}, {"depth", 17}, {"out_indices", {2, 2}}});
    EXPECT_THAT(text, HasSubstr("depth: no VGG has as many layers, found 17 (allowed: 11, 13, 16 or 19)"));
    EXPECT_THAT(text, HasSubstr("out_indices: must name stages in rising order, found [2,2]"));
}

TEST(SsdVgg16, gives_the_six_maps_of_ssd300) {
    const auto ssd = made({{"type", "SsdVgg16"}});
    EXPECT_EQ(ssd->channels(), (std::vector<std::int64_t>{512, 1024, 512, 256, 256, 256}));
    EXPECT_THAT(sides(*ssd, 300, 1), ElementsAre(38, 19, 10, 5, 3, 1));
    const auto frozen = made({{"type", "SsdVgg16"}, {"frozen_stages", 1}});
    for (const NamedTensor& one : frozen->named_parameters()) {
        const bool first = one.name.starts_with("features.0.") || one.name.starts_with("features.2.");
        EXPECT_EQ(one.tensor.requires_grad(), !first) << one.name;
    }
}

TEST(SsdLiteMobileNetV3, gives_the_six_maps_of_ssdlite320) {
    const auto ssd = made({{"type", "SsdLiteMobileNetV3"}});
    EXPECT_EQ(ssd->channels(), (std::vector<std::int64_t>{672, 480, 512, 256, 256, 128}));
    EXPECT_THAT(sides(*ssd, 320), ElementsAre(20, 10, 5, 3, 2, 1));
    expect_frozen({{"type", "SsdLiteMobileNetV3"}, {"frozen_stages", 5}}, 320,
                  {"features.0.", "features.1.0.", "features.1.1.", "features.1.2."});
}

}  // namespace
}  // namespace goetia
