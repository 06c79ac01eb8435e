#include <filesystem>
#include <fstream>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/script.h>
#include <torch/torch.h>

#include "learn/components.h"
#include "learn/tensors.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

Targets with_labels(std::vector<std::int64_t> labels) {
    Targets targets;
    targets.labels = torch::tensor(labels, torch::kInt64);
    return targets;
}

using testing::HasSubstr;

const Components& components() {
    static const std::unique_ptr<Components> all = [] {
        auto made = std::make_unique<Components>();
        EXPECT_TRUE(register_builtin_models(*made).ok());
        EXPECT_TRUE(register_builtin_losses(made->losses).ok());
        return made;
    }();
    return *all;
}

Json classifier(int depth, const Json& backbone = nullptr, const Json& head = nullptr) {
    Json config{{"type", "ImageClassifier"},
                {"backbone", {{"type", "ResNet"}, {"depth", depth}, {"stem", "cifar"}}},
                {"head", {{"type", "LinearClsHead"}, {"num_classes", 4}}}};
    if (!backbone.is_null()) config["backbone"].update(backbone);
    if (!head.is_null()) config["head"].update(head);
    return config;
}

Result<std::shared_ptr<Model>> make(const Json& config) {
    return components().models.make(config, "model", BuildContext{components(), lone_rank()});
}

std::string fault_of(const Json& config) {
    const auto made = make(config);
    return made.ok() ? "it was made" : to_string(made.error());
}

std::size_t parameter_count(const Model& model) {
    std::size_t count = 0;
    for (const auto& parameter : model.parameters()) count += static_cast<std::size_t>(parameter.numel());
    return count;
}

TEST(ResNet, has_torchvisions_number_of_parameters) {
    const std::map<int, std::size_t> published{{18, 11689512}, {50, 25557032}};
    for (const auto& [depth, count] : published) {
        const auto model = make(classifier(depth, {{"stem", "imagenet"}}, {{"num_classes", 1000}}));
        ASSERT_TRUE(model.ok()) << to_string(model.error());
        EXPECT_EQ(parameter_count(**model), count) << depth;
    }
}

TEST(ResNet, names_its_state_as_torchvision_in_the_same_order) {
    const auto model = make(classifier(50));
    const Value state = state_dict(**model);
    std::vector<std::string> names;
    for (const auto& [key, value] : state.as<Dict>()) names.push_back(key.as<std::string>());
    EXPECT_EQ(names.size(), 320U);
    EXPECT_THAT(std::vector(names.begin(), names.begin() + 7),
                testing::ElementsAre("backbone.conv1.weight", "backbone.bn1.weight", "backbone.bn1.bias",
                                     "backbone.bn1.running_mean", "backbone.bn1.running_var",
                                     "backbone.bn1.num_batches_tracked", "backbone.layer1.0.conv1.weight"));
    EXPECT_THAT(names, testing::IsSupersetOf({"backbone.layer1.0.downsample.0.weight",
                                              "backbone.layer4.2.bn3.running_var", "head.fc.bias"}));
    EXPECT_EQ(names.back(), "head.fc.bias");
}

TEST(ResNet, hands_on_the_maps_that_out_indices_name) {
    const BuildContext context{components(), lone_rank()};
    const auto net = components().backbones.make(
        {{"type", "ResNet"}, {"depth", 50}, {"out_indices", {0, 2}}, {"num_stages", 3}}, "backbone", context);
    ASSERT_TRUE(net.ok());
    EXPECT_EQ((*net)->channels(), (std::vector<std::int64_t>{256, 1024}));
    torch::NoGradGuard no_grad;
    const auto maps = (*net)->forward(torch::randn({1, 3, 64, 64}));
    ASSERT_EQ(maps.size(), 2U);
    EXPECT_EQ(maps[0].sizes(), (std::vector<std::int64_t>{1, 256, 16, 16}));
    EXPECT_EQ(maps[1].sizes(), (std::vector<std::int64_t>{1, 1024, 4, 4}));
}

