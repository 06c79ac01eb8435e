#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "capture/evaluate.h"
#include "delivery/calibrate.h"
#include "delivery/check.h"
#include "delivery/report.h"
#include "delivery/tensorrt.h"
#include "testkit/small_graph.h"

namespace goetia {
namespace {

using testing::HasSubstr;

TEST(ExportOrder, is_read_as_it_is_named) {
    for (const std::string& name : known_orders()) EXPECT_EQ(order_named(name).value().name(), name);
    EXPECT_EQ(order_named("onnx").value().file(), "model.onnx");
    EXPECT_EQ(order_named("onnx:int8").value().file(), "model_int8.onnx");
    EXPECT_EQ(order_named("openvino:fp16").value().file(), "model_openvino_fp16.xml");
    const auto unknown = order_named("ncnn:int8");
    ASSERT_FALSE(unknown);
    EXPECT_THAT(unknown.error().message,
                HasSubstr("there is no export 'ncnn:int8'; allowed: torchscript:fp32, onnx:fp32"));
}

TEST(OutputComparison, measures_against_the_spread) {
    OutputComparison comparison;
    const std::vector<float> wanted{0, 10, 5}, found{0, 9, 5};
    comparison.add(wanted, found);
    EXPECT_EQ(comparison.max(), 1);
    EXPECT_DOUBLE_EQ(comparison.relative(), 0.1);
    EXPECT_NEAR(comparison.cosine(), 115 / std::sqrt(125.0 * 106), 1e-12);
    comparison.add(std::vector<float>{1}, std::vector<float>{NAN});
    EXPECT_FALSE(std::isfinite(comparison.relative()));
}

TEST(OutputComparison, of_one_number_is_relative_to_its_size) {
    OutputComparison comparison;
    comparison.add(std::vector<float>{4}, std::vector<float>{3});
    EXPECT_DOUBLE_EQ(comparison.relative(), 0.25);
}

// Another runtime, played by LibTorch on a graph that may be spoiled.
class GraphSession final : public ForeignSession {
  public:
    explicit GraphSession(ModelGraph graph, bool all_values) : graph_(std::move(graph)), all_(all_values) {
        for (const GraphNode& node : graph_.nodes) {
            const bool is_output = node.output == graph_.outputs[0];
            if (all_ || is_output) names_.push_back(graph_.value(node.output).name);
        }
    }
    [[nodiscard]] const std::vector<std::string>& output_names() const override { return names_; }
    Result<std::vector<FloatArray>> run(const FloatArray& images) override {
        std::vector<FloatArray> arrays;
        const auto keep = [&](ValueId id, const at::Tensor& computed) {
            if (all_ || id == graph_.outputs[0]) arrays.push_back(array_of(computed));
        };
        GOETIA_ASSIGN(const auto outputs, evaluate(graph_, {tensor_of(images)}, keep));
        return arrays;
    }

