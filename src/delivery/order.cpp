#include "delivery/order.h"

#include <array>

#include <fmt/ranges.h>

namespace goetia {
namespace {

struct FormatRow {
    std::string_view name, ending;
    std::array<bool, 3> precisions;  // fp32, fp16, int8: those that are written
};

constexpr std::array<FormatRow, 6> kFormats{{{"torchscript", ".pt", {true, false, false}},
                                             {"onnx", ".onnx", {true, true, true}},
                                             {"openvino", ".xml", {true, true, false}},
                                             {"ncnn", ".param", {true, true, false}},
                                             {"coreml", ".mlpackage", {true, true, false}},
                                             {"tensorrt", ".engine", {true, true, true}}}};
constexpr std::array<std::string_view, 3> kPrecisions{"fp32", "fp16", "int8"};

}  // namespace

std::string_view format_name(ExportFormat format) { return kFormats[static_cast<std::size_t>(format)].name; }
std::string_view precision_name(ExportPrecision precision) { return kPrecisions[static_cast<std::size_t>(precision)]; }

std::string ExportOrder::name() const { return fmt::format("{}:{}", format_name(format), precision_name(precision)); }

std::string ExportOrder::file() const {
    const std::string precise =
        precision == ExportPrecision::kFp32 ? "" : fmt::format("_{}", precision_name(precision));
    // Both have a second file that ends in .bin.
    const bool has_bin = format == ExportFormat::kOpenVino || format == ExportFormat::kNcnn;
    const std::string own = has_bin ? fmt::format("_{}", format_name(format)) : "";
    return fmt::format("model{}{}{}", own, precise, kFormats[static_cast<std::size_t>(format)].ending);
}

std::vector<std::string> known_orders() {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < kFormats.size(); ++i) {
        for (std::size_t k = 0; k < kPrecisions.size(); ++k) {
            if (kFormats[i].precisions[k])
                names.push_back(ExportOrder{static_cast<ExportFormat>(i), static_cast<ExportPrecision>(k)}.name());
        }
    }
    return names;
}

Result<ExportOrder> order_named(std::string_view text) {
    const std::string whole =
        text.find(':') == std::string_view::npos ? fmt::format("{}:fp32", text) : std::string(text);
    for (std::size_t i = 0; i < kFormats.size(); ++i) {
        for (std::size_t k = 0; k < kPrecisions.size(); ++k) {
            const ExportOrder order{static_cast<ExportFormat>(i), static_cast<ExportPrecision>(k)};
            if (kFormats[i].precisions[k] && order.name() == whole) return order;
        }
    }
    return invalid("there is no export '{}'; allowed: {}", text, fmt::join(known_orders(), ", "));
}

double tolerance_of(ExportPrecision precision) {
    switch (precision) {
        case ExportPrecision::kFp32: return 1e-4;
        case ExportPrecision::kFp16: return 2e-2;
        case ExportPrecision::kInt8: break;
    }
    return 0.25;
}

}  // namespace goetia