TEST(ResNet, cifar_stem_keeps_the_size_and_style_moves_the_stride) {
    const BuildContext context{components(), lone_rank()};
    const auto caffe = components().backbones.make(
        {{"type", "ResNet"}, {"depth", 50}, {"stem", "cifar"}, {"style", "caffe"}, {"out_indices", {0, 3}}}, "backbone",
        context);
    torch::NoGradGuard no_grad;
    const auto maps = (*caffe)->forward(torch::randn({2, 3, 16, 16}));
    EXPECT_EQ(maps[0].size(2), 16);
    EXPECT_EQ(maps[1].size(2), 2);
    const auto pytorch = components().backbones.make(
        {{"type", "ResNet"}, {"depth", 50}, {"stem", "cifar"}, {"out_indices", {0, 3}}}, "backbone", context);
    (*caffe)->eval(), (*pytorch)->eval();
    ASSERT_TRUE(load_state(**caffe, state_dict(**pytorch)).ok());
    const torch::Tensor images = torch::randn({1, 3, 16, 16});
    EXPECT_FALSE(torch::allclose((*caffe)->forward(images)[1], (*pytorch)->forward(images)[1]));
    EXPECT_TRUE(torch::allclose((*caffe)->forward(images)[0], (*pytorch)->forward(images)[0]));
}

TEST(ResNet, frozen_stages_do_not_train_and_keep_their_statistics) {
    const auto model = *make(classifier(18, {{"frozen_stages", 1}}));
    model->train();
    const Value before = state_dict(*model);
    std::map<std::string, torch::Tensor> kept;
    for (const auto& [key, value] : before.as<Dict>())
        kept.emplace(key.as<std::string>(), to_torch(value.as<Tensor>()));
    model->losses(model->forward(torch::randn({2, 3, 16, 16})), with_labels({0, 1})).total.backward();
    for (const auto& one : model->named_parameters()) {
        const bool frozen = one.name.starts_with("backbone.conv1") || one.name.starts_with("backbone.bn1") ||
                            one.name.starts_with("backbone.layer1");
        EXPECT_EQ(one.tensor.requires_grad(), !frozen) << one.name;
        EXPECT_EQ(one.tensor.grad().defined(), !frozen) << one.name;
    }
    EXPECT_TRUE(model->named_buffers()["backbone.layer1.0.bn1.running_mean"].equal(
        kept.at("backbone.layer1.0.bn1.running_mean")));
    EXPECT_FALSE(model->named_buffers()["backbone.layer2.0.bn1.running_mean"].equal(
        kept.at("backbone.layer2.0.bn1.running_mean")));
}

TEST(ResNet, zero_init_residual_starts_blocks_at_the_identity) {
    const auto model = *make(classifier(18, {{"zero_init_residual", true}}));
    EXPECT_EQ(model->named_parameters()["backbone.layer3.1.bn2.weight"].abs().sum().item<float>(), 0);
    EXPECT_EQ(model->named_parameters()["backbone.layer3.1.bn1.weight"].sum().item<float>(), 256);
}

TEST(ResNet, the_same_seed_gives_the_same_weights) {
    torch::manual_seed(7);
    const auto a = *make(classifier(18));
    torch::manual_seed(7);
    const auto b = *make(classifier(18));
    for (const auto& one : a->named_parameters())
        EXPECT_TRUE(one.tensor.equal(b->named_parameters()[one.name])) << one.name;
}

TEST(ResNet, counts_its_layers_by_blocks_with_the_head_last) {
    const auto model = *make(classifier(50));
    EXPECT_EQ(model->layers(), 18);
    EXPECT_EQ(model->layer_of("backbone.bn1.weight"), 0);
    EXPECT_EQ(model->layer_of("backbone.layer1.0.conv1.weight"), 1);
    EXPECT_EQ(model->layer_of("backbone.layer2.1.conv3.weight"), 5);
    EXPECT_EQ(model->layer_of("backbone.layer4.2.bn3.bias"), 16);
    EXPECT_EQ(model->layer_of("head.fc.weight"), 17);
}

TEST(ResNet, says_what_cannot_be_built) {
    const std::string text = fault_of(classifier(51, {{"num_stages", 2}, {"frozen_stages", 3}, {"out_indices", {2}}}));
    EXPECT_THAT(text, HasSubstr("depth: no ResNet has as many layers, found 51"));
    EXPECT_THAT(text, HasSubstr("frozen_stages: more than the 2 stages there are"));
    EXPECT_THAT(text, HasSubstr("out_indices: must name stages in rising order, found [2]"));
    EXPECT_THAT(fault_of(classifier(18, {{"norm_cfg", {{"type", "GN"}, {"num_groups", 7}}}})),
                HasSubstr("64 channels do not divide"));
}