  private:
    ModelGraph graph_;
    bool all_;
    std::vector<std::string> names_;
};

DeliverySubject small_subject() {
    torch::manual_seed(3);
    DeliverySubject subject;
    subject.graph = testkit::small_classifier();
    subject.images = torch::randn({7, 3, 8, 8});
    subject.calibration = subject.images;
    subject.wanted = evaluate(subject.graph, {subject.images}).value();
    return subject;
}

Json first_of(const ModelGraph& spoiled) {
    const DeliverySubject subject = small_subject();
    GraphSession session(spoiled, true);
    return first_difference(subject, subject.graph, session, 1e-4).value();
}

void change_weights(ModelGraph& graph, const std::string& name,
                    const std::function<void(std::vector<float>&)>& change) {
    for (GraphValue& value : graph.values) {
        if (value.name != name) continue;
        std::vector<float> numbers = value.constant->floats();
        change(numbers);
        value.constant = GraphConstant::of_floats(value.constant->lengths(), std::move(numbers));
    }
}

TEST(Check, finds_no_fault_where_there_is_none) {
    const DeliverySubject subject = small_subject();
    GraphSession session(subject.graph, false);
    EXPECT_LT(compared(subject, session).value().max(), 1e-6);  // other batches, other roundings
    EXPECT_TRUE(first_of(subject.graph).is_null());
    const Json speed = measured_speed(subject, session, 1).value();
    EXPECT_GT(speed["p50_ms"].get<double>(), 0);
    EXPECT_GE(speed["p95_ms"].get<double>(), speed["p50_ms"].get<double>());
}

TEST(Check, names_the_first_layer_that_differs) {
    ModelGraph graph = testkit::small_classifier();
    change_weights(graph, "fc.weight", [](std::vector<float>& numbers) { numbers[3] += 0.5F; });
    EXPECT_EQ(first_of(graph)["layer"], "fc");

    graph = testkit::small_classifier();  // swapped channels
    change_weights(graph, "conv.weight", [](std::vector<float>& numbers) {
        std::swap_ranges(numbers.begin(), numbers.begin() + 27, numbers.begin() + 27);
    });
    EXPECT_EQ(first_of(graph)["layer"], "conv");

    graph = testkit::small_classifier();  // another normalisation
    change_weights(graph, "bn.var", [](std::vector<float>& numbers) { numbers[0] *= 2; });
    EXPECT_EQ(first_of(graph)["layer"], "bn");

    graph = testkit::small_classifier();  // another layout: height and width exchanged
    GraphNode turn{.op = GraphOp::kTranspose,
                   .inputs = {graph.inputs[0]},
                   .output = kNoValue,
                   .attributes = {{"order", Wholes{0, 1, 3, 2}}},
                   .layer = "input"};
    const ValueId turned = graph.add_node(turn, "turned").value();
    graph.nodes.insert(graph.nodes.begin(), graph.nodes.back());
    graph.nodes.pop_back();
    graph.nodes[1].inputs[0] = turned;
    EXPECT_EQ(first_of(graph)["layer"], "conv");
}

TEST(Check, tells_how_far_a_spoiled_model_is) {
    const DeliverySubject subject = small_subject();
    ModelGraph graph = subject.graph;
    change_weights(graph, "fc.bias", [](std::vector<float>& numbers) { numbers[0] += 1; });
    GraphSession session(graph, false);
    EXPECT_NEAR(compared(subject, session).value().max(), 1, 1e-5);
}

TEST(Calibrate, sees_the_images_themselves) {
    const DeliverySubject subject = small_subject();
    const auto ranges = calibrated(subject, CalibrationMethod::kMinMax).value();
    EXPECT_FLOAT_EQ(ranges.at("images").most, subject.images.max().item<float>());
    EXPECT_EQ(ranges.at("relu").least, 0);
    const auto worst = by_sensitivity(subject, ranges).value();
    EXPECT_EQ(worst.size(), 2U);
}

TEST(TensorRt, is_given_a_cache_and_both_commands) {
    EXPECT_EQ(tensorrt_cache({{"images", {-1, 1.27F}}}), "TRT-100000-EntropyCalibration2\nimages: 3c23d70a\n");
    const std::string script =
        tensorrt_commands(order_named("tensorrt:int8").value(), "model.onnx", "images", {3, 64, 64}, 2);
    EXPECT_THAT(script,
                HasSubstr("trtexec --onnx=model.onnx --saveEngine=model_int8.engine --minShapes=images:1x3x64x64"));
    EXPECT_THAT(script, HasSubstr("workspace:2048M --fp16 --int8 ;;"));
    EXPECT_THAT(script, HasSubstr("workspace:2048M ;;"));
}

TEST(Report, shows_what_was_verified) {
    const Json report{{"source", {{"experiment", "exp"}, {"checkpoint", "best.pth"}, {"sha256", "ab"}}},
                      {"input", {{"name", "images"}}},
                      {"metrics", {{"val/accuracy_top1", 0.9}}},
                      {"artifacts",
                       {{{"export", "onnx:fp32"},
                         {"state", "verified"},
                         {"megabytes", 1.5},
                         {"files", {{{"name", "model.onnx"}, {"sha256", "cd"}}}},
                         {"checks",
                          {{{"runtime", "ONNX Runtime"},
                            {"difference", {{"max", 1e-6}, {"relative", 1e-7}}},
                            {"metrics", {{"val/accuracy_top1", 0.9}}}}}}},
                        {{"export", "coreml:fp32"}, {"state", "not verified here"}, {"reason", "Apple alone"}}}}};
    const std::string page = report_page(report);
    EXPECT_THAT(page, HasSubstr("| onnx:fp32 | verified | 1.00e-06 | 1.00e-07 | - | - | - | 1.50 MB |"));
    EXPECT_THAT(page, HasSubstr("| coreml:fp32 | not verified here | - |"));
    EXPECT_THAT(page, HasSubstr("`model.onnx`, sha256 `cd`"));
}

}  // namespace
}  // namespace goetia
