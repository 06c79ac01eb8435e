#include "capture/capture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "capture/evaluate.h"
#include "config/named_model.h"
#include "learn/components.h"
#include "learn/layers/conv2d.h"
#include "learn/layers/linear.h"
#include "learn/layers/norm.h"
#include "passes/pass.h"

namespace goetia {
namespace {

using testing::HasSubstr;

// A model that a test writes as a function of its layers.
class Sketch final : public Module {
  public:
    Sketch() {
        conv = register_module("conv", std::make_shared<Conv2d>(3, 4, 3, Conv2dOptions{.padding = 1}));
        norm = register_module("norm", std::make_shared<BatchNorm>(BatchNormSettings{4, 1e-5, 0.1}));
        fc = register_module("fc", std::make_shared<Linear>(4, 2));
        eval();
    }
    std::shared_ptr<Conv2d> conv;
    std::shared_ptr<Norm> norm;
    std::shared_ptr<Linear> fc;
};

Result<ModelGraph> captured(const Sketch& sketch, std::function<Outputs(const at::Tensor&)> forward) {
    return capture({.module = &sketch, .forward = std::move(forward), .image = {3, 8, 8}, .outputs = {"scores"}});
}

// The largest difference, as a share of the spread of what is expected; of a single number, of its size.
double difference(const ModelGraph& graph, const Outputs& wanted, const at::Tensor& images) {
    const auto found = evaluate(graph, {images});
    if (!found) throw std::runtime_error(to_string(found.error()));
    double worst = 0;
    std::size_t at = 0;
    for (const at::Tensor& one : wanted) {
        if (!one.is_floating_point()) continue;
        const at::Tensor& other = found->at(at++);
        if (!other.sizes().equals(one.sizes())) return 1e9;
        const double range = (one.max() - one.min()).item<double>();
        const double spread = range > 0 ? range : std::max(1e-6, one.abs().max().item<double>());
        worst = std::max(worst, (other - one).abs().max().item<double>() / spread);
    }
    return worst;
}

TEST(Capture, computes_what_the_model_does_at_any_batch) {
    torch::manual_seed(1);
    const Sketch sketch;
    const auto forward = [&](const at::Tensor& images) {
        at::Tensor maps = sketch.norm->forward(sketch.conv->forward(images)).relu_();
        maps += 1;
        return Outputs{sketch.fc->forward(maps.mean({2, 3}).reshape({images.size(0), 4}))};
    };
    auto graph = captured(sketch, forward);
    ASSERT_TRUE(graph) << to_string(graph.error());
    EXPECT_EQ(graph->value(graph->inputs[0]).name, "images");
    EXPECT_EQ(graph->value(graph->outputs[0]).name, "scores");
    EXPECT_EQ(graph->nodes[0].layer, "conv");
    const torch::NoGradGuard no_gradients;
    for (const std::int64_t batch : {1, 3, 5}) {
        const at::Tensor images = torch::rand({batch, 3, 8, 8});
        EXPECT_LT(difference(*graph, forward(images), images), 1e-6) << batch;
    }
    ASSERT_TRUE(run_passes(*graph, common_passes(), {.compute = computed_constant}));
    const at::Tensor images = torch::rand({3, 3, 8, 8});
    EXPECT_LT(difference(*graph, forward(images), images), 1e-5);
}

TEST(Capture, refuses_everything_at_once_with_its_layer) {
    const Sketch sketch;
    const auto graph = captured(sketch, [&](const at::Tensor& images) {
        const at::Tensor maps = sketch.conv->forward(images);
        return Outputs{maps.cumsum(1), sketch.fc->forward(maps.mean({2, 3})).lgamma()};
    });
    ASSERT_FALSE(graph);
    const std::string text = to_string(graph.error());
    EXPECT_THAT(text, HasSubstr("conv: aten::cumsum: no counterpart in a graph"));
    EXPECT_THAT(text, HasSubstr("fc: aten::lgamma: no counterpart in a graph"));
}

TEST(Capture, refuses_writes_into_views) {
    const Sketch sketch;
    const auto graph = captured(sketch, [&](const at::Tensor& images) {
        at::Tensor maps = sketch.conv->forward(images);
        maps.select(1, 0).relu_();
        return Outputs{maps};
    });
    ASSERT_FALSE(graph);
    EXPECT_THAT(to_string(graph.error()),
                HasSubstr("aten::relu_ writes into a tensor that is read under another name"));
}

TEST(Capture, refuses_a_model_in_training) {
    Sketch sketch;
    sketch.train();
    const auto graph =
        captured(sketch, [&](const at::Tensor& images) { return Outputs{sketch.conv->forward(images)}; });
    ASSERT_FALSE(graph);
    EXPECT_THAT(to_string(graph.error()), HasSubstr("conv: is in training; call eval()"));
}

TEST(Capture, refuses_what_treats_images_unlike) {
    const Sketch sketch;
    const auto graph = captured(sketch, [&](const at::Tensor& images) {
        at::Tensor maps = sketch.conv->forward(images);
        return Outputs{images.size(0) == 3 ? maps.relu().exp() : maps.relu()};
    });
    ASSERT_FALSE(graph);
    EXPECT_THAT(to_string(graph.error()), HasSubstr("does other things with two images than with three"));
}

// One of each family; the tests of the exporters take all.
TEST(Capture, takes_every_family_of_models) {
    const auto components = builtin_components().value();
    const std::vector<std::pair<std::string, std::int64_t>> models{{"resnet18", 64},
                                                                   {"mobilenet_v3_small", 64},
                                                                   {"vgg11_bn", 64},
                                                                   {"unet_small", 64},
                                                                   {"lraspp_mobilenet_v3_large", 64},
                                                                   {"deeplabv3plus_resnet50", 96},
                                                                   {"ssdlite320_mobilenet_v3_large", 320},
                                                                   {"retinanet_resnet50_fpn", 128},
                                                                   {"fcos_resnet50_fpn", 128},
                                                                   {"yolov8n", 128},
                                                                   {"yolov8n_seg", 128},
                                                                   {"yolov10n", 128}};
    for (const auto& [name, size] : models) {
        torch::manual_seed(2);
        const auto model =
            components->models.make(named_model(name).value(), "model", BuildContext{*components, lone_rank()});
        ASSERT_TRUE(model) << name << to_string(model.error());
        (*model)->eval();
        const auto forward = [&](const at::Tensor& images) { return (*model)->forward(images); };
        auto graph = capture({.module = model->get(), .forward = forward, .image = {3, size, size}});
        EXPECT_TRUE(graph) << name << to_string(graph.error());
        if (!graph) continue;
        const Status done = run_passes(*graph, common_passes(), {.compute = computed_constant});
        EXPECT_TRUE(done) << name << to_string(done.error());
        if (!done) continue;
        const torch::NoGradGuard no_gradients;
        const at::Tensor images = torch::rand({1, 3, size, size});
        EXPECT_LT(difference(*graph, forward(images), images), 1e-4) << name;
    }
}

}  // namespace
}  // namespace goetia
