// The heads that give each pixel a class, and the model around them.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include "learn/components.h"
#include "learn/pretrained.h"
#include "learn/tasks/semantic.h"
#include "learn/tensors.h"
#include "testkit/temporary_folder.h"
#include "weights/pth.h"

namespace goetia {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;

const Components& all_components() {
    static const std::unique_ptr<Components> all = builtin_components().value();
    return *all;
}

Result<std::shared_ptr<Head>> make_head(Json section, const Json& in_channels) {
    section["in_channels"] = in_channels;
    if (!section.contains("num_classes")) section["num_classes"] = 4;
    return all_components().heads.make(section, "head", BuildContext{all_components(), lone_rank()});
}

Result<std::shared_ptr<Model>> make_model(const Json& section) {
    return all_components().models.make(section, "model", BuildContext{all_components(), lone_rank()});
}

std::vector<std::string> parameter_names(const Module& module) {
    std::vector<std::string> names;
    for (const NamedTensor& one : module.named_parameters()) names.push_back(one.name);
    return names;
}

// Three maps of 16, 24 and 32 channels; the sizes are no multiples of each other.
const std::vector<std::int64_t> kChannels{16, 24, 32};
std::vector<torch::Tensor> some_maps(std::vector<std::int64_t> channels = kChannels) {
    return {torch::randn({2, channels[0], 23, 31}), torch::randn({2, channels[1], 12, 16}),
            torch::randn({2, channels[2], 6, 8})};
}

Targets some_masks(std::int64_t height, std::int64_t width) {
    Targets targets;
    targets.masks = torch::randint(0, 4, {2, height, width}, torch::kInt64);
    targets.masks.slice(1, 0, 3).fill_(255);
    return targets;
}

TEST(MapHeads, give_scores_of_the_size_of_a_map_and_losses_of_the_size_of_the_masks) {
    const Json last(kChannels.back()), every(kChannels);
    struct Case {
        Json section, in_channels;
        std::vector<std::int64_t> size;
    };
    const std::vector<Case> cases{
        {{{"type", "FcnHead"}}, last, {6, 8}},
        {{{"type", "DeepLabV3Head"}, {"channels", 8}, {"rates", {1, 2}}}, last, {6, 8}},
        {{{"type", "DeepLabV3PlusHead"}, {"channels", 8}, {"low_channels", 4}}, every, {23, 31}},
        {{{"type", "LrasppHead"}, {"channels", 8}}, every, {23, 31}},
        {{{"type", "UNetHead"}}, every, {23, 31}},
        {{{"type", "UNetHead"}, {"channels", {8, 12}}}, every, {23, 31}}};
    for (const Case& one : cases) {
        const auto head = make_head(one.section, one.in_channels);
        ASSERT_TRUE(head.ok()) << to_string(head.error());
        EXPECT_EQ((*head)->task(), Task::kSemantic);
        EXPECT_EQ((*head)->outcomes(), 4);
        const Outputs outputs = (*head)->forward(some_maps());
        EXPECT_EQ(outputs.at(0).sizes().vec(), (std::vector<std::int64_t>{2, 4, one.size[0], one.size[1]}))
            << one.section;
        const Losses losses = (*head)->losses(outputs, some_masks(46, 62));
        losses.total.backward();
        for (const NamedTensor& parameter : (*head)->named_parameters()) {
            ASSERT_TRUE(parameter.tensor.grad().defined()) << one.section << parameter.name;
            EXPECT_TRUE(parameter.tensor.grad().isfinite().all().item<bool>()) << one.section << parameter.name;
        }
    }
}

TEST(MapHeads, have_torchvisions_names) {
    EXPECT_THAT(parameter_names(**make_head({{"type", "FcnHead"}}, 32)),
                ElementsAre("0.weight", "1.weight", "1.bias", "4.weight", "4.bias"));
    EXPECT_THAT(parameter_names(**make_head({{"type", "DeepLabV3Head"}}, 32)),
                IsSupersetOf({"0.convs.0.0.weight", "0.convs.3.1.bias", "0.convs.4.1.weight", "0.convs.4.2.bias",
                              "0.project.0.weight", "0.project.1.weight", "1.weight", "2.bias", "4.bias"}));
    EXPECT_THAT(parameter_names(**make_head({{"type", "LrasppHead"}}, kChannels)),
                ElementsAre("cbr.0.weight", "cbr.1.weight", "cbr.1.bias", "scale.1.weight", "low_classifier.weight",
                            "low_classifier.bias", "high_classifier.weight", "high_classifier.bias"));
}

TEST(MapHeads, of_a_pyramid_add_its_maps_up) {
    const std::vector<std::int64_t> same{8, 8, 8};
    const auto head = make_head({{"type", "FpnFcnHead"}, {"norm_cfg", {{"type", "GN"}, {"num_groups", 2}}}}, same);
    ASSERT_TRUE(head.ok()) << to_string(head.error());
    const std::vector<torch::Tensor> maps = some_maps(same);
    const torch::Tensor sum = maps[0] + scaled_scores(maps[1], 23, 31) + scaled_scores(maps[2], 23, 31);
    EXPECT_TRUE(torch::allclose((*head)->forward(maps)[0], (*head)->forward({sum})[0], 1e-5, 1e-5));
    const auto refused = make_head({{"type", "FpnFcnHead"}}, kChannels);
    ASSERT_FALSE(refused.ok());
    EXPECT_THAT(to_string(refused.error()), HasSubstr("put a neck of type FPN before the head"));
}

TEST(MapHeads, say_what_they_cannot_be_built_of) {
    EXPECT_THAT(to_string(make_head({{"type", "UNetHead"}}, Json{16}).error()),
                HasSubstr("the head needs 2 maps or more, the largest first, and is given 1"));
    EXPECT_THAT(to_string(make_head({{"type", "UNetHead"}, {"channels", {8}}}, kChannels).error()),
                HasSubstr("'channels' has 1 numbers for 2 maps above the smallest one"));
    EXPECT_THAT(
        to_string(
            make_head({{"type", "FcnHead"}, {"channels", 6}, {"norm_cfg", {{"type", "GN"}, {"num_groups", 4}}}}, 32)
                .error()),
        HasSubstr("6 channels do not divide into as many groups"));
    EXPECT_THAT(to_string(make_head({{"type", "FcnHead"}, {"num_classes", 300}}, 32).error()), HasSubstr("1 to 255"));
}

// ---- the model ----

Json unet(const Json& more = Json::object()) {
    Json section{{"type", "SemanticSegmenter"},
                 {"backbone", {{"type", "UNetEncoder"}, {"width", 4}, {"num_stages", 3}}},
                 {"head", {{"type", "UNetHead"}, {"num_classes", 4}}}};
    section.update(more);
    return section;
}

const Json kAuxiliary{{"auxiliary", {{"type", "FcnHead"}, {"num_classes", 4}}}, {"auxiliary_map", 1}};

TEST(SemanticSegmenter, gives_scores_of_the_images_size) {
    const auto model = make_model(unet());
    ASSERT_TRUE(model.ok()) << to_string(model.error());
    const Outputs outputs = (*model)->forward(torch::randn({2, 3, 21, 30}));
    ASSERT_EQ(outputs.size(), 1U);
    EXPECT_EQ(outputs[0].sizes().vec(), (std::vector<std::int64_t>{2, 4, 21, 30}));
    EXPECT_THAT((*model)->counted(), ElementsAre("pixel_accuracy"));
}

TEST(SemanticSegmenter, adds_the_loss_of_an_auxiliary_head_by_its_weight) {
    Json section = unet(kAuxiliary);
    section["head"]["loss"] = {{"type", "DiceLoss"}};
    section["auxiliary_weight"] = 0.25;
    const auto model = make_model(section);
    ASSERT_TRUE(model.ok()) << to_string(model.error());
    EXPECT_THAT(parameter_names(**model),
                IsSupersetOf({"head.classifier.weight", "auxiliary.0.weight", "auxiliary.4.bias"}));
    EXPECT_EQ((*model)->layer_of("auxiliary.4.bias"), (*model)->layers() - 1);
    const Targets targets = some_masks(21, 30);
    const Outputs outputs = (*model)->forward(torch::randn({2, 3, 21, 30}));
    ASSERT_EQ(outputs.size(), 2U);
    const auto dice = all_components().losses.make({{"type", "DiceLoss"}}, "loss").value();
    const double main = dice->forward(outputs[0], targets.masks).item<double>(),
                 beside = dice->forward(outputs[1], targets.masks).item<double>();
    const Losses losses = (*model)->losses(outputs, targets);
    EXPECT_NEAR(losses.total.item<double>(), main + 0.25 * beside, 1e-6);
    EXPECT_EQ(losses.parts[1].first, "loss_aux");
    EXPECT_NEAR(losses.parts[1].second.item<double>(), 0.25 * beside, 1e-6);
}

TEST(SemanticSegmenter, says_which_auxiliary_head_does_not_fit) {
    Json section = unet(kAuxiliary);
    section["auxiliary_map"] = 3;
    EXPECT_THAT(to_string(make_model(section).error()),
                HasSubstr("'auxiliary_map' is 3, but the backbone hands on 3 maps"));
    section = unet(kAuxiliary);
    section["auxiliary"]["num_classes"] = 5;
    EXPECT_THAT(to_string(make_model(section).error()),
                HasSubstr("the auxiliary head is for segmentation of 5 classes, the head for segmentation of 4"));
    section["head"] = {{"type", "LinearClsHead"}, {"num_classes", 4}};
    EXPECT_THAT(to_string(make_model(section).error()),
                HasSubstr("head 'LinearClsHead' is for classification, this model needs one for segmentation"));
}

TEST(SemanticSegmenter, of_other_classes_starts_from_all_but_the_last_layers_of_both_heads) {
    const auto source = make_model(unet(kAuxiliary));
    Json section = unet(kAuxiliary);
    section["head"]["num_classes"] = section["auxiliary"]["num_classes"] = 7;
    const auto model = make_model(section);
    ASSERT_TRUE(source.ok() && model.ok());
    const testkit::TemporaryFolder folder;
    const std::string file = (folder.path() / "weights.pth").string();
    ASSERT_TRUE(write_pth(file, state_dict(**source)).ok());
    const auto report = load_pretrained(**model, {{"path", file}, {"strict", false}}, folder.path());
    ASSERT_TRUE(report.ok()) << to_string(report.error());
    EXPECT_THAT(report->left_out, testing::UnorderedElementsAre(HasSubstr("'head.classifier.weight' starts fresh"),
                                                                HasSubstr("'head.classifier.bias' starts fresh"),
                                                                HasSubstr("'auxiliary.4.weight' starts fresh"),
                                                                HasSubstr("'auxiliary.4.bias' starts fresh")));
    EXPECT_TRUE(
        (*model)->named_parameters()["auxiliary.0.weight"].equal((*source)->named_parameters()["auxiliary.0.weight"]));
}

std::string refusal_of(Model& model, std::int64_t height, std::int64_t width) {
    try {
        (void)model.forward(torch::randn({2, 3, height, width}));
    } catch (const c10::Error& error) {
        return error.what_without_backtrace();
    }
    return "";
}

TEST(SemanticSegmenter, refuses_images_that_it_strides_over) {
    const auto net = make_model(unet());
    EXPECT_THAT(refusal_of(**net, 8, 3), HasSubstr("UNetEncoder needs images of 4x4 pixels or more, found 3x8"));
    EXPECT_EQ(refusal_of(**net, 4, 4), "");
    const auto fcn = make_model({{"type", "SemanticSegmenter"},
                                 {"backbone", {{"type", "ResNet"}, {"depth", 18}}},
                                 {"head", {{"type", "FcnHead"}, {"num_classes", 4}}}});
    ASSERT_TRUE(fcn.ok()) << to_string(fcn.error());
    EXPECT_THAT(refusal_of(**fcn, 64, 32),
                HasSubstr("of images of 32x64 pixels the model makes maps of 1x2, which cannot tell the pixels apart"));
    EXPECT_EQ(refusal_of(**fcn, 64, 64), "");
}

TEST(SemanticSegmenter, the_u_net_s_stages_are_its_layers) {
    Json section = unet();
    section["backbone"]["frozen_stages"] = 1;
    const auto model = make_model(section);
    ASSERT_TRUE(model.ok()) << to_string(model.error());
    EXPECT_EQ((*model)->layers(), 4);
    EXPECT_EQ((*model)->layer_of("backbone.stages.2.1.0.weight"), 2);
    EXPECT_THAT(parameter_names(**model), Contains("backbone.stages.0.0.0.weight"));
    for (const NamedTensor& one : (*model)->named_parameters())
        EXPECT_EQ(one.tensor.requires_grad(), !one.name.starts_with("backbone.stages.0.")) << one.name;
    section["backbone"]["out_indices"] = {2, 1};
    EXPECT_THAT(to_string(make_model(section).error()), HasSubstr("must name stages in rising order"));
}

}  // namespace
}  // namespace goetia
