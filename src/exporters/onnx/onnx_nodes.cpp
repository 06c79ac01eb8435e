// How each operation of a graph is said in ONNX.
#include <cmath>

#include "exporters/onnx/onnx_graph.h"

namespace goetia {
namespace {

std::vector<std::string> onnx_inputs(const OnnxGraph& onnx, const GraphNode& node) {
    std::vector<std::string> names;
    for (const ValueId id : node.inputs) names.push_back(onnx.name(id));
    while (!names.empty() && names.back().empty()) names.pop_back();
    return names;
}

void plain(OnnxGraph& onnx, const GraphNode& node, const std::string& type,
           std::vector<OnnxAttribute> attributes = {}) {
    onnx.node(type, onnx_inputs(onnx, node), onnx.name(node.output), std::move(attributes));
}

std::string number(OnnxGraph& onnx, const GraphNode& node, const std::string& what, float value) {
    const std::string name = onnx.between(node, what);
    if (onnx.graph().value(node.inputs[0]).element != Element::kF16)
        return onnx.constant(name, GraphConstant::of_floats({}, {value}));
    const std::uint16_t half = half_of(value);
    const auto bytes = std::as_bytes(std::span(&half, 1));
    return onnx.constant(name, GraphConstant::of_bytes(Element::kF16, {}, {bytes.begin(), bytes.end()}));
}

void write_conv(OnnxGraph& onnx, const GraphNode& node) {
    const Extents& weights = onnx.shape(node.inputs[1]);
    std::vector<OnnxAttribute> attributes{{"kernel_shape", Wholes{weights[2].count, weights[3].count}},
                                          {"strides", node.wholes("strides")},
                                          {"pads", node.wholes("pads")},
                                          {"dilations", node.wholes("dilations")},
                                          {"group", node.whole("groups")}};
    if (node.op == GraphOp::kConvTranspose) attributes.push_back({"output_padding", node.wholes("output_padding")});
    plain(onnx, node, node.op == GraphOp::kConv ? "Conv" : "ConvTranspose", std::move(attributes));
}

// Gemm takes matrices alone.
void write_linear(OnnxGraph& onnx, const GraphNode& node) {
    if (onnx.shape(node.inputs[0]).size() == 2) return plain(onnx, node, "Gemm", {{"transB", std::int64_t{1}}});
    const std::string turned = onnx.between(node, "weights"), product = onnx.between(node, "product");
    const bool has_bias = node.inputs.size() > 2 && node.inputs[2] != kNoValue;
    onnx.node("Transpose", {onnx.name(node.inputs[1])}, turned, {{"perm", Wholes{1, 0}}});
    onnx.node("MatMul", {onnx.name(node.inputs[0]), turned}, has_bias ? product : onnx.name(node.output));
    if (has_bias) onnx.node("Add", {product, onnx.name(node.inputs[2])}, onnx.name(node.output));
}

// By instances: each group of a row as one channel, then every channel's scale and shift. GroupNormalization is from
// opset 21 on, and its earlier form has a scale for each group.
void write_group_norm(OnnxGraph& onnx, const GraphNode& node) {
    const Extents& shape = onnx.shape(node.inputs[0]);
    const std::int64_t groups = node.whole("groups"), channels = shape[1].count;
    const Element element = onnx.graph().value(node.inputs[0]).element;
    const auto filled = [&](float value) {
        const ConstantPtr floats =
            GraphConstant::of_floats({groups}, std::vector<float>(static_cast<std::size_t>(groups), value));
        if (element != Element::kF16) return floats;
        std::vector<std::byte> bytes;
        for (std::int64_t i = 0; i < groups; ++i) {
            const std::uint16_t half = half_of(value);
            const auto both = std::as_bytes(std::span(&half, 1));
            bytes.insert(bytes.end(), both.begin(), both.end());
        }
        return GraphConstant::of_bytes(Element::kF16, {groups}, std::move(bytes));
    };
    const std::string cut = onnx.between(node, "groups"), normal = onnx.between(node, "normal"),
                      whole = onnx.between(node, "whole"), scaled = onnx.between(node, "scaled");
    onnx.node("Reshape", {onnx.name(node.inputs[0]), onnx.constant(cut + "_shape", Wholes{0, groups, -1})}, cut);
    onnx.node("InstanceNormalization",
              {cut, onnx.constant(cut + "_scale", filled(1)), onnx.constant(cut + "_shift", filled(0))}, normal,
              {{"epsilon", static_cast<float>(node.number("eps"))}});
    Wholes back{-1}, per_channel{channels};
    for (std::size_t i = 1; i < shape.size(); ++i) back.push_back(shape[i].count);
    per_channel.resize(shape.size() - 1, 1);
    onnx.node("Reshape", {normal, onnx.constant(whole + "_shape", back)}, whole);
    const std::string channels_shape = onnx.constant(scaled + "_shape", per_channel);
    onnx.node("Reshape", {onnx.name(node.inputs[1]), channels_shape}, scaled + "_scale");
    onnx.node("Reshape", {onnx.name(node.inputs[2]), channels_shape}, scaled + "_shift");
    onnx.node("Mul", {whole, scaled + "_scale"}, scaled);
    onnx.node("Add", {scaled, scaled + "_shift"}, onnx.name(node.output));
}

void write_silu(OnnxGraph& onnx, const GraphNode& node) {
    const std::string gate = onnx.between(node, "gate");
    onnx.node("Sigmoid", {onnx.name(node.inputs[0])}, gate);
    onnx.node("Mul", {onnx.name(node.inputs[0]), gate}, onnx.name(node.output));
}

// x / 2 * (1 + erf(x / sqrt(2))), or with tanh(sqrt(2 / pi) * (x + 0.044715 x^3)) in the place of erf.
void write_gelu(OnnxGraph& onnx, const GraphNode& node) {
    const bool is_tanh = node.text("approximate") == "tanh";
    if (onnx.opset() >= 20) return plain(onnx, node, "Gelu", {{"approximate", node.text("approximate")}});
    const std::string x = onnx.name(node.inputs[0]), curve = onnx.between(node, "curve");
    const auto step = [&](const std::string& type, const std::vector<std::string>& inputs, const char* what) {
        const std::string made = onnx.between(node, what);
        onnx.node(type, inputs, made);
        return made;
    };
    std::string inner;
    if (is_tanh) {
        const std::string cube = step("Pow", {x, number(onnx, node, "three", 3)}, "cube");
        const std::string bent =
            step("Add", {x, step("Mul", {cube, number(onnx, node, "share", 0.044715F)}, "part")}, "bent");
        inner = step("Mul", {bent, number(onnx, node, "slope", std::sqrt(2 / std::acos(-1.0F)))}, "inner");
    } else {
        inner = step("Div", {x, number(onnx, node, "root", std::sqrt(2.0F))}, "inner");
    }
    onnx.node(is_tanh ? "Tanh" : "Erf", {inner}, curve);
    const std::string more = step("Add", {curve, number(onnx, node, "one", 1)}, "more");
    const std::string half = step("Mul", {x, number(onnx, node, "half", 0.5F)}, "halved");
    onnx.node("Mul", {half, more}, onnx.name(node.output));
}

void write_clip(OnnxGraph& onnx, const GraphNode& node) {
    const double least = node.number("least"), most = node.number("most");
    std::vector<std::string> inputs{onnx.name(node.inputs[0]), "", ""};
    if (std::isfinite(least)) inputs[1] = number(onnx, node, "least", static_cast<float>(least));
    if (std::isfinite(most)) inputs[2] = number(onnx, node, "most", static_cast<float>(most));
    while (inputs.back().empty()) inputs.pop_back();
    onnx.node(inputs.size() == 1 ? "Identity" : "Clip", inputs, onnx.name(node.output));
}

void write_pool(OnnxGraph& onnx, const GraphNode& node) {
    std::vector<OnnxAttribute> attributes{{"kernel_shape", node.wholes("kernel")},
                                          {"strides", node.wholes("strides")},
                                          {"pads", node.wholes("pads")},
                                          {"ceil_mode", node.whole("ceil")}};
    if (node.op == GraphOp::kMaxPool) attributes.push_back({"dilations", node.wholes("dilations")});
    else attributes.push_back({"count_include_pad", node.whole("count_pads")});
    plain(onnx, node, node.op == GraphOp::kMaxPool ? "MaxPool" : "AveragePool", std::move(attributes));
}

// Axes are an input from opset 18 on, of sums from 13 on.
void write_reduction(OnnxGraph& onnx, const GraphNode& node) {
    const std::string type(op_rule(node.op).name);
    std::vector<OnnxAttribute> attributes{{"keepdims", node.whole("keep")}};
    std::vector<std::string> inputs = onnx_inputs(onnx, node);
    if (onnx.opset() >= 18 || node.op == GraphOp::kReduceSum)
        inputs.push_back(onnx.constant(onnx.between(node, "axes"), node.wholes("axes")));
    else attributes.push_back({"axes", node.wholes("axes")});
    onnx.node(type, inputs, onnx.name(node.output), std::move(attributes));
}

Status write_reshape(OnnxGraph& onnx, const GraphNode& node) {
    GOETIA_ASSIGN(const Wholes shape, reshape_lengths(node.extents("shape")));
    onnx.node("Reshape", {onnx.name(node.inputs[0]), onnx.constant(onnx.between(node, "shape"), shape)},
              onnx.name(node.output));
    return {};
}

// A length of 1 leaves the input's own.
Status write_expand(OnnxGraph& onnx, const GraphNode& node) {
    const Extents &to = node.extents("shape"), &from = onnx.shape(node.inputs[0]);
    Wholes shape;
    for (std::size_t i = 0; i < to.size(); ++i) {
        const std::size_t lead = to.size() - from.size();
        const bool is_there = i >= lead && from[i - lead] == to[i];
        if (to[i].of_batch && !is_there) return invalid("a repetition to {} for each image", extents_text(to));
        shape.push_back(is_there ? 1 : to[i].count);
    }
    onnx.node("Expand", {onnx.name(node.inputs[0]), onnx.constant(onnx.between(node, "shape"), shape)},
              onnx.name(node.output));
    return {};
}

void write_slice(OnnxGraph& onnx, const GraphNode& node) {
    const auto list = [&](const char* what) {
        return onnx.constant(onnx.between(node, what), Wholes{node.whole(what)});
    };
    onnx.node("Slice", {onnx.name(node.inputs[0]), list("begin"), list("end"), list("axis"), list("step")},
              onnx.name(node.output));
}

void write_pad(OnnxGraph& onnx, const GraphNode& node) {
    Wholes pads = node.wholes("before");
    pads.insert(pads.end(), node.wholes("after").begin(), node.wholes("after").end());
    onnx.node("Pad",
              {onnx.name(node.inputs[0]), onnx.constant(onnx.between(node, "pads"), pads),
               number(onnx, node, "value", static_cast<float>(node.number("value")))},
              onnx.name(node.output));
}

// By the size itself, since a scale such as 20 / 13 does not come out whole. Up to opset 17 the size names every axis,
// the batch with the images' own.
void write_resize(OnnxGraph& onnx, const GraphNode& node) {
    const bool nearest = node.text("mode") == "nearest", align = node.whole("align_corners") != 0;
    std::vector<OnnxAttribute> attributes{{"mode", node.text("mode")},
                                          {"coordinate_transformation_mode", std::string(align     ? "align_corners"
                                                                                         : nearest ? "asymmetric"
                                                                                                   : "half_pixel")}};
    if (nearest) attributes.push_back({"nearest_mode", std::string("floor")});
    const std::string x = onnx.name(node.inputs[0]);
    if (onnx.opset() >= 18) {
        attributes.push_back({"axes", Wholes{2, 3}});
        return onnx.node("Resize", {x, "", "", onnx.constant(onnx.between(node, "size"), node.wholes("size"))},
                         onnx.name(node.output), std::move(attributes));
    }
    const std::string shape = onnx.between(node, "shape"), all = onnx.between(node, "all");
    onnx.node("Shape", {x}, shape, {{"start", std::int64_t{0}}, {"end", std::int64_t{2}}});
    onnx.node("Concat", {shape, onnx.constant(onnx.between(node, "size"), node.wholes("size"))}, all,
              {{"axis", std::int64_t{0}}});
    onnx.node("Resize", {x, "", "", all}, onnx.name(node.output), std::move(attributes));
}

void write_quantize(OnnxGraph& onnx, const GraphNode& node) {
    std::vector<OnnxAttribute> attributes;
    if (!onnx.shape(node.inputs[1]).empty()) attributes.push_back({"axis", node.whole("axis")});
    plain(onnx, node, node.op == GraphOp::kQuantize ? "QuantizeLinear" : "DequantizeLinear", std::move(attributes));
}

}  // namespace

Status write_onnx_node(OnnxGraph& onnx, const GraphNode& node) {
    const std::string same(op_rule(node.op).name);  // where ONNX has the operation by this name
    switch (node.op) {
        case GraphOp::kConv:
        case GraphOp::kConvTranspose: write_conv(onnx, node); break;
        case GraphOp::kLinear: write_linear(onnx, node); break;
        case GraphOp::kBatchNorm:
            plain(onnx, node, "BatchNormalization", {{"epsilon", static_cast<float>(node.number("eps"))}});
            break;
        case GraphOp::kLayerNorm:
            plain(onnx, node, "LayerNormalization",
                  {{"axis", node.whole("axis")}, {"epsilon", static_cast<float>(node.number("eps"))}});
            break;
        case GraphOp::kGroupNorm: write_group_norm(onnx, node); break;
        case GraphOp::kLeakyRelu: plain(onnx, node, same, {{"alpha", static_cast<float>(node.number("slope"))}}); break;
        case GraphOp::kClip: write_clip(onnx, node); break;
        case GraphOp::kHardSigmoid: plain(onnx, node, same, {{"alpha", 1.0F / 6}, {"beta", 0.5F}}); break;
        case GraphOp::kSilu: write_silu(onnx, node); break;
        case GraphOp::kGelu: write_gelu(onnx, node); break;
        case GraphOp::kSoftmax:
        case GraphOp::kLogSoftmax:
        case GraphOp::kConcat:
        case GraphOp::kGather: plain(onnx, node, same, {{"axis", node.whole("axis")}}); break;
        case GraphOp::kMaxPool:
        case GraphOp::kAvgPool: write_pool(onnx, node); break;
        case GraphOp::kReduceMean:
        case GraphOp::kReduceSum:
        case GraphOp::kReduceMax:
        case GraphOp::kReduceMin: write_reduction(onnx, node); break;
        case GraphOp::kSlice: write_slice(onnx, node); break;
        case GraphOp::kReshape: return write_reshape(onnx, node);
        case GraphOp::kTranspose: plain(onnx, node, same, {{"perm", node.wholes("order")}}); break;
        case GraphOp::kExpand: return write_expand(onnx, node);
        case GraphOp::kPad: write_pad(onnx, node); break;
        case GraphOp::kResize: write_resize(onnx, node); break;
        case GraphOp::kArgMax:
            plain(onnx, node, same, {{"axis", node.whole("axis")}, {"keepdims", node.whole("keep")}});
            break;
        case GraphOp::kCast:
            plain(onnx, node, same, {{"to", std::int64_t{onnx_element(onnx.graph().value(node.output).element)}}});
            break;
        case GraphOp::kQuantize:
        case GraphOp::kDequantize: write_quantize(onnx, node); break;
        default: plain(onnx, node, same);
    }
    return {};
}

}  // namespace goetia
