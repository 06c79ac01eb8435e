#include "learn/weight_names.h"

#include <gtest/gtest.h>

#include <ATen/ops/zeros.h>

namespace goetia {
namespace {

// A model that has only these names.
class Named final : public Module {
  public:
    explicit Named(const std::vector<std::string>& names) {
        for (const std::string& name : names) {
            Module* at = this;
            std::size_t begin = 0;
            for (std::size_t dot; (dot = name.find('.', begin)) != std::string::npos; begin = dot + 1) {
                const std::string part = name.substr(begin, dot - begin);
                const auto child = at->child(part);
                at = child ? child.get() : at->register_module(part, std::make_shared<Module>()).get();
            }
            at->register_buffer(name.substr(begin), at::zeros({1}));
        }
    }
};

// What `theirs` is called in a model that has `own` and nothing else.
std::string ours(const std::string& theirs, const std::vector<std::string>& own) {
    return WeightNames(Named(own)).ours(theirs);
}

TEST(WeightNames, takes_the_first_rule_that_leads_into_the_model) {
    EXPECT_EQ(ours("fc.weight", {"head.fc.weight"}), "head.fc.weight");
    EXPECT_EQ(ours("fc.weight", {"fc.weight", "head.fc.weight"}), "fc.weight");
    EXPECT_EQ(ours("conv1.weight", {"backbone.conv1.weight"}), "backbone.conv1.weight");
    EXPECT_EQ(ours("module.conv1.weight", {"backbone.conv1.weight"}), "backbone.conv1.weight");
    EXPECT_EQ(ours("classifier.3.weight", {"head.3.weight"}), "head.3.weight");
    EXPECT_EQ(ours("backbone.body.layer1.0.bn1.bias", {"backbone.layer1.0.bn1.bias"}), "backbone.layer1.0.bn1.bias");
    EXPECT_EQ(ours("backbone.body.4.block.0.0.weight", {"backbone.features.4.block.0.0.weight"}),
              "backbone.features.4.block.0.0.weight");
    EXPECT_EQ(ours("backbone.4.block.0.0.weight", {"backbone.features.4.block.0.0.weight"}),
              "backbone.features.4.block.0.0.weight");
    EXPECT_EQ(ours("backbone.fpn.extra_blocks.p6.weight", {"neck.extra_blocks.p6.weight"}),
              "neck.extra_blocks.p6.weight");
    EXPECT_EQ(ours("roi_heads.box_head.fc6.bias", {"head.roi_heads.box_head.fc6.bias"}),
              "head.roi_heads.box_head.fc6.bias");
    EXPECT_EQ(ours("aux_classifier.4.weight", {"auxiliary.4.weight"}), "auxiliary.4.weight");
}

TEST(WeightNames, keeps_what_the_model_does_not_have) {
    EXPECT_EQ(ours("fc.weight", {"backbone.conv1.weight"}), "fc.weight");
    EXPECT_EQ(ours("extra.num_batches_tracked", {"backbone.conv1.weight"}), "extra.num_batches_tracked");
}

TEST(WeightNames, know_torchvisions_older_spellings) {
    EXPECT_EQ(ours("backbone.fpn.inner_blocks.2.weight", {"neck.inner_blocks.2.0.weight"}),
              "neck.inner_blocks.2.0.weight");
    EXPECT_EQ(ours("backbone.fpn.layer_blocks.0.bias", {"neck.layer_blocks.0.0.bias"}), "neck.layer_blocks.0.0.bias");
    EXPECT_EQ(ours("rpn.head.conv.weight", {"head.rpn.head.conv.0.0.weight"}), "head.rpn.head.conv.0.0.weight");
    EXPECT_EQ(ours("roi_heads.mask_head.mask_fcn4.bias", {"head.roi_heads.mask_head.3.0.bias"}),
              "head.roi_heads.mask_head.3.0.bias");
    const std::vector<std::string> retina{"head.regression_head.conv.0.0.weight",
                                          "head.regression_head.conv.3.0.weight"};
    EXPECT_EQ(ours("head.regression_head.conv.6.weight", retina), "head.regression_head.conv.3.0.weight");
    EXPECT_EQ(ours("head.regression_head.conv.3.weight", retina), "head.regression_head.conv.3.weight");
    // FCOS names its own layers so, today.
    EXPECT_EQ(ours("head.regression_head.conv.6.weight", {"head.regression_head.conv.6.weight"}),
              "head.regression_head.conv.6.weight");
}

TEST(WeightNames, lead_a_classifier_into_the_backbones_of_ssd) {
    EXPECT_EQ(ours("features.21.weight", {"backbone.features.21.weight"}), "backbone.features.21.weight");
    EXPECT_EQ(ours("features.28.bias", {"backbone.extra.0.5.bias"}), "backbone.extra.0.5.bias");
    EXPECT_EQ(ours("features.5.block.2.fc1.bias", {"backbone.features.0.5.block.2.fc1.bias"}),
              "backbone.features.0.5.block.2.fc1.bias");
    EXPECT_EQ(ours("features.13.block.0.0.weight", {"backbone.features.0.13.0.weight"}),
              "backbone.features.0.13.0.weight");
    EXPECT_EQ(ours("features.13.block.3.1.bias", {"backbone.features.1.0.3.1.bias"}), "backbone.features.1.0.3.1.bias");
    EXPECT_EQ(ours("features.16.0.weight", {"backbone.features.1.3.0.weight"}), "backbone.features.1.3.0.weight");
}

TEST(WeightNames, lead_a_count_of_batches_to_the_norm_that_keeps_none) {
    EXPECT_EQ(ours("bn1.num_batches_tracked", {"backbone.bn1.running_mean"}), "backbone.bn1.num_batches_tracked");
    EXPECT_EQ(ours("backbone.body.bn1.num_batches_tracked", {"backbone.bn1.running_mean"}),
              "backbone.bn1.num_batches_tracked");
}

}  // namespace
}  // namespace goetia
