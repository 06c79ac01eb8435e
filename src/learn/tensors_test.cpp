#include "learn/tensors.h"

#include <unistd.h>

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "learn/components.h"
#include "learn/pretrained.h"
#include "testkit/temporary_folder.h"
#include "weights/pth.h"

namespace goetia {
namespace {

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

std::shared_ptr<Model> classifier(int classes, int depth = 18, const std::string& norm = "BN") {
    return *components().models.make(
        {{"type", "ImageClassifier"},
         {"backbone", {{"type", "ResNet"}, {"depth", depth}, {"norm_cfg", {{"type", norm}}}}},
         {"head", {{"type", "LinearClsHead"}, {"num_classes", classes}}}},
        "model", BuildContext{components(), lone_rank()});
}

// Another dictionary with every tensor, under names that `rename` gives.
Dict renamed(const Value& state, const std::function<std::string(std::string)>& rename) {
    Dict made;
    for (const auto& [key, value] : state.as<Dict>()) made.emplace_back(rename(key.as<std::string>()), value);
    return made;
}

std::string torchvision_name(const std::string& name) { return name.substr(name.starts_with("head.") ? 5 : 9); }

bool same(const Module& a, const Module& b, const std::string& name) {
    return a.named_parameters()[name].equal(b.named_parameters()[name]);
}

TEST(Tensors, go_to_plain_memory_and_back_for_every_type) {
    for (const auto type : {torch::kBool, torch::kUInt8, torch::kInt8, torch::kInt16, torch::kInt32, torch::kInt64,
                            torch::kFloat16, torch::kBFloat16, torch::kFloat32, torch::kFloat64}) {
        const torch::Tensor tensor = torch::arange(6).view({2, 3}).to(type);
        EXPECT_TRUE(to_torch(to_weights(tensor)).equal(tensor)) << type;
    }
    const torch::Tensor turned = torch::arange(6.0).view({2, 3}).t();
    EXPECT_TRUE(to_torch(to_weights(turned)).equal(turned));
    EXPECT_EQ(to_torch(to_weights(torch::zeros({0, 3}))).sizes(), (std::vector<std::int64_t>{0, 3}));
}

TEST(Tensors, are_views_that_keep_their_memory_alive) {
    torch::Tensor tensor = torch::ones({4});
    const Tensor view = to_weights(tensor);
    EXPECT_EQ(static_cast<const void*>(view.data), tensor.const_data_ptr());
    tensor.reset();
    EXPECT_EQ(reinterpret_cast<const float*>(view.data)[3], 1.0F);
}

TEST(State, of_one_model_fills_another) {
    const auto from = classifier(3), to = classifier(3);
    ASSERT_FALSE(same(*from, *to, "head.fc.weight"));
    ASSERT_TRUE(load_state(*to, state_dict(*from)).ok());
    for (const auto& one : from->named_parameters()) EXPECT_TRUE(same(*from, *to, one.name));
}

TEST(State, of_another_model_is_refused_with_every_fault_and_changes_nothing) {
    const auto model = classifier(8);
    const torch::Tensor before = model->named_parameters()["backbone.conv1.weight"].clone();
    const Dict other = renamed(state_dict(*classifier(10)), [](std::string name) {
        return name == "backbone.bn1.bias" ? "backbone.bn1.bia" : name;
    });
    const Status loaded = load_state(*model, other);
    ASSERT_FALSE(loaded.ok());
    const std::string text = to_string(loaded.error());
    EXPECT_THAT(text, HasSubstr("these weights belong to another model"));
    EXPECT_THAT(text, HasSubstr("head.fc.weight: has shape [10, 512], the model needs [8, 512]"));
    EXPECT_THAT(text, HasSubstr("head.fc.bias: has shape [10], the model needs [8]"));
    EXPECT_THAT(text, HasSubstr("backbone.bn1.bia: the model has no such parameter"));
    EXPECT_THAT(text, HasSubstr("backbone.bn1.bias: the weights do not hold it"));
    EXPECT_EQ(loaded.error().faults.size(), 4U);
    EXPECT_TRUE(model->named_parameters()["backbone.conv1.weight"].equal(before));
    EXPECT_THAT(to_string(load_state(*model, Dict{{"x", Value(1)}}, false).error()),
                HasSubstr("none of the names is one of the model's"));
}

TEST(State, counts_of_batches_may_be_missing_or_in_excess) {
    const auto plain = classifier(3), frozen = classifier(3, 18, "FrozenBN");
    EXPECT_TRUE(load_state(*frozen, state_dict(*plain)).ok());
    EXPECT_TRUE(load_state(*plain, state_dict(*frozen)).ok());
}

class Pretrained : public testing::Test {
  protected:
    std::string save(const std::string& name, const Value& value) {
        EXPECT_TRUE(write_pth(folder_ / name, value).ok());
        return (folder_ / name).string();
    }
    testkit::TemporaryFolder temporary_;
    const std::filesystem::path& folder_ = temporary_.path();
};

TEST_F(Pretrained, weights_in_torchvisions_names_start_a_model) {
    const auto source = classifier(5), model = classifier(5);
    const std::string file = save("resnet18.pth", renamed(state_dict(*source), torchvision_name));
    const auto report = load_pretrained(*model, {{"source", "local"}, {"path", file}}, folder_);
    ASSERT_TRUE(report.ok()) << to_string(report.error());
    EXPECT_EQ(report->loaded, 122U);
    EXPECT_TRUE(report->left_out.empty());
    for (const auto& one : source->named_parameters()) EXPECT_TRUE(same(*source, *model, one.name)) << one.name;
}

TEST_F(Pretrained, a_head_of_other_classes_is_left_out_and_said_unless_strict) {
    const auto source = classifier(1000), model = classifier(5);
    const std::string file =
        save("checkpoint.pth", Dict{{"epoch", 3}, {"model", renamed(state_dict(*source), torchvision_name)}});
    const auto strict = load_pretrained(*model, {{"path", file}}, folder_);
    ASSERT_FALSE(strict.ok());
    EXPECT_THAT(to_string(strict.error()),
                HasSubstr("head.fc.weight: has shape [1000, 512], the model needs [5, 512]"));

    const auto report = load_pretrained(*model, {{"path", file}, {"strict", false}}, folder_);
    ASSERT_TRUE(report.ok()) << to_string(report.error());
    EXPECT_THAT(
        report->left_out,
        testing::ElementsAre("'head.fc.weight' starts fresh: the file has shape [1000, 512], the model needs [5, 512]",
                             "'head.fc.bias' starts fresh: the file has shape [1000], the model needs [5]"));
    EXPECT_TRUE(same(*source, *model, "backbone.layer4.1.conv2.weight"));
}

TEST_F(Pretrained, a_backbone_of_another_depth_is_refused_even_when_not_strict) {
    const std::string file = save("resnet50.pth", renamed(state_dict(*classifier(5, 50)), torchvision_name));
    const auto loaded = load_pretrained(*classifier(5), {{"path", file}, {"strict", false}}, folder_);
    ASSERT_FALSE(loaded.ok());
    EXPECT_THAT(to_string(loaded.error()),
                HasSubstr("backbone.layer1.0.conv1.weight: has shape [64, 64, 1, 1], the model needs [64, 64, 3, 3]"));
}

// A model that has nothing but this backbone.
class BackboneOnly final : public Module {
  public:
    explicit BackboneOnly(const Json& section) {
        auto made = components().backbones.make(section, "backbone", BuildContext{components(), lone_rank()});
        EXPECT_TRUE(made.ok()) << to_string(made.error());
        register_module("backbone", *made);
    }
};

TEST_F(Pretrained, a_classifiers_file_starts_a_model_that_has_only_its_backbone) {
    const auto source = classifier(1000, 50);
    BackboneOnly model(Json{{"type", "ResNet"}, {"depth", 50}, {"norm_cfg", {{"type", "FrozenBN"}}}});
    const std::string file = save("resnet50.pth", renamed(state_dict(*source), torchvision_name));
    EXPECT_THAT(to_string(load_pretrained(model, {{"path", file}}, folder_).error()),
                HasSubstr("fc.weight: the model has no such parameter"));
    const auto report = load_pretrained(model, {{"path", file}, {"strict", false}}, folder_);
    ASSERT_TRUE(report.ok()) << to_string(report.error());
    EXPECT_THAT(report->left_out,
                testing::ElementsAre("'fc.weight' of the file is not used: the model has no such parameter",
                                     "'fc.bias' of the file is not used: the model has no such parameter"));
    EXPECT_EQ(report->loaded, 265U);  // 318 tensors of the backbone less 53 counts of batches
    EXPECT_TRUE(same(*source, model, "backbone.conv1.weight"));
    EXPECT_TRUE(model.named_buffers()["backbone.layer4.2.bn3.weight"].equal(
        source->named_parameters()["backbone.layer4.2.bn3.weight"]));
}

// The backbone's tensors without the prefix, as a file of torchvision's classifier holds them.
Value features_of(const Module& model) {
    return renamed(state_dict(model),
                   [](const std::string& name) { return name.substr(std::string("backbone.").size()); });
}

TEST_F(Pretrained, a_classifiers_features_start_the_backbone_of_ssd) {
    const BackboneOnly vgg(Json{{"type", "VGG"}, {"depth", 16}});
    BackboneOnly ssd(Json{{"type", "SsdVgg16"}});
    const auto report =
        load_pretrained(ssd, {{"path", save("vgg16.pth", features_of(vgg))}, {"strict", false}}, folder_);
    ASSERT_TRUE(report.ok()) << to_string(report.error());
    EXPECT_EQ(report->loaded, 26U);
    EXPECT_EQ(report->left_out.size(), 21U);  // SSD's own: the scale and ten convolutions
    EXPECT_THAT(report->left_out, testing::Each(HasSubstr("starts fresh")));
    EXPECT_TRUE(ssd.named_parameters()["backbone.extra.0.5.weight"].equal(
        vgg.named_parameters()["backbone.features.28.weight"]));
}

TEST_F(Pretrained, a_classifiers_features_start_the_backbone_of_ssdlite) {
    const BackboneOnly mobile(Json{{"type", "MobileNetV3"}, {"size", "large"}});
    BackboneOnly ssd(Json{{"type", "SsdLiteMobileNetV3"}, {"reduced_tail", false}});
    const std::string file = save("mobilenet_v3_large.pth", features_of(mobile));
    const auto report = load_pretrained(ssd, {{"path", file}, {"strict", false}}, folder_);
    ASSERT_TRUE(report.ok()) << to_string(report.error());
    EXPECT_EQ(report->loaded, state_dict(mobile).as<Dict>().size());
    EXPECT_THAT(report->left_out, testing::Each(testing::StartsWith("'backbone.extra.")));
    for (const auto& [theirs, ours] :
         std::map<std::string, std::string>{{"features.12.block.3.1.bias", "features.0.12.block.3.1.bias"},
                                            {"features.13.block.0.0.weight", "features.0.13.0.weight"},
                                            {"features.13.block.2.fc1.bias", "features.1.0.2.fc1.bias"},
                                            {"features.16.1.weight", "features.1.3.1.weight"}})
        EXPECT_TRUE(ssd.named_parameters()["backbone." + ours].equal(mobile.named_parameters()["backbone." + theirs]))
            << theirs;
}

TEST_F(Pretrained, knows_the_published_files_of_every_task) {
    const auto model = classifier(5);
    for (const auto& [name, file] : std::map<std::string, std::string>{
             {"ResNeXt50_32X4D_Weights.IMAGENET1K_V2", "resnext50_32x4d-1a0047aa.pth"},
             {"VGG16_Weights.IMAGENET1K_FEATURES", "vgg16_features-amdegroot-88682ab5.pth"},
             {"MaskRCNN_ResNet50_FPN_V2_Weights.COCO_V1", "maskrcnn_resnet50_fpn_v2_coco-73cbd019.pth"},
             {"LRASPP_MobileNet_V3_Large_Weights.COCO_WITH_VOC_LABELS_V1", "lraspp_mobilenet_v3_large-d234d4ea.pth"}}) {
        const auto absent = load_pretrained(*model, {{"source", "torchvision"}, {"path", name}}, folder_);
        ASSERT_FALSE(absent.ok());
        EXPECT_THAT(absent.error().message, HasSubstr("get https://download.pytorch.org/models/" + file)) << name;
    }
}

TEST_F(Pretrained, named_weights_are_looked_for_in_the_cache) {
    const Json section{{"source", "torchvision"}, {"path", "ResNet18_Weights.IMAGENET1K_V1"}};
    const auto source = classifier(1000), model = classifier(1000);
    const auto absent = load_pretrained(*model, section, folder_);
    ASSERT_FALSE(absent.ok());
    EXPECT_EQ(absent.error().code, Code::kNotFound);
    EXPECT_EQ(absent.error().message,
              fmt::format("'ResNet18_Weights.IMAGENET1K_V1' of torchvision is not on this machine and this program "
                          "does not download weights; get "
                          "https://download.pytorch.org/models/resnet18-f37072fd.pth and put it at "
                          "'{}/ResNet18_Weights.IMAGENET1K_V1.pth', or set model.pretrained.enabled=false",
                          folder_.string()));
    save("resnet18-f37072fd.pth", renamed(state_dict(*source), torchvision_name));
    ASSERT_TRUE(load_pretrained(*model, section, folder_).ok());
    EXPECT_TRUE(same(*source, *model, "head.fc.weight"));
}

TEST_F(Pretrained, says_what_is_wrong_with_its_section) {
    const auto model = classifier(5);
    const auto text = [&](const Json& section) { return to_string(load_pretrained(*model, section, folder_).error()); };
    EXPECT_THAT(text({{"source", "torchvision"}, {"path", "ResNet18_Weights.IMAGENET1K_V2"}}),
                HasSubstr("did you mean 'ResNet18_Weights.IMAGENET1K_V1'?"));
    EXPECT_THAT(text({{"source", "hub"}, {"path", "x"}}), HasSubstr("model.pretrained.source: not one of the choices"));
    EXPECT_THAT(text({{"source", "local"}}), HasSubstr("model.pretrained.path: 'pretrained' needs it"));
    EXPECT_THAT(text({{"path", "/no/such.pth"}}), HasSubstr("there is no weights file '/no/such.pth'"));
    EXPECT_THAT(text({{"path", save("none.pth", Dict{{"epoch", 3}})}}), HasSubstr("holds no weights"));
    EXPECT_THAT(text({{"source", "url"}, {"path", "https://x.org/a/b.pth"}}),
                HasSubstr("get it and put it at '" + (folder_ / "b.pth").string()));
    EXPECT_TRUE(load_pretrained(*model, nullptr, folder_).ok());
    EXPECT_TRUE(load_pretrained(*model, {{"enabled", false}, {"source", "torchvision"}}, folder_)->file.empty());
}

}  // namespace
}  // namespace goetia