TEST(ImageClassifier, gives_scores_and_losses_of_the_right_shape) {
    const auto model = *make(classifier(
        18, nullptr,
        {{"loss", {{"type", "CrossEntropyLoss"}, {"label_smoothing", 0.1}}}, {"topk", {1, 2}}, {"dropout", 0.1}}));
    EXPECT_EQ(model->outcomes(), 4);
    EXPECT_EQ(model->counted(), (std::vector<std::string>{"accuracy_top1", "accuracy_top2"}));
    const Outputs outputs = model->forward(torch::randn({3, 3, 16, 16}));
    const Losses losses = model->losses(outputs, with_labels({0, 3, 1}));
    EXPECT_EQ(losses.total.dim(), 0);
    EXPECT_TRUE(losses.total.requires_grad());
    EXPECT_EQ(outputs.at(0).sizes(), (std::vector<std::int64_t>{3, 4}));
    const Predictions found = model->predict(outputs, {});
    EXPECT_EQ(std::get<ClassScores>(found).scores.size(), 12U);
    ASSERT_EQ(losses.parts.size(), 1U);
    EXPECT_EQ(losses.parts[0].first, "loss_cls");
}

TEST(ImageClassifier, a_pooling_neck_changes_nothing_for_a_pooling_head) {
    const auto plain = *make(classifier(18));
    Json config = classifier(18);
    config["neck"] = {{"type", "GlobalAveragePooling"}};
    const auto pooled = *make(config);
    plain->eval(), pooled->eval();
    ASSERT_TRUE(load_state(*pooled, state_dict(*plain)).ok());
    const torch::Tensor images = torch::randn({2, 3, 16, 16});
    EXPECT_TRUE(pooled->forward(images)[0].equal(plain->forward(images)[0]));
}

TEST(ImageClassifier, refuses_a_head_for_other_channels_and_names_the_right_ones) {
    const std::string text = fault_of(classifier(18, nullptr, {{"in_channels", 2048}}));
    EXPECT_THAT(text, HasSubstr("head.in_channels: must be 512, which is what backbone"));
    EXPECT_THAT(text, HasSubstr("write that or leave it out, found 2048"));
}

TEST(ImageClassifier, answers_an_unknown_part_with_the_nearest_name) {
    Json config = classifier(18);
    config["backbone"]["type"] = "Resnet";
    EXPECT_THAT(fault_of(config), HasSubstr("no backbone 'Resnet'; did you mean 'ResNet'?"));
    config = classifier(18);
    config["head"]["loss"] = {{"type", "CrossEntropy"}};
    EXPECT_THAT(fault_of(config), HasSubstr("no loss 'CrossEntropy'"));
}

torch::Tensor loss_of(const Json& config, const torch::Tensor& scores, const torch::Tensor& truth,
                      const torch::Tensor& weight = {}) {
    return (*components().losses.make(config, "loss"))->forward(scores, truth, weight);
}

TEST(CrossEntropyLoss, equals_the_formula_with_smoothing_weights_and_unknown_labels) {
    const torch::Tensor scores = torch::randn({5, 3}), labels = torch::tensor({0, 2, -1, 1, 1});
    const torch::Tensor logs = scores.log_softmax(1), known = torch::tensor({0, 1, 3, 4});
    const torch::Tensor picked = logs.index_select(0, known),
                        truth = torch::one_hot(labels.index_select(0, known), 3).to(torch::kFloat);

    EXPECT_TRUE(
        torch::allclose(loss_of({{"type", "CrossEntropyLoss"}}, scores, labels), -(picked * truth).sum(1).mean()));
    EXPECT_TRUE(torch::allclose(
        loss_of({{"type", "CrossEntropyLoss"}, {"label_smoothing", 0.3}, {"loss_weight", 2}}, scores, labels),
        -(picked * (0.7 * truth + 0.1)).sum(1).mean() * 2));
    const torch::Tensor weight = torch::tensor({1.0F, 2.0F, 4.0F});
    EXPECT_TRUE(torch::allclose(loss_of({{"type", "CrossEntropyLoss"}, {"weight", {1, 2, 4}}}, scores, labels),
                                -(picked * truth * weight).sum() / (truth * weight).sum()));
    EXPECT_TRUE(torch::allclose(loss_of({{"type", "CrossEntropyLoss"}, {"reduction", "sum"}}, scores, labels),
                                -(picked * truth).sum()));
}

TEST(CrossEntropyLoss, weighs_rows) {
    const torch::Tensor scores = torch::randn({3, 4}), labels = torch::tensor({0, 2, 1});
    const torch::Tensor weight = torch::tensor({1.0F, 0.0F, 3.0F});
    const torch::Tensor each = -scores.log_softmax(1).gather(1, labels.unsqueeze(1)).squeeze(1);
    EXPECT_TRUE(
        torch::allclose(loss_of({{"type", "CrossEntropyLoss"}}, scores, labels, weight), (each * weight).sum() / 4));
    EXPECT_TRUE(torch::allclose(loss_of({{"type", "CrossEntropyLoss"}, {"reduction", "sum"}}, scores, labels, weight),
                                (each * weight).sum()));
}

