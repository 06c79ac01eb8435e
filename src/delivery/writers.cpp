#include "delivery/writers.h"

#include <algorithm>
#include <cmath>

#include <fmt/ranges.h>

#include "base/files.h"
#include "capture/capture.h"
#include "delivery/calibrate.h"
#include "delivery/tensorrt.h"
#include "exporters/coreml/coreml_package.h"
#include "exporters/ncnn/ncnn_model.h"
#include "exporters/onnx/onnx_model.h"
#include "exporters/openvino/openvino_ir.h"
#include "passes/half.h"
#include "passes/quantise.h"

namespace goetia {
namespace {

struct OrderGraph {
    ModelGraph graph;
    std::map<std::string, QuantRange> ranges;  // of int8
    std::string note;
};

Result<OrderGraph> in_bytes(const DeliveryRequest& request, const DeliverySubject& subject, QuantScheme scheme,
                            double exact_share) {
    OrderGraph made;
    GOETIA_ASSIGN(made.ranges, calibrated(subject, request.method));
    QuantOrder order{.scheme = scheme, .exact = {}};
    if (exact_share > 0) {
        GOETIA_ASSIGN(const std::vector<std::string> layers, by_sensitivity(subject, made.ranges));
        const auto count = static_cast<std::size_t>(std::ceil(exact_share * static_cast<double>(layers.size())));
        order.exact.insert(layers.begin(), layers.begin() + static_cast<std::ptrdiff_t>(count));
        made.note = fmt::format("{} of {} layers stay in 32-bit floats: {}", count, layers.size(),
                                fmt::join(order.exact, ", "));
    }
    GOETIA_ASSIGN(made.graph, quantised(subject.graph, made.ranges, order));
    return made;
}

Result<OrderGraph> graph_of(const DeliveryRequest& request, const DeliverySubject& subject, const ExportOrder& order,
                            double exact_share) {
    OrderGraph made;
    if (order.precision == ExportPrecision::kInt8)
        return in_bytes(request, subject,
                        order.format == ExportFormat::kTensorRt ? QuantScheme::kSigned : QuantScheme::kUnsigned,
                        exact_share);
    if (order.precision == ExportPrecision::kFp32) return made.graph = subject.graph, made;
    GOETIA_ASSIGN(made.graph, in_half_precision(subject.graph));
    return made;
}

Result<WrittenOrder> write_as_onnx(const DeliveryRequest& request, const DeliverySubject& subject,
                                   const ExportOrder& order, const std::filesystem::path& folder, double exact_share) {
    GOETIA_ASSIGN(const OrderGraph made, graph_of(request, subject, order, exact_share));
    WrittenOrder written{.files = {}, .note = made.note};
    GOETIA_ASSIGN(written.files, write_onnx(made.graph, {.opset = request.opset}, folder / order.file()));
    return written;
}

Result<WrittenOrder> write_for_tensorrt(const DeliveryRequest& request, const DeliverySubject& subject,
                                        const ExportOrder& order, const std::filesystem::path& folder,
                                        double exact_share) {
    GOETIA_ASSIGN(const OrderGraph made, graph_of(request, subject, order, exact_share));
    const std::string stem = fmt::format("model_tensorrt_{}", precision_name(order.precision));
    WrittenOrder written;
    GOETIA_ASSIGN(written.files,
                  write_onnx(made.graph, {.opset = std::max(request.opset, 19)}, folder / (stem + ".onnx")));
    const std::filesystem::path script = folder / (stem + ".build.sh"), cache = folder / "calibration_cache.bin";
    GOETIA_TRY(write_file_atomic(
        script, tensorrt_commands(order, stem + ".onnx", request.input, subject.image, request.workspace)));
    written.files.push_back(script);
    if (!made.ranges.empty()) {
        GOETIA_TRY(write_file_atomic(cache, tensorrt_cache(made.ranges)));
        written.files.push_back(cache);
    }
    written.note = fmt::format(
        "engine not built here: TensorRT not found; '{}.build.sh' builds it from the ONNX{}", stem,
        made.ranges.empty() ? "" : "; calibration_cache.bin is for TensorRT up to 10, later ones read none");
    return written;
}

Result<WrittenOrder> write_as_openvino(const DeliverySubject& subject, const ExportOrder& order,
                                       const std::filesystem::path& folder) {
    WrittenOrder written;
    const OpenVinoOptions options{.half_weights = order.precision == ExportPrecision::kFp16};
    GOETIA_ASSIGN(written.files, write_openvino(subject.graph, options, folder / order.file()));
    return written;
}

Result<WrittenOrder> write_as_ncnn(const DeliverySubject& subject, const ExportOrder& order,
                                   const std::filesystem::path& folder) {
    WrittenOrder written;
    const NcnnOptions options{.half_weights = order.precision == ExportPrecision::kFp16};
    GOETIA_ASSIGN(written.files, write_ncnn(subject.graph, options, folder / order.file()));
    written.note = "NCNN has no library here that this program can load";
    return written;
}

Result<WrittenOrder> write_as_coreml(const DeliveryRequest& request, const DeliverySubject& subject,
                                     const ExportOrder& order, const std::filesystem::path& folder) {
    GOETIA_ASSIGN(const OrderGraph made, graph_of(request, subject, order, 0));
    WrittenOrder written{.files = {}, .note = "Core ML computes on Apple's systems alone"};
    GOETIA_ASSIGN(written.files, write_coreml(made.graph, folder / order.file()));
    return written;
}

Result<WrittenOrder> write_as_torchscript(const DeliveryRequest& request, const DeliverySubject& subject,
                                          const ExportOrder& order, const std::filesystem::path& folder) {
    const auto forward = [&](const at::Tensor& images) { return subject.trained.model->forward(images); };
    WrittenOrder written{.files = {folder / order.file()}, .note = ""};
    GOETIA_TRY(save_torchscript(
        {.module = subject.trained.model.get(), .forward = forward, .image = subject.image, .input = request.input},
        written.files[0]));
    return written;
}

}  // namespace

Result<WrittenOrder> write_order(const DeliveryRequest& request, const DeliverySubject& subject,
                                 const ExportOrder& order, const std::filesystem::path& folder, double exact_share) {
    switch (order.format) {
        case ExportFormat::kOnnx: return write_as_onnx(request, subject, order, folder, exact_share);
        case ExportFormat::kTensorRt: return write_for_tensorrt(request, subject, order, folder, exact_share);
        case ExportFormat::kOpenVino: return write_as_openvino(subject, order, folder);
        case ExportFormat::kNcnn: return write_as_ncnn(subject, order, folder);
        case ExportFormat::kCoreMl: return write_as_coreml(request, subject, order, folder);
        case ExportFormat::kTorchScript: return write_as_torchscript(request, subject, order, folder);
    }
    return failed("'{}' has no writer", order.name());
}

}  // namespace goetia
