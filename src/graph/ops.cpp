#include "graph/ops.h"

#include <array>

namespace goetia {
namespace {

using enum AttributeKind;

std::vector<OpRule> make_rules() {
    const AttributeRule strides{"strides", kWholes, 2}, pads{"pads", kWholes, 4},  // top, left, bottom, right
        dilations{"dilations", kWholes, 2}, groups{"groups", kWhole}, kernel{"kernel", kWholes, 2}, eps{"eps", kNumber},
        axis{"axis", kWhole}, axes{"axes", kWholes}, ceil{"ceil", kWhole};
    return {
        {"Conv", 2, 3, {strides, pads, dilations, groups}},
        {"ConvTranspose", 2, 3, {strides, pads, dilations, groups, {"output_padding", kWholes, 2}}},
        {"Linear", 2, 3, {}},  // x * transposed w + b, of the last axis
        {"MatMul", 2, 2, {}},
        {"BatchNorm", 5, 5, {eps}},          // x, scale, shift, mean, variance
        {"LayerNorm", 1, 3, {axis, eps}},    // x, scale, shift; over the axes from `axis` on
        {"GroupNorm", 1, 3, {groups, eps}},  // x, scale and shift of each channel
        {"Relu", 1, 1, {}},
        {"LeakyRelu", 1, 1, {{"slope", kNumber}}},
        {"Clip", 1, 1, {{"least", kNumber}, {"most", kNumber}}},
        {"Sigmoid", 1, 1, {}},
        {"HardSigmoid", 1, 1, {}},                 // clip(x / 6 + 1 / 2, 0, 1)
        {"HardSwish", 1, 1, {}},                   // x * HardSigmoid(x)
        {"Silu", 1, 1, {}},                        // x * Sigmoid(x)
        {"Gelu", 1, 1, {{"approximate", kText}}},  // none, tanh
        {"Tanh", 1, 1, {}},
        {"Softplus", 1, 1, {}},
        {"Erf", 1, 1, {}},
        {"Exp", 1, 1, {}},
        {"Log", 1, 1, {}},
        {"Sqrt", 1, 1, {}},
        {"Abs", 1, 1, {}},
        {"Neg", 1, 1, {}},
        {"Floor", 1, 1, {}},
        {"Add", 2, 2, {}},
        {"Sub", 2, 2, {}},
        {"Mul", 2, 2, {}},
        {"Div", 2, 2, {}},
        {"Pow", 2, 2, {}},
        {"Max", 2, 2, {}},
        {"Min", 2, 2, {}},
        {"Softmax", 1, 1, {axis}},
        {"LogSoftmax", 1, 1, {axis}},
        {"MaxPool", 1, 1, {kernel, strides, pads, dilations, ceil}},
        {"AvgPool", 1, 1, {kernel, strides, pads, ceil, {"count_pads", kWhole}}},
        {"ReduceMean", 1, 1, {axes, {"keep", kWhole}}},
        {"ReduceSum", 1, 1, {axes, {"keep", kWhole}}},
        {"ReduceMax", 1, 1, {axes, {"keep", kWhole}}},
        {"ReduceMin", 1, 1, {axes, {"keep", kWhole}}},
        {"Concat", 1, kAnyNumber, {axis}},
        {"Slice", 1, 1, {axis, {"begin", kWhole}, {"end", kWhole}, {"step", kWhole}}},
        {"Reshape", 1, 1, {{"shape", kExtents}}},
        {"Transpose", 1, 1, {{"order", kWholes}}},
        {"Expand", 1, 1, {{"shape", kExtents}}},
        {"Gather", 2, 2, {axis}},
        {"Pad", 1, 1, {{"before", kWholes}, {"after", kWholes}, {"value", kNumber}}},
        {"Resize", 1, 1, {{"mode", kText}, {"size", kWholes, 2}, {"align_corners", kWhole}}},  // nearest, linear
        {"ArgMax", 1, 1, {axis, {"keep", kWhole}}},
        {"Cast", 1, 1, {{"to", kText}}},
        {"Quantize", 3, 3, {axis}},  // x, scale, zero point; one of each, or one for each place of the axis
        {"Dequantize", 3, 3, {axis}},
    };
}

const std::vector<OpRule>& rules() {
    static const std::vector<OpRule> all = make_rules();
    return all;
}

}  // namespace

std::span<const OpRule> op_rules() { return rules(); }

const OpRule& op_rule(GraphOp op) { return rules()[static_cast<std::size_t>(op)]; }

std::optional<GraphOp> op_named(std::string_view name) {
    for (std::size_t i = 0; i < rules().size(); ++i) {
        if (rules()[i].name == name) return static_cast<GraphOp>(i);
    }
    return std::nullopt;
}

bool is_elementwise(GraphOp op) { return op >= GraphOp::kRelu && op <= GraphOp::kFloor; }
bool is_elementwise_pair(GraphOp op) { return op >= GraphOp::kAdd && op <= GraphOp::kMin; }

}  // namespace goetia