TEST(CrossEntropyLoss, takes_mixed_labels) {
    const torch::Tensor scores = torch::randn({4, 3}), soft = torch::rand({4, 3}).softmax(1);
    EXPECT_TRUE(torch::allclose(loss_of({{"type", "CrossEntropyLoss"}}, scores, soft),
                                -(scores.log_softmax(1) * soft).sum(1).mean()));
}

TEST(CrossEntropyLoss, says_when_the_class_weights_are_not_one_per_class) {
    try {
        loss_of({{"type", "CrossEntropyLoss"}, {"weight", {1, 2}}}, torch::randn({2, 3}), torch::tensor({0, 1}));
        FAIL() << "two weights were taken for three classes";
    } catch (const c10::Error& error) {
        EXPECT_THAT(error.what_without_backtrace(), HasSubstr("has 2 class weights for 3 classes; give one per class"));
    }
}

class TorchScriptFile : public testing::Test {
  protected:
    // One linear layer inside a child module, batch norm's buffer beside it, and a dropout that tells the modes apart.
    [[nodiscard]] std::string saved() const {
        torch::jit::Module inner("inner"), outer("outer");
        for (torch::jit::Module* module : {&inner, &outer})
            module->register_attribute("training", c10::BoolType::get(), true);
        inner.register_parameter("weight", torch::randn({4, 12}).requires_grad_(), false);
        inner.register_buffer("seen", torch::zeros({1}));
        inner.define(
            "def forward(self, x):\n    return torch.dropout(torch.linear(x.flatten(1), self.weight), 0.5, "
            "self.training)\n");
        outer.register_module("fc", inner);
        outer.define("def forward(self, x):\n    return self.fc.forward(x)\n");
        const std::string file = (folder_ / "model.pt").string();
        outer.save(file);
        return file;
    }
    static Json config(const std::string& path, int classes = 4) {
        return {{"type", "TorchScript"}, {"path", path}, {"num_classes", classes}};
    }
    testkit::TemporaryFolder folder_;
};

TEST_F(TorchScriptFile, trains_under_its_own_names) {
    const auto model = make(config(saved()));
    ASSERT_TRUE(model.ok()) << to_string(model.error());
    ASSERT_TRUE((*model)->named_parameters().contains("fc.weight"));
    EXPECT_TRUE((*model)->named_buffers().contains("fc.seen"));
    const torch::Tensor images = torch::randn({3, 3, 2, 2});
    (*model)->eval();
    const torch::Tensor before = (*model)->forward(images)[0];
    EXPECT_TRUE(before.equal((*model)->forward(images)[0]));
    (*model)->train();
    EXPECT_FALSE((*model)->forward(images)[0].equal((*model)->forward(images)[0]));  // the script's own dropout is on

    torch::Tensor weight = (*model)->named_parameters()["fc.weight"];
    (*model)->losses((*model)->forward(images), with_labels({0, 1, 2})).total.backward();
    ASSERT_TRUE(weight.grad().defined());
    {
        torch::NoGradGuard no_grad;
        weight.sub_(weight.grad());
    }
    (*model)->eval();
    EXPECT_FALSE(before.equal((*model)->forward(images)[0]));  // the script sees the step
}

TEST_F(TorchScriptFile, says_what_is_wrong_with_a_file) {
    EXPECT_THAT(fault_of(config("/no/such.pt")), HasSubstr("there is no TorchScript file '/no/such.pt'"));
    const std::string file = saved();
    std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
    EXPECT_THAT(fault_of(config(file)), HasSubstr("is not a whole TorchScript file"));
    EXPECT_THAT(fault_of(config(file)), HasSubstr("write it with torch.jit.script(model).save(path)"));
}

TEST_F(TorchScriptFile, says_when_it_gives_scores_of_another_shape) {
    const auto model = *make(config(saved(), 7));
    try {
        (void)model->forward(torch::randn({2, 3, 2, 2}));
        FAIL() << "4 scores were taken for 7 classes";
    } catch (const c10::Error& error) {
        EXPECT_THAT(error.what_without_backtrace(),
                    HasSubstr("must return scores of shape [2, 7], found [2, 4]; check model.num_classes"));
    }
}

}  // namespace
}  // namespace goetia
