// goetia-runtime graph --model M --size 64 --output DIR [--formats onnx,openvino,ncnn,torchscript] [--opset 17]: a
// model by its name, with drawn weights and statistics, in every format, for tests that compare: DIR/images.npy (three
// of them), DIR/wanted_0.npy ... (what the model makes of them), DIR/model.onnx, ... Prints {"outputs", "nodes",
// "refused": {format: why}}.
#include <filesystem>
#include <sstream>

#include <ATen/Context.h>
#include <ATen/ops/rand.h>
#include <c10/core/InferenceMode.h>

#include "apps/goetia-runtime/command.h"
#include "base/files.h"
#include "base/npy.h"
#include "capture/capture.h"
#include "capture/evaluate.h"
#include "config/named_model.h"
#include "exporters/coreml/coreml_package.h"
#include "exporters/ncnn/ncnn_model.h"
#include "exporters/onnx/onnx_model.h"
#include "exporters/openvino/openvino_ir.h"
#include "learn/components.h"
#include "passes/half.h"
#include "passes/pass.h"

namespace goetia::runtime {
namespace {

namespace fs = std::filesystem;

// As after some training: statistics that are not 0 and 1 show whether they arrive.
void draw_statistics(const Model& model) {
    for (const NamedTensor& one : model.named_buffers()) {
        if (one.name.ends_with("running_mean")) one.tensor.uniform_(-0.2, 0.2);
        if (one.name.ends_with("running_var")) one.tensor.uniform_(0.7, 1.4);
    }
}

Status write_array(const fs::path& file, const torch::Tensor& tensor) {
    const torch::Tensor plain = tensor.detach().to(torch::kFloat32).contiguous();
    const auto* numbers = plain.const_data_ptr<float>();
    return write_npy(file, {plain.sizes().vec(), std::vector<float>(numbers, numbers + plain.numel())});
}

struct GraphWork {
    CaptureRequest request;
    ModelGraph graph;
    fs::path folder;
    int opset = kFirstOnnxOpset;
};

Status write_format(const GraphWork& work, const std::string& format) {
    const fs::path& to = work.folder;
    const auto status = [](auto written) { return written ? Status() : Status(std::move(written).error()); };
    if (format == "onnx") return status(write_onnx(work.graph, {.opset = work.opset}, to / "model.onnx"));
    if (format == "onnx_beside")
        return status(write_onnx(work.graph, {.opset = work.opset, .most_inside = 0}, to / "beside.onnx"));
    if (format == "onnx_fp16") {
        GOETIA_ASSIGN(const ModelGraph half, in_half_precision(work.graph));
        return status(write_onnx(half, {.opset = work.opset}, to / "model_fp16.onnx"));
    }
    if (format == "openvino") return status(write_openvino(work.graph, {}, to / "openvino.xml"));
    if (format == "openvino_fp16")
        return status(write_openvino(work.graph, {.half_weights = true}, to / "openvino_fp16.xml"));
    if (format == "ncnn") return status(write_ncnn(work.graph, {}, to / "ncnn.param"));
    if (format == "ncnn_fp16") return status(write_ncnn(work.graph, {.half_weights = true}, to / "ncnn_fp16.param"));
    if (format == "coreml") return status(write_coreml(work.graph, to / "model.mlpackage"));
    if (format == "coreml_fp16") {
        GOETIA_ASSIGN(const ModelGraph half, in_half_precision(work.graph));
        return status(write_coreml(half, to / "model_fp16.mlpackage"));
    }
    if (format == "torchscript") return save_torchscript(work.request, to / "model.pt");
    return invalid("there is no format '{}'", format);
}

}  // namespace

Status graph_command(const Words& words) {
    const auto name = option(words, "--model"), output = option(words, "--output");
    if (!name || !output) return invalid("graph needs --model and --output");
    const std::int64_t size = std::atoll(option(words, "--size").value_or("64").c_str());
    GOETIA_ASSIGN(const auto components, builtin_components());
    GOETIA_ASSIGN(const Json config, named_model(*name));
    torch::manual_seed(0);
    GOETIA_ASSIGN(const auto model, components->models.make(config, "model", BuildContext{*components, lone_rank()}));
    const torch::NoGradGuard no_gradients;
    draw_statistics(*model);
    model->eval();
    GraphWork work{.request = {.module = model.get(),
                               .forward = [&](const at::Tensor& images) { return model->forward(images); },
                               .image = {3, size, size}},
                   .graph = {},
                   .folder = *output,
                   .opset = std::atoi(option(words, "--opset").value_or("17").c_str())};
    GOETIA_TRY(make_folders(work.folder));
    const at::Tensor images = torch::rand({3, 3, size, size});
    GOETIA_TRY(write_array(work.folder / "images.npy", images));
    int outputs = 0;
    for (const at::Tensor& one : model->forward(images)) {
        if (one.is_floating_point())
            GOETIA_TRY(write_array(work.folder / fmt::format("wanted_{}.npy", outputs++), one));
    }
    GOETIA_ASSIGN(work.graph, capture(work.request));
    GOETIA_TRY(run_passes(work.graph, common_passes(), {.compute = computed_constant}));
    Json report{{"outputs", outputs}, {"nodes", work.graph.nodes.size()}, {"refused", Json::object()}};
    std::istringstream list(option(words, "--formats").value_or("onnx,openvino,ncnn,torchscript"));
    for (std::string format; std::getline(list, format, ',');) {
        if (Status done = write_format(work, format); !done) report["refused"][format] = to_string(done.error());
    }
    fmt::print("{}\n", report.dump());
    return {};
}

}  // namespace goetia::runtime
