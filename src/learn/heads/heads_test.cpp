// What every head keeps besides torchvision's arithmetic, which tests/oracles/detectors_test.py compares.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include "learn/components.h"
#include "learn/tasks/objects.h"

namespace goetia {
namespace {

using testing::HasSubstr;

const Components& head_components() {
    static const std::unique_ptr<Components> all = [] {
        auto made = std::make_unique<Components>();
        EXPECT_TRUE(register_builtin_models(*made));
        EXPECT_TRUE(register_builtin_losses(made->losses));
        EXPECT_TRUE(register_builtin_boxes(*made));
        return made;
    }();
    return *all;
}

// Two maps of 8 channels over rows of 64x64.
const Json kSmallAnchors{{"type", "GridAnchors"}, {"sizes", {{16}, {32}}}, {"ratios", {1.0}}};

Json small_head(const std::string& type, const Json& more = Json::object()) {
    Json config{{"type", type}, {"num_classes", 3}, {"in_channels", {8, 8}}};
    if (type == "SsdHead") config["anchors"] = {{"type", "DefaultBoxes"}, {"ratios", {{2}, {2}}}};
    else config["anchors"] = kSmallAnchors;
    if (type == "FcosHead") config["norm_cfg"] = {{"type", "GN"}, {"num_groups", 4}};
    config.update(more);
    return config;
}

Result<std::shared_ptr<Head>> made_head(const Json& config) {
    return head_components().heads.make(config, "head", BuildContext{head_components(), lone_rank()});
}

std::shared_ptr<Head> head(const Json& config) {
    auto made = made_head(config);
    EXPECT_TRUE(made) << to_string(made.error());
    return *made;
}

std::string fault_of_head(const Json& config) {
    const auto made = made_head(config);
    return made ? "it was made" : to_string(made.error());
}

std::vector<torch::Tensor> features() { return {torch::randn({2, 8, 8, 8}), torch::randn({2, 8, 4, 4})}; }

// The second row is narrower than the batch: its right half is padding.
std::vector<Frame> frames() {
    const Frame whole{.width = 64, .height = 64, .to_original = {}, .row_width = 64, .row_height = 64};
    Frame half = whole;
    half.width = 32;
    return {whole, half};
}

Targets targets(bool with_objects) {
    const torch::Tensor boxes = torch::tensor({{4.0F, 4.0F, 30.0F, 34.0F}, {30.0F, 20.0F, 50.0F, 36.0F}});
    Targets all;
    all.frames = frames();
    all.objects = {{.boxes = boxes.slice(0, 0, with_objects ? 2 : 0),
                    .labels = torch::tensor({2, 0}).slice(0, 0, with_objects ? 2 : 0),
                    .masks = {}},
                   {.boxes = torch::zeros({0, 4}), .labels = torch::zeros({0}, torch::kLong), .masks = {}}};
    return all;
}

class DenseHeads : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(All, DenseHeads, testing::Values("RetinaHead", "FcosHead", "SsdHead"));

TEST_P(DenseHeads, learn_what_they_are_shown) {
    torch::manual_seed(5);
    const auto one = head(small_head(GetParam()));
    const std::vector<torch::Tensor> given = features();
    torch::optim::Adam optimizer(one->parameters(), 0.01);
    double first = 0, last = 0;
    for (int step = 0; step < 400; ++step) {
        optimizer.zero_grad();
        const Losses losses = one->losses(one->forward(given), targets(true));
        losses.total.backward();
        optimizer.step();
        last = losses.total.item<double>();
        if (step == 0) first = last;
    }
    EXPECT_LT(last, first / 4);
    one->eval();
    const auto found = std::get<FoundObjects>(one->predict(one->forward(given), frames()));
    ASSERT_GE(found.rows[0].size(), 2U);
    const auto& surest = found.rows[0];
    for (const auto& [box, label] : {std::pair{Box{4, 4, 30, 34}, 2}, std::pair{Box{30, 20, 50, 36}, 0}}) {
        EXPECT_TRUE(std::any_of(surest.begin(), surest.begin() + 2, [&](const FoundObject& object) {
            return object.label == label && std::abs(object.box.x1 - box.x1) < 3 &&
                   std::abs(object.box.y1 - box.y1) < 3 && std::abs(object.box.x2 - box.x2) < 3 &&
                   std::abs(object.box.y2 - box.y2) < 3;
        })) << label;
    }
}

TEST_P(DenseHeads, take_rows_without_objects_in_training_and_evaluation) {
    const auto one = head(small_head(GetParam()));
    for (const bool training : {true, false}) {
        one->train(training);
        const Losses losses = one->losses(one->forward(features()), targets(false));
        EXPECT_TRUE(losses.total.isfinite().item<bool>());
        EXPECT_GE(losses.total.item<double>(), 0);
        for (const auto& [name, part] : losses.parts) {
            if (name == "loss_cls") continue;
            EXPECT_EQ(part.item<double>(), 0) << name;
        }
        losses.total.backward();
        for (const auto& parameter : one->parameters()) {
            if (!parameter.grad().defined()) continue;
            EXPECT_TRUE(parameter.grad().isfinite().all().item<bool>());
        }
    }
}

TEST_P(DenseHeads, find_nothing_in_the_padding) {
    const auto one = head(small_head(GetParam(), {{"score_thres", 0.0}, {"nms", {{"type", "none"}}}}));
    const auto found = std::get<FoundObjects>(one->predict(one->forward(features()), frames()));
    ASSERT_GT(found.rows[1].size(), 10U);
    for (const FoundObject& object : found.rows[1]) {
        EXPECT_GE(object.box.x1, 0);
        EXPECT_LE(object.box.x2, 32);
        EXPECT_GE(object.label, 0);
        EXPECT_LT(object.label, 3);
    }
}

TEST_P(DenseHeads, find_at_most_so_many_objects_the_surest_first) {
    const auto one = head(small_head(GetParam(), {{"score_thres", 0.0}, {"max_det", 7}}));
    const auto found = std::get<FoundObjects>(one->predict(one->forward(features()), frames()));
    ASSERT_EQ(found.rows[0].size(), 7U);
    for (std::size_t i = 1; i < 7; ++i) EXPECT_GE(found.rows[0][i - 1].score, found.rows[0][i].score);
}

// An assigner that says how well a place suits its object, as the task-aligned one does.
class HalfSure final : public Assigner {
  public:
    static Schema schema() { return {"HalfSure", "The first place of the row finds the first object, half"}; }
    explicit HalfSure(const Args&) {}
    [[nodiscard]] bool reads_predictions() const override { return true; }
    [[nodiscard]] Assignment assign(const AssignerInput& input) const override {
        EXPECT_EQ(input.scores.sizes(), (std::vector<std::int64_t>{input.places.boxes.size(0), 3}));
        EXPECT_EQ(input.boxes.sizes(), input.places.boxes.sizes());
        EXPECT_FALSE(input.boxes.requires_grad());
        torch::Tensor objects = torch::full({input.places.boxes.size(0)}, kIgnored, torch::kLong);
        if (input.objects.boxes.size(0) > 0) objects[0] = 0;
        return {objects, torch::full({objects.size(0)}, 0.5F)};
    }
};

TEST(RetinaHead, weighs_what_an_assigner_is_half_sure_of) {
    Components all;
    ASSERT_TRUE(register_builtin_models(all));
    ASSERT_TRUE(register_builtin_losses(all.losses));
    ASSERT_TRUE(register_builtin_boxes(all));
    ASSERT_TRUE(all.assigners.add<HalfSure>());
    const auto one = all.heads.make(
        small_head("RetinaHead", {{"assigner", {{"type", "HalfSure"}}},
                                  {"loss_cls", {{"type", "SigmoidFocalLoss"}, {"gamma", 0}, {"alpha", nullptr}}}}),
        "head", BuildContext{all, lone_rank()});
    ASSERT_TRUE(one) << to_string(one.error());
    const Outputs outputs = (*one)->forward(features());
    const Losses losses = (*one)->losses(outputs, targets(true));
    // Of one place: class 2 is half true; the others are not.
    const torch::Tensor logits = outputs[0][0].select(1, 0).select(1, 0), truth = torch::tensor({0.0F, 0.0F, 0.5F});
    EXPECT_NEAR(losses.parts[0].second.item<double>(),
                torch::binary_cross_entropy_with_logits(logits, truth, {}, {}, at::Reduction::Sum).item<double>() / 2,
                1e-5);
}

TEST(RetinaHead, gives_losses_of_boxes_pixels_and_others_codes) {
    const auto codes = head(small_head("RetinaHead")),
               pixels = head(small_head("RetinaHead", {{"loss_box", {{"type", "GIoULoss"}}}}));
    for (const auto& one : {codes, pixels}) {
        const Losses losses = one->losses(one->forward(features()), targets(true));
        EXPECT_EQ(losses.parts[1].first, "loss_box");
        EXPECT_GT(losses.parts[1].second.item<double>(), 0);
    }
    EXPECT_LE(pixels->losses(pixels->forward(features()), targets(true)).parts[1].second.item<double>(),
              1);  // 2 / 2 rows
}

TEST(RetinaHead, names_its_parameters_as_torchvision_does) {
    const auto plain = head(small_head("RetinaHead"))->named_parameters();
    for (const char* name : {"classification_head.conv.3.0.bias", "classification_head.cls_logits.weight",
                             "regression_head.conv.0.0.weight", "regression_head.bbox_reg.bias"})
        EXPECT_TRUE(plain.contains(name)) << name;
    EXPECT_NEAR(plain["classification_head.cls_logits.bias"][0].item<double>(), -std::log(99.0), 1e-5);
    const auto normed =
        head(small_head("RetinaHead", {{"norm_cfg", {{"type", "GN"}, {"num_groups", 2}}}}))->named_parameters();
    EXPECT_TRUE(normed.contains("classification_head.conv.3.1.weight"));
    EXPECT_FALSE(normed.contains("classification_head.conv.3.0.bias"));
}

TEST(SsdHead, has_a_column_for_the_background) {
    const auto plain = head(small_head("SsdHead"))->named_parameters();
    EXPECT_EQ(plain["classification_head.module_list.0.weight"].size(0), 4 * (3 + 1));
    EXPECT_EQ(plain["regression_head.module_list.1.weight"].size(0), 4 * 4);
    const auto lite = head(small_head("SsdHead", {{"norm_cfg", {{"type", "BN"}}}}))->named_parameters();
    for (const char* name : {"classification_head.module_list.0.0.0.weight",
                             "classification_head.module_list.0.0.1.weight", "regression_head.module_list.1.1.bias"})
        EXPECT_TRUE(lite.contains(name)) << name;
}

TEST(DenseHeadFaults, say_what_to_do) {
    EXPECT_THAT(
        fault_of_head(small_head("RetinaHead", {{"in_channels", {8, 16}}})),
        HasSubstr("'in_channels' gives the maps different numbers (8, 16), but this head looks at all of them alike"));
    EXPECT_THAT(fault_of_head(small_head("RetinaHead", {{"in_channels", {8, 8, 8}}})),
                HasSubstr("'sizes' has 2 lists, but there are 3 maps; give one list for each map"));
    EXPECT_THAT(fault_of_head(small_head("FcosHead", {{"anchors", {{"type", "GridAnchors"}, {"sizes", {{8}, {16}}}}}})),
                HasSubstr("'anchors' gives 3 places to a cell, but this head takes one; use one size and one ratio"));
    EXPECT_THAT(
        fault_of_head(small_head("RetinaHead", {{"loss_box", {{"type", "L1Loss"}, {"reduction", "mean"}}}})),
        HasSubstr("'loss_box.reduction' is \"mean\", but this head divides by the objects it counts; leave it out"));
    EXPECT_THAT(fault_of_head(small_head("RetinaHead", {{"loss_box", {{"type", "GIoU"}}}})),
                HasSubstr("no loss 'GIoU'"));
    EXPECT_THAT(fault_of_head(small_head("RetinaHead", {{"nms", {{"type", "hard"}}}})), HasSubstr("nms.type"));
    EXPECT_THAT(fault_of_head(small_head("FcosHead", {{"norm_cfg", {{"type", "GN"}}}})),
                HasSubstr("'norm_cfg.num_groups' is 32, but 8 channels do not divide"));
}

}  // namespace
}  // namespace goetia
