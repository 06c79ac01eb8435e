// How each operation of a graph is said in OpenVINO.
#include <cmath>
#include <limits>

#include <fmt/ranges.h>

#include "exporters/openvino/openvino_layers.h"

namespace goetia {
namespace {

std::string ov_list(std::initializer_list<std::int64_t> numbers) { return fmt::format("{}", fmt::join(numbers, ",")); }
std::string ov_list(const Wholes& numbers) { return fmt::format("{}", fmt::join(numbers, ",")); }
const char* ov_flag(bool flag) { return flag ? "true" : "false"; }
std::string ov_name(const OpenVinoLayers& layers, const GraphNode& node, const char* what) {
    return layers.graph().value(node.output).name + "/" + what;
}

std::vector<OpenVinoPort> ov_inputs(OpenVinoLayers& layers, const GraphNode& node) {
    std::vector<OpenVinoPort> ports;
    for (const ValueId id : node.inputs) {
        if (id != kNoValue) ports.push_back(layers.value(id));
    }
    return ports;
}

// A bias as a summand for each channel of maps.
OpenVinoPort channel_summand(OpenVinoLayers& layers, const GraphNode& node, ValueId bias, std::size_t behind) {
    const GraphValue& value = layers.graph().value(bias);
    Extents shape{1, value.shape[0]};
    shape.resize(2 + behind, GraphExtent(1));
    return layers.constant(ov_name(layers, node, "bias"), *value.constant, shape);
}

Status write_ov_conv(OpenVinoLayers& layers, const GraphNode& node) {
    const ModelGraph& graph = layers.graph();
    const GraphValue &weights = graph.value(node.inputs[1]), &out = graph.value(node.output);
    const bool has_bias = node.inputs.size() > 2 && node.inputs[2] != kNoValue;
    if (!weights.constant || (has_bias && !graph.is_constant(node.inputs[2])))
        return invalid("weights that are computed");
    const std::int64_t groups = node.whole("groups");
    const bool is_back = node.op == GraphOp::kConvTranspose;
    const Wholes& pads = node.wholes("pads");
    OpenVinoData data{{"strides", ov_list(node.wholes("strides"))},
                      {"dilations", ov_list(node.wholes("dilations"))},
                      {"pads_begin", ov_list({pads[0], pads[1]})},
                      {"pads_end", ov_list({pads[2], pads[3]})},
                      {"auto_pad", "explicit"}};
    if (is_back) data.emplace_back("output_padding", ov_list(node.wholes("output_padding")));
    Extents shape = weights.shape;
    if (groups > 1) {
        shape[0].count /= groups;
        shape.insert(shape.begin(), GraphExtent(groups));
    }
    const std::string type = fmt::format("{}Convolution{}", groups > 1 ? "Group" : "", is_back ? "BackpropData" : "");
    const OpenVinoPort filter = layers.constant(ov_name(layers, node, "weights"), *weights.constant, shape);
    const std::vector<OpenVinoPort> inputs{layers.value(node.inputs[0]), filter};
    if (!has_bias) return layers.output(node, type, "opset1", data, inputs), Status();
    const OpenVinoPort maps =
        layers.layer(type, "opset1", ov_name(layers, node, "maps"), data, inputs, out.element, out.shape);
    layers.output(node, "Add", "opset1", {{"auto_broadcast", "numpy"}},
                  {maps, channel_summand(layers, node, node.inputs[2], 2)});
    return {};
}

void write_ov_product(OpenVinoLayers& layers, const GraphNode& node, bool turned) {
    const GraphValue& out = layers.graph().value(node.output);
    const OpenVinoData data{{"transpose_a", "false"}, {"transpose_b", ov_flag(turned)}};
    const std::vector<OpenVinoPort> inputs{layers.value(node.inputs[0]), layers.value(node.inputs[1])};
    if (node.inputs.size() < 3 || node.inputs[2] == kNoValue)
        return layers.output(node, "MatMul", "opset1", data, inputs);
    const OpenVinoPort product =
        layers.layer("MatMul", "opset1", ov_name(layers, node, "product"), data, inputs, out.element, out.shape);
    layers.output(node, "Add", "opset1", {{"auto_broadcast", "numpy"}}, {product, layers.value(node.inputs[2])});
}

void write_ov_layer_norm(OpenVinoLayers& layers, const GraphNode& node) {
    const GraphValue& out = layers.graph().value(node.output);
    const std::int64_t axis = node.whole("axis"), rank = static_cast<std::int64_t>(out.shape.size());
    Wholes axes;
    for (std::int64_t at = axis < 0 ? axis + rank : axis; at < rank; ++at) axes.push_back(at);
    OpenVinoPort made = layers.layer(
        "MVN", "opset6", ov_name(layers, node, "normal"),
        {{"normalize_variance", "true"}, {"eps", fmt::format("{}", node.number("eps"))}, {"eps_mode", "inside_sqrt"}},
        {layers.value(node.inputs[0]), layers.whole_list(ov_name(layers, node, "axes"), axes)}, out.element, out.shape);
    const char* types[] = {"", "Multiply", "Add"};
    for (std::size_t i = 1; i < node.inputs.size(); ++i) {
        if (node.inputs[i] != kNoValue)
            made = layers.layer(types[i], "opset1", ov_name(layers, node, types[i]), {{"auto_broadcast", "numpy"}},
                                {made, layers.value(node.inputs[i])}, out.element, out.shape);
    }
    layers.output(node, "Convert", "opset1", {{"destination_type", std::string(element_name(out.element))}}, {made});
}

void write_ov_pool(OpenVinoLayers& layers, const GraphNode& node) {
    const Wholes& pads = node.wholes("pads");
    OpenVinoData data{{"strides", ov_list(node.wholes("strides"))},
                      {"pads_begin", ov_list({pads[0], pads[1]})},
                      {"pads_end", ov_list({pads[2], pads[3]})},
                      {"kernel", ov_list(node.wholes("kernel"))},
                      {"rounding_type", node.whole("ceil") != 0 ? "ceil_torch" : "floor"},
                      {"auto_pad", "explicit"}};
    if (node.op == GraphOp::kAvgPool) {
        data.emplace_back("exclude-pad", ov_flag(node.whole("count_pads") == 0));
        return layers.output(node, "AvgPool", node.whole("ceil") != 0 ? "opset14" : "opset1", data,
                             {layers.value(node.inputs[0])});
    }
    data.emplace_back("dilations", ov_list(node.wholes("dilations")));
    data.emplace_back("index_element_type", "i64");
    data.emplace_back("axis", "0");
    layers.output(node, "MaxPool", node.whole("ceil") != 0 ? "opset14" : "opset8", data, {layers.value(node.inputs[0])},
                  1);
}

Status write_ov_reshape(OpenVinoLayers& layers, const GraphNode& node) {
    GOETIA_ASSIGN(const Wholes shape, reshape_lengths(node.extents("shape")));
    layers.output(node, "Reshape", "opset1", {{"special_zero", "false"}},
                  {layers.value(node.inputs[0]), layers.whole_list(ov_name(layers, node, "shape"), shape)});
    return {};
}

Status write_ov_expand(OpenVinoLayers& layers, const GraphNode& node) {
    const Extents &to = node.extents("shape"), &from = layers.graph().value(node.inputs[0]).shape;
    Wholes shape;
    for (std::size_t i = 0; i < to.size(); ++i) {
        const std::size_t lead = to.size() - from.size();
        const bool is_there = i >= lead && from[i - lead] == to[i];
        if (to[i].of_batch && !is_there) return invalid("a repetition to {} for each image", extents_text(to));
        shape.push_back(is_there ? 1 : to[i].count);
    }
    layers.output(node, "Broadcast", "opset3", {{"mode", "bidirectional"}},
                  {layers.value(node.inputs[0]), layers.whole_list(ov_name(layers, node, "shape"), shape)});
    return {};
}

void write_ov_resize(OpenVinoLayers& layers, const GraphNode& node) {
    const bool nearest = node.text("mode") == "nearest", align = node.whole("align_corners") != 0;
    const Extents& from = layers.graph().value(node.inputs[0]).shape;
    const Wholes& size = node.wholes("size");
    const std::vector<float> scales{static_cast<float>(size[0]) / static_cast<float>(from[2].count),
                                    static_cast<float>(size[1]) / static_cast<float>(from[3].count)};
    const ConstantPtr scale = GraphConstant::of_floats({2}, scales);
    layers.output(node, "Interpolate", "opset4",
                  {{"mode", nearest ? "nearest" : "linear_onnx"},
                   {"shape_calculation_mode", "sizes"},
                   {"coordinate_transformation_mode", align     ? "align_corners"
                                                      : nearest ? "asymmetric"
                                                                : "half_pixel"},
                   {"nearest_mode", "floor"},
                   {"antialias", "false"},
                   {"pads_begin", "0,0,0,0"},
                   {"pads_end", "0,0,0,0"},
                   {"cube_coeff", "-0.75"}},
                  {layers.value(node.inputs[0]), layers.whole_list(ov_name(layers, node, "size"), size),
                   layers.constant(ov_name(layers, node, "scales"), *scale, {2}),
                   layers.whole_list(ov_name(layers, node, "axes"), {2, 3})});
}

void write_ov_slice(OpenVinoLayers& layers, const GraphNode& node) {
    const auto list = [&](const char* what) {
        return layers.whole_list(ov_name(layers, node, what), {node.whole(what)});
    };
    layers.output(node, "Slice", "opset8", {},
                  {layers.value(node.inputs[0]), list("begin"), list("end"), list("step"), list("axis")});
}

void write_ov_pad(OpenVinoLayers& layers, const GraphNode& node) {
    layers.output(
        node, "Pad", "opset1", {{"pad_mode", "constant"}},
        {layers.value(node.inputs[0]), layers.whole_list(ov_name(layers, node, "before"), node.wholes("before")),
         layers.whole_list(ov_name(layers, node, "after"), node.wholes("after")),
         layers.number(ov_name(layers, node, "value"), static_cast<float>(node.number("value")))});
}

std::string clamp_text(double number) {
    constexpr double kMost = std::numeric_limits<float>::max();
    return fmt::format("{}", static_cast<float>(std::isinf(number) ? std::copysign(kMost, number) : number));
}

struct PlainLayer {
    GraphOp op;
    const char *type, *opset;
};

// Those that OpenVINO has as they are.
constexpr PlainLayer kPlainLayers[]{
    {GraphOp::kRelu, "ReLU", "opset1"},        {GraphOp::kSigmoid, "Sigmoid", "opset1"},
    {GraphOp::kHardSwish, "HSwish", "opset4"}, {GraphOp::kSilu, "Swish", "opset4"},
    {GraphOp::kTanh, "Tanh", "opset1"},        {GraphOp::kSoftplus, "SoftPlus", "opset4"},
    {GraphOp::kErf, "Erf", "opset1"},          {GraphOp::kExp, "Exp", "opset1"},
    {GraphOp::kLog, "Log", "opset1"},          {GraphOp::kSqrt, "Sqrt", "opset1"},
    {GraphOp::kAbs, "Abs", "opset1"},          {GraphOp::kNeg, "Negative", "opset1"},
    {GraphOp::kFloor, "Floor", "opset1"},      {GraphOp::kAdd, "Add", "opset1"},
    {GraphOp::kSub, "Subtract", "opset1"},     {GraphOp::kMul, "Multiply", "opset1"},
    {GraphOp::kDiv, "Divide", "opset1"},       {GraphOp::kPow, "Power", "opset1"},
    {GraphOp::kMax, "Maximum", "opset1"},      {GraphOp::kMin, "Minimum", "opset1"}};

bool write_ov_plain(OpenVinoLayers& layers, const GraphNode& node) {
    for (const PlainLayer& plain : kPlainLayers) {
        if (plain.op != node.op) continue;
        const OpenVinoData data =
            is_elementwise_pair(node.op) ? OpenVinoData{{"auto_broadcast", "numpy"}} : OpenVinoData{};
        return layers.output(node, plain.type, plain.opset, data, ov_inputs(layers, node)), true;
    }
    return false;
}

}  // namespace

Status write_openvino_node(OpenVinoLayers& layers, const GraphNode& node) {
    if (write_ov_plain(layers, node)) return {};
    const auto name = [&](const char* what) { return ov_name(layers, node, what); };
    const auto axis = [&] { return std::to_string(node.whole("axis")); };
    switch (node.op) {
        case GraphOp::kConv:
        case GraphOp::kConvTranspose: return write_ov_conv(layers, node);
        case GraphOp::kLinear: write_ov_product(layers, node, true); break;
        case GraphOp::kMatMul: write_ov_product(layers, node, false); break;
        case GraphOp::kBatchNorm:
            layers.output(node, "BatchNormInference", "opset5", {{"epsilon", fmt::format("{}", node.number("eps"))}},
                          ov_inputs(layers, node));
            break;
        case GraphOp::kLayerNorm: write_ov_layer_norm(layers, node); break;
        case GraphOp::kGroupNorm:
            layers.output(node, "GroupNormalization", "opset12",
                          {{"num_groups", std::to_string(node.whole("groups"))},
                           {"epsilon", fmt::format("{}", node.number("eps"))}},
                          ov_inputs(layers, node));
            break;
        case GraphOp::kLeakyRelu:
            layers.output(
                node, "PReLU", "opset1", {},
                {layers.value(node.inputs[0]), layers.number(name("slope"), static_cast<float>(node.number("slope")))});
            break;
        case GraphOp::kClip:
            layers.output(node, "Clamp", "opset1",
                          {{"min", clamp_text(node.number("least"))}, {"max", clamp_text(node.number("most"))}},
                          ov_inputs(layers, node));
            break;
        case GraphOp::kHardSigmoid:
            layers.output(node, "HardSigmoid", "opset1", {},
                          {layers.value(node.inputs[0]), layers.number(name("alpha"), 1.0F / 6),
                           layers.number(name("beta"), 0.5F)});
            break;
        case GraphOp::kGelu:
            layers.output(node, "Gelu", "opset7",
                          {{"approximation_mode", node.text("approximate") == "tanh" ? "TANH" : "ERF"}},
                          ov_inputs(layers, node));
            break;
        case GraphOp::kSoftmax:
            layers.output(node, "SoftMax", "opset8", {{"axis", axis()}}, ov_inputs(layers, node));
            break;
        case GraphOp::kLogSoftmax:
            layers.output(node, "LogSoftmax", "opset5", {{"axis", axis()}}, ov_inputs(layers, node));
            break;
        case GraphOp::kConcat:
            layers.output(node, "Concat", "opset1", {{"axis", axis()}}, ov_inputs(layers, node));
            break;
        case GraphOp::kMaxPool:
        case GraphOp::kAvgPool: write_ov_pool(layers, node); break;
        case GraphOp::kReduceMean:
        case GraphOp::kReduceSum:
        case GraphOp::kReduceMax:
        case GraphOp::kReduceMin:
            layers.output(node, std::string(op_rule(node.op).name), "opset1",
                          {{"keep_dims", ov_flag(node.whole("keep") != 0)}},
                          {layers.value(node.inputs[0]), layers.whole_list(name("axes"), node.wholes("axes"))});
            break;
        case GraphOp::kSlice: write_ov_slice(layers, node); break;
        case GraphOp::kReshape: return write_ov_reshape(layers, node);
        case GraphOp::kExpand: return write_ov_expand(layers, node);
        case GraphOp::kTranspose:
            layers.output(node, "Transpose", "opset1", {},
                          {layers.value(node.inputs[0]), layers.whole_list(name("order"), node.wholes("order"))});
            break;
        case GraphOp::kGather:
            layers.output(node, "Gather", "opset8", {{"batch_dims", "0"}},
                          {layers.value(node.inputs[0]), layers.value(node.inputs[1]),
                           layers.whole(name("axis"), node.whole("axis"))});
            break;
        case GraphOp::kPad: write_ov_pad(layers, node); break;
        case GraphOp::kResize: write_ov_resize(layers, node); break;
        case GraphOp::kCast:
            layers.output(node, "Convert", "opset1", {{"destination_type", node.text("to")}}, ov_inputs(layers, node));
            break;
        default: return invalid("no counterpart in OpenVINO's format");
    }
    return {};
}

}  // namespace goetia
