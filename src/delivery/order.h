// What is asked of an export: formats, each in a precision.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace goetia {

enum class ExportFormat : std::uint8_t { kTorchScript, kOnnx, kOpenVino, kNcnn, kCoreMl, kTensorRt };
enum class ExportPrecision : std::uint8_t { kFp32, kFp16, kInt8 };

struct ExportOrder {
    ExportFormat format{};
    ExportPrecision precision{};

    [[nodiscard]] std::string name() const;  // "onnx:fp16"
    [[nodiscard]] std::string file() const;  // "model_fp16.onnx"
    bool operator==(const ExportOrder&) const = default;
};

std::string_view format_name(ExportFormat format);
std::string_view precision_name(ExportPrecision precision);

// "onnx", "openvino:fp16", ...; an Error says what is allowed.
Result<ExportOrder> order_named(std::string_view text);
std::vector<std::string> known_orders();

// The largest difference that is let through, as a share of the outputs' spread.
double tolerance_of(ExportPrecision precision);

}  // namespace goetia
