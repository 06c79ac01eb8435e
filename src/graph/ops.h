// The operations of a graph. What each computes is ONNX's operator of that name unless its line in ops.cpp says
// otherwise.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "graph/extents.h"

namespace goetia {

// In the order of the table in ops.cpp.
enum class GraphOp : std::uint8_t {
    kConv,
    kConvTranspose,
    kLinear,
    kMatMul,
    kBatchNorm,
    kLayerNorm,
    kGroupNorm,
    kRelu,
    kLeakyRelu,
    kClip,
    kSigmoid,
    kHardSigmoid,
    kHardSwish,
    kSilu,
    kGelu,
    kTanh,
    kSoftplus,
    kErf,
    kExp,
    kLog,
    kSqrt,
    kAbs,
    kNeg,
    kFloor,
    kAdd,
    kSub,
    kMul,
    kDiv,
    kPow,
    kMax,
    kMin,
    kSoftmax,
    kLogSoftmax,
    kMaxPool,
    kAvgPool,
    kReduceMean,
    kReduceSum,
    kReduceMax,
    kReduceMin,
    kConcat,
    kSlice,
    kReshape,
    kTranspose,
    kExpand,
    kGather,
    kPad,
    kResize,
    kArgMax,
    kCast,
    kQuantize,
    kDequantize,
};

using Wholes = std::vector<std::int64_t>;

// Lists of lengths that may grow with the batch are Extents.
using Attribute =
    std::variant<std::int64_t, double, std::string, std::vector<std::int64_t>, std::vector<double>, Extents>;

enum class AttributeKind : std::uint8_t { kWhole, kNumber, kText, kWholes, kNumbers, kExtents };  // as in Attribute

struct AttributeRule {
    std::string_view name;
    AttributeKind kind;
    std::size_t length = 0;  // of a list; 0: any
};

struct OpRule {
    std::string_view name;
    std::size_t least_inputs, most_inputs;
    std::vector<AttributeRule> attributes;  // every one must be given
};

inline constexpr std::size_t kAnyNumber = ~std::size_t{0};

const OpRule& op_rule(GraphOp op);
std::span<const OpRule> op_rules();  // of all, in the order of GraphOp
std::optional<GraphOp> op_named(std::string_view name);
[[nodiscard]] bool is_elementwise(GraphOp op);       // one input, the output as large
[[nodiscard]] bool is_elementwise_pair(GraphOp op);  // two inputs that are broadcast

}  // namespace goetia
