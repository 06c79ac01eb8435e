#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "learn/components.h"
#include "learn/tasks/objects.h"

namespace goetia {
namespace {

using testing::HasSubstr;

constexpr int kSide = 64;

const Components& parts() {
    static const std::unique_ptr<Components> all = std::move(builtin_components()).value();
    return *all;
}

Json small_two_stage(const std::string& type, const Json& more = Json::object()) {
    Json config{{"type", type},
                {"in_channels", {8, 8, 8}},
                {"num_classes", 3},
                {"anchors", {{"type", "GridAnchors"}, {"sizes", {{8}, {16}, {32}}}}},
                {"rpn_post_nms", 40},
                {"rpn_post_nms_train", 40},
                {"rpn_box_sampler", {{"type", "RandomBoxSampler"}, {"num", 64}}},
                {"box_sampler", {{"type", "RandomBoxSampler"}, {"num", 32}, {"pos_fraction", 0.25}}},
                {"box_features", 16}};
    if (type == "MaskRoiHead") config.update({{"mask_channels", {8}}, {"mask_predictor_channels", 8}});
    config.update(more);
    return config;
}

Result<std::shared_ptr<Head>> made(const Json& config) {
    return parts().heads.make(config, "head", BuildContext{parts(), lone_rank()});
}

std::vector<torch::Tensor> maps_of(std::int64_t images) {
    std::vector<torch::Tensor> maps;
    for (const std::int64_t stride : {4, 8, 16})
        maps.push_back(torch::randn({images, 8, kSide / stride, kSide / stride}));
    return maps;
}

// Two objects in the first image, none in the others.
Targets targets_of(std::size_t images) {
    Targets targets;
    for (std::size_t i = 0; i < images; ++i) {
        targets.frames.push_back(
            {.width = kSide, .height = kSide, .to_original = {}, .row_width = kSide, .row_height = kSide});
        ObjectTargets objects{torch::zeros({0, 4}), torch::zeros({0}, torch::kInt64),
                              torch::zeros({0, kSide, kSide}, torch::kUInt8)};
        if (i == 0) {
            objects.boxes = torch::tensor({{4.F, 6.F, 22.F, 20.F}, {30.F, 30.F, 60.F, 58.F}});
            objects.labels = torch::tensor({2, 0}, torch::kInt64);
            objects.masks = torch::zeros({2, kSide, kSide}, torch::kUInt8);
            objects.masks[0].slice(0, 6, 20).slice(1, 4, 22).fill_(1);
            objects.masks[1].slice(0, 30, 58).slice(1, 30, 60).fill_(1);
        }
        targets.objects.push_back(objects);
    }
    return targets;
}

class TwoStageHeads : public testing::TestWithParam<const char*> {
  protected:
    std::shared_ptr<Head> head_ = (torch::manual_seed(0), made(small_two_stage(GetParam())).value());
};

TEST_P(TwoStageHeads, learn_what_is_in_an_image) {
    const std::vector<torch::Tensor> maps = maps_of(2);
    const Targets targets = targets_of(2);
    torch::optim::Adam optimizer(head_->parameters(), 0.01);
    std::vector<double> totals;
    for (int step = 0; step < 40; ++step) {
        optimizer.zero_grad();
        const Losses losses = head_->losses(head_->forward(maps), targets);
        losses.total.backward();
        optimizer.step();
        totals.push_back(losses.total.item<double>());
        double sum = 0;
        for (const auto& [name, part] : losses.parts) sum += part.item<double>();
        EXPECT_NEAR(sum, totals.back(), 1e-4);
    }
    EXPECT_LT(totals.back(), totals.front() / 3);

    head_->eval();
    const torch::NoGradGuard no_gradients;
    const Outputs outputs = head_->forward(maps);
    EXPECT_LT(head_->losses(outputs, targets).total.item<double>(), totals.front() / 3);
    const auto rows = std::get<FoundObjects>(head_->predict(outputs, targets.frames)).rows;
    ASSERT_EQ(rows.size(), 2);
    ASSERT_FALSE(rows[0].empty());
    EXPECT_TRUE(rows[0][0].label == 2 || rows[0][0].label == 0) << rows[0][0].label;
    EXPECT_EQ(rows[0][0].mask.has_value(), head_->task() == Task::kInstance);
}

TEST_P(TwoStageHeads, give_every_parameter_a_gradient_where_there_is_nothing) {
    const Losses losses = head_->losses(head_->forward(maps_of(1)), [] {
        Targets targets = targets_of(2);
        targets.objects.erase(targets.objects.begin()), targets.frames.pop_back();
        return targets;
    }());
    EXPECT_TRUE(std::isfinite(losses.total.item<double>()));
    losses.total.backward();
    for (const NamedTensor& one : head_->named_parameters()) EXPECT_TRUE(one.tensor.grad().defined()) << one.name;
}

TEST_P(TwoStageHeads, find_only_what_shows_the_image_and_not_its_padding) {
    head_->eval();
    const torch::NoGradGuard no_gradients;
    const Frame half{.width = 40, .height = 30, .to_original = {}, .row_width = kSide, .row_height = kSide};
    const auto rows = std::get<FoundObjects>(head_->predict(head_->forward(maps_of(1)), {half})).rows;
    ASSERT_FALSE(rows[0].empty());
    for (const FoundObject& one : rows[0]) {
        EXPECT_LE(one.box.x2, 40);
        EXPECT_LE(one.box.y2, 30);
        EXPECT_LT(one.label, 3);
    }
}

INSTANTIATE_TEST_SUITE_P(Of, TwoStageHeads, testing::Values("RoiHead", "MaskRoiHead"));

std::string fault_of(const std::string& type, const Json& more) {
    const auto head = made(small_two_stage(type, more));
    return head.ok() ? "it was made" : to_string(head.error());
}

TEST(TwoStageHead, says_what_its_parts_cannot_be) {
    EXPECT_THAT(fault_of("RoiHead", {{"in_channels", {8, 8, 4}}}), HasSubstr("put a neck between"));
    EXPECT_THAT(fault_of("RoiHead", {{"pooled_maps", 4}}), HasSubstr("'pooled_maps' is 4, but there are 3 maps"));
    EXPECT_THAT(fault_of("RoiHead", {{"anchors", {{"type", "GridAnchors"}, {"sizes", {{8}, {16}, {32, 40}}}}}}),
                HasSubstr("'anchors' gives the maps different numbers (3, 3, 6)"));
    EXPECT_THAT(fault_of("RoiHead", {{"box_sampler", {{"type", "HardNegativeSampler"}}}}),
                HasSubstr("'box_sampler' asks for losses"));
    EXPECT_THAT(fault_of("MaskRoiHead", {{"norm_cfg", {{"type", "GN"}, {"num_groups", 3}}}}),
                HasSubstr("8 channels do not divide"));
}

TEST(TwoStageHead, has_torchvisions_names) {
    const auto names_of = [](const Json& config) {
        std::vector<std::string> names;
        for (const NamedTensor& one : made(config).value()->named_parameters()) names.push_back(one.name);
        return names;
    };
    EXPECT_THAT(
        names_of(small_two_stage("RoiHead")),
        testing::ElementsAre("rpn.head.conv.0.0.weight", "rpn.head.conv.0.0.bias", "rpn.head.cls_logits.weight",
                             "rpn.head.cls_logits.bias", "rpn.head.bbox_pred.weight", "rpn.head.bbox_pred.bias",
                             "roi_heads.box_head.fc6.weight", "roi_heads.box_head.fc6.bias",
                             "roi_heads.box_head.fc7.weight", "roi_heads.box_head.fc7.bias",
                             "roi_heads.box_predictor.cls_score.weight", "roi_heads.box_predictor.cls_score.bias",
                             "roi_heads.box_predictor.bbox_pred.weight", "roi_heads.box_predictor.bbox_pred.bias"));
    EXPECT_THAT(names_of(small_two_stage("MaskRoiHead", {{"box_channels", {8, 8}}, {"norm_cfg", {{"type", "BN"}}}})),
                testing::IsSupersetOf({"roi_heads.box_head.1.1.weight", "roi_heads.box_head.3.weight",
                                       "roi_heads.mask_head.0.0.weight", "roi_heads.mask_head.0.1.bias",
                                       "roi_heads.mask_predictor.conv5_mask.weight",
                                       "roi_heads.mask_predictor.mask_fcn_logits.bias"}));
}

}  // namespace
}  // namespace goetia
