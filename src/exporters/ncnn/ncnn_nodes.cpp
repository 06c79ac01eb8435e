// How each operation of a graph is said in NCNN.
#include <algorithm>
#include <cmath>

#include "exporters/ncnn/ncnn_layers.h"

namespace goetia {
namespace {

using NcnnParameters = std::vector<std::pair<int, std::string>>;

std::string ncnn_number(double number) { return fmt::format("{:e}", static_cast<float>(number)); }
std::string ncnn_whole(std::int64_t number) { return std::to_string(number); }

// "-23303=2,1,2": a list is keyed by -23300 less its number.
std::pair<int, std::string> ncnn_list(int key, const Wholes& numbers) {
    std::string text = std::to_string(numbers.size());
    for (const std::int64_t number : numbers) text += "," + std::to_string(number);
    return {-23300 - key, text};
}

Status write_single(NcnnLayers& layers, const GraphNode& node, const std::string& type,
                    const NcnnParameters& parameters = {}) {
    GOETIA_ASSIGN(const std::string input, layers.read(node.inputs[0]));
    layers.layer(type, {input}, node, parameters);
    return {};
}

// The axis without the batch.
Result<std::int64_t> ncnn_axis(const NcnnLayers& layers, const GraphNode& node, std::int64_t axis) {
    const auto rank = static_cast<std::int64_t>(layers.graph().value(node.inputs[0]).shape.size());
    const std::int64_t at = axis < 0 ? axis + rank : axis;
    if (at == 0) return invalid("works along the batch");
    return at - 1;
}

Result<const GraphConstant*> ncnn_weights(const NcnnLayers& layers, ValueId id) {
    if (!layers.graph().is_constant(id)) return invalid("weights that are computed");
    return layers.graph().value(id).constant.get();
}

// LibTorch keeps a transposed convolution's weights as [in, out / groups, ...], NCNN as [out / groups, in, ...] by
// groups.
std::vector<float> swapped_weights(const GraphConstant& weights, std::int64_t groups) {
    const std::vector<float> from = weights.floats();
    std::vector<float> to(from.size());
    const auto in = static_cast<std::size_t>(weights.lengths()[0] / groups),
               out = static_cast<std::size_t>(weights.lengths()[1]);
    const std::size_t field = from.size() / (in * out * static_cast<std::size_t>(groups));
    for (std::size_t g = 0; g < static_cast<std::size_t>(groups); ++g) {
        for (std::size_t i = 0; i < in; ++i) {
            for (std::size_t o = 0; o < out; ++o)
                std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(((g * in + i) * out + o) * field), field,
                            to.begin() + static_cast<std::ptrdiff_t>(((g * out + o) * in + i) * field));
        }
    }
    return to;
}

Status write_ncnn_conv(NcnnLayers& layers, const GraphNode& node) {
    const bool is_back = node.op == GraphOp::kConvTranspose,
               has_bias = node.inputs.size() > 2 && node.inputs[2] != kNoValue;
    const std::int64_t groups = node.whole("groups");
    GOETIA_ASSIGN(const GraphConstant* weights, ncnn_weights(layers, node.inputs[1]));
    GOETIA_ASSIGN(const std::string input, layers.read(node.inputs[0]));
    const Wholes &pads = node.wholes("pads"), &strides = node.wholes("strides"), &dilations = node.wholes("dilations");
    NcnnParameters parameters{{0, ncnn_whole(layers.graph().value(node.output).shape[1].count)},
                              {1, ncnn_whole(weights->lengths()[3])},
                              {11, ncnn_whole(weights->lengths()[2])},
                              {2, ncnn_whole(dilations[1])},
                              {12, ncnn_whole(dilations[0])},
                              {3, ncnn_whole(strides[1])},
                              {13, ncnn_whole(strides[0])},
                              {4, ncnn_whole(pads[1])},
                              {14, ncnn_whole(pads[0])},
                              {15, ncnn_whole(pads[3])},
                              {16, ncnn_whole(pads[2])},
                              {5, has_bias ? "1" : "0"},
                              {6, ncnn_whole(weights->count())}};
    if (groups > 1) parameters.emplace_back(7, ncnn_whole(groups));
    if (is_back) {
        parameters.emplace_back(18, ncnn_whole(node.wholes("output_padding")[1]));
        parameters.emplace_back(19, ncnn_whole(node.wholes("output_padding")[0]));
    }
    layers.layer(fmt::format("{}{}", is_back ? "Deconvolution" : "Convolution", groups > 1 ? "DepthWise" : ""), {input},
                 node, parameters);
    layers.tagged_weights(is_back ? swapped_weights(*weights, groups) : weights->floats());
    if (!has_bias) return {};
    GOETIA_ASSIGN(const GraphConstant* bias, ncnn_weights(layers, node.inputs[2]));
    layers.plain_weights(bias->floats());
    return {};
}

Status write_ncnn_linear(NcnnLayers& layers, const GraphNode& node) {
    const bool has_bias = node.inputs.size() > 2 && node.inputs[2] != kNoValue;
    GOETIA_ASSIGN(const GraphConstant* weights, ncnn_weights(layers, node.inputs[1]));
    if (layers.graph().value(node.output).shape.size() > 3)
        return invalid("a linear layer over more than one axis of places");
    GOETIA_TRY(write_single(
        layers, node, "InnerProduct",
        {{0, ncnn_whole(weights->lengths()[0])}, {1, has_bias ? "1" : "0"}, {2, ncnn_whole(weights->count())}}));
    layers.tagged_weights(weights->floats());
    if (!has_bias) return {};
    GOETIA_ASSIGN(const GraphConstant* bias, ncnn_weights(layers, node.inputs[2]));
    layers.plain_weights(bias->floats());
    return {};
}

Status write_ncnn_norm(NcnnLayers& layers, const GraphNode& node) {
    const std::string channels = ncnn_whole(layers.graph().value(node.output).shape[1].count),
                      eps = ncnn_number(node.number("eps"));
    std::vector<std::vector<float>> numbers;
    for (std::size_t i = 1; i < node.inputs.size(); ++i) {
        GOETIA_ASSIGN(const GraphConstant* one, ncnn_weights(layers, node.inputs[i]));
        numbers.push_back(one->floats());
    }
    if (node.op == GraphOp::kBatchNorm) {
        GOETIA_TRY(write_single(layers, node, "BatchNorm", {{0, channels}, {1, eps}}));
        for (const std::size_t i : {0U, 2U, 3U, 1U})
            layers.plain_weights(numbers.at(i));  // scale, mean, variance, shift
        return {};
    }
    GOETIA_TRY(write_single(layers, node, "GroupNorm",
                            {{0, ncnn_whole(node.whole("groups"))}, {1, channels}, {2, eps}, {3, "1"}}));
    for (const auto& one : numbers) layers.plain_weights(one);
    return {};
}

Status write_ncnn_pool(NcnnLayers& layers, const GraphNode& node) {
    const Wholes &kernel = node.wholes("kernel"), &strides = node.wholes("strides"), &pads = node.wholes("pads");
    const bool is_max = node.op == GraphOp::kMaxPool;
    if (is_max && node.wholes("dilations") != Wholes{1, 1}) return invalid("pooling with gaps");
    // Mode 0 lets a last window reach over the end, mode 1 does not.
    NcnnParameters parameters{{0, is_max ? "0" : "1"},      {1, ncnn_whole(kernel[1])},
                              {11, ncnn_whole(kernel[0])},  {2, ncnn_whole(strides[1])},
                              {12, ncnn_whole(strides[0])}, {3, ncnn_whole(pads[1])},
                              {13, ncnn_whole(pads[0])},    {14, ncnn_whole(pads[3])},
                              {15, ncnn_whole(pads[2])},    {5, node.whole("ceil") != 0 ? "0" : "1"}};
    if (!is_max) parameters.emplace_back(6, ncnn_whole(node.whole("count_pads")));
    return write_single(layers, node, "Pooling", parameters);
}

Status write_ncnn_reduction(NcnnLayers& layers, const GraphNode& node) {
    const int kind = node.op == GraphOp::kReduceSum    ? 0
                     : node.op == GraphOp::kReduceMean ? 3
                     : node.op == GraphOp::kReduceMax  ? 4
                                                       : 5;
    Wholes axes;
    for (const std::int64_t axis : node.wholes("axes")) {
        GOETIA_ASSIGN(const std::int64_t at, ncnn_axis(layers, node, axis));
        axes.push_back(at);
    }
    return write_single(
        layers, node, "Reduction",
        {{0, std::to_string(kind)}, {1, "0"}, ncnn_list(3, axes), {4, ncnn_whole(node.whole("keep"))}, {5, "1"}});
}

Status write_ncnn_reshape(NcnnLayers& layers, const GraphNode& node) {
    GOETIA_ASSIGN(const Wholes from, layers.lengths(node.inputs[0]));
    GOETIA_ASSIGN(const Wholes lengths, layers.lengths(node.output));
    constexpr int kPlaces[4][4]{{0, -1, -1, -1}, {1, 0, -1, -1}, {2, 1, 0, -1}, {2, 11, 1, 0}};
    if (lengths.empty()) return invalid("a shape of the batch alone");
    NcnnParameters parameters;
    for (std::size_t i = 0; i < lengths.size(); ++i)
        parameters.emplace_back(kPlaces[lengths.size() - 1][i], ncnn_whole(lengths[i]));
    return write_single(layers, node, "Reshape", parameters);
}

// NCNN numbers the orders; each is told by its axes from the outermost.
Status write_ncnn_transpose(NcnnLayers& layers, const GraphNode& node) {
    const Wholes& order = node.wholes("order");
    if (order[0] != 0) return invalid("moves the batch");
    const std::vector<std::pair<Wholes, int>> known{{{0, 1, 2}, 0},    {{0, 2, 1}, 1},    {{0, 1, 2, 3}, 0},
                                                    {{0, 1, 3, 2}, 1}, {{0, 2, 1, 3}, 2}, {{0, 2, 3, 1}, 3},
                                                    {{0, 3, 1, 2}, 4}, {{0, 3, 2, 1}, 5}};
    for (const auto& [axes, number] : known) {
        if (axes == order) return write_single(layers, node, "Permute", {{0, std::to_string(number)}});
    }
    return invalid("an order of four axes");
}

Status write_ncnn_concat(NcnnLayers& layers, const GraphNode& node) {
    GOETIA_ASSIGN(const std::int64_t axis, ncnn_axis(layers, node, node.whole("axis")));
    std::vector<std::string> inputs;
    for (const ValueId id : node.inputs) {
        GOETIA_ASSIGN(const std::string input, layers.read(id));
        inputs.push_back(input);
    }
    layers.layer("Concat", inputs, node, {{0, ncnn_whole(axis)}});
    return {};
}

Status write_ncnn_slice(NcnnLayers& layers, const GraphNode& node) {
    GOETIA_ASSIGN(const std::int64_t axis, ncnn_axis(layers, node, node.whole("axis")));
    if (node.whole("step") != 1) return invalid("a cut with steps");
    return write_single(
        layers, node, "Crop",
        {ncnn_list(9, {node.whole("begin")}), ncnn_list(10, {node.whole("end")}), ncnn_list(11, {axis})});
}

Status write_ncnn_pad(NcnnLayers& layers, const GraphNode& node) {
    const Wholes &before = node.wholes("before"), &after = node.wholes("after");
    if (before.size() != 4 || before[0] + after[0] != 0) return invalid("pads of something else than maps");
    return write_single(layers, node, "Padding",
                        {{0, ncnn_whole(before[2])},
                         {1, ncnn_whole(after[2])},
                         {2, ncnn_whole(before[3])},
                         {3, ncnn_whole(after[3])},
                         {5, ncnn_number(node.number("value"))},
                         {7, ncnn_whole(before[1])},
                         {8, ncnn_whole(after[1])}});
}

Status write_ncnn_resize(NcnnLayers& layers, const GraphNode& node) {
    const Wholes& size = node.wholes("size");
    return write_single(layers, node, "Interp",
                        {{0, node.text("mode") == "nearest" ? "1" : "2"},
                         {3, ncnn_whole(size[0])},
                         {4, ncnn_whole(size[1])},
                         {6, ncnn_whole(node.whole("align_corners"))}});
}

// Orders of operands that have a number of their own: a scalar less the value, and so on.
Status write_ncnn_pair(NcnnLayers& layers, const GraphNode& node) {
    struct PairRow {
        GraphOp op;
        int number, turned;
    };
    constexpr PairRow kPairs[]{{GraphOp::kAdd, 0, 0}, {GraphOp::kSub, 1, 7}, {GraphOp::kMul, 2, 2},
                               {GraphOp::kDiv, 3, 8}, {GraphOp::kMax, 4, 4}, {GraphOp::kMin, 5, 5},
                               {GraphOp::kPow, 6, 9}};
    const PairRow& row =
        *std::find_if(std::begin(kPairs), std::end(kPairs), [&](const PairRow& one) { return one.op == node.op; });
    for (const std::size_t at : {0U, 1U}) {
        const GraphValue& value = layers.graph().value(node.inputs[at]);
        if (!value.constant || value.constant->count() != 1) continue;
        GOETIA_ASSIGN(const std::string input, layers.read(node.inputs[1 - at]));
        layers.layer("BinaryOp", {input}, node,
                     {{0, std::to_string(at == 0 ? row.turned : row.number)},
                      {1, "1"},
                      {2, ncnn_number(value.constant->floats()[0])}});
        return {};
    }
    GOETIA_ASSIGN(const std::string one, layers.read(node.inputs[0]));
    GOETIA_ASSIGN(const std::string other, layers.read(node.inputs[1]));
    layers.layer("BinaryOp", {one, other}, node, {{0, std::to_string(row.number)}});
    return {};
}

Status write_ncnn_clip(NcnnLayers& layers, const GraphNode& node) {
    constexpr double kMost = 3e38;
    return write_single(layers, node, "Clip",
                        {{0, ncnn_number(std::max(-kMost, node.number("least")))},
                         {1, ncnn_number(std::min(kMost, node.number("most")))}});
}

}  // namespace

Status write_ncnn_node(NcnnLayers& layers, const GraphNode& node) {
    switch (node.op) {
        case GraphOp::kConv:
        case GraphOp::kConvTranspose: return write_ncnn_conv(layers, node);
        case GraphOp::kLinear: return write_ncnn_linear(layers, node);
        case GraphOp::kBatchNorm:
        case GraphOp::kGroupNorm: return write_ncnn_norm(layers, node);
        case GraphOp::kRelu: return write_single(layers, node, "ReLU");
        case GraphOp::kLeakyRelu: return write_single(layers, node, "ReLU", {{0, ncnn_number(node.number("slope"))}});
        case GraphOp::kClip: return write_ncnn_clip(layers, node);
        case GraphOp::kSigmoid: return write_single(layers, node, "Sigmoid");
        case GraphOp::kHardSigmoid:
            return write_single(layers, node, "HardSigmoid", {{0, ncnn_number(1.0 / 6)}, {1, "0.5"}});
        case GraphOp::kHardSwish:
            return write_single(layers, node, "HardSwish", {{0, ncnn_number(1.0 / 6)}, {1, "0.5"}});
        case GraphOp::kSilu: return write_single(layers, node, "Swish");
        case GraphOp::kGelu:
            return write_single(layers, node, "GELU", {{0, node.text("approximate") == "tanh" ? "1" : "0"}});
        case GraphOp::kTanh: return write_single(layers, node, "TanH");
        case GraphOp::kAbs: return write_single(layers, node, "UnaryOp", {{0, "0"}});
        case GraphOp::kNeg: return write_single(layers, node, "UnaryOp", {{0, "1"}});
        case GraphOp::kFloor: return write_single(layers, node, "UnaryOp", {{0, "2"}});
        case GraphOp::kSqrt: return write_single(layers, node, "UnaryOp", {{0, "5"}});
        case GraphOp::kExp: return write_single(layers, node, "UnaryOp", {{0, "7"}});
        case GraphOp::kLog: return write_single(layers, node, "UnaryOp", {{0, "8"}});
        case GraphOp::kMaxPool:
        case GraphOp::kAvgPool: return write_ncnn_pool(layers, node);
        case GraphOp::kReduceMean:
        case GraphOp::kReduceSum:
        case GraphOp::kReduceMax:
        case GraphOp::kReduceMin: return write_ncnn_reduction(layers, node);
        case GraphOp::kSoftmax: {
            GOETIA_ASSIGN(const std::int64_t axis, ncnn_axis(layers, node, node.whole("axis")));
            return write_single(layers, node, "Softmax", {{0, ncnn_whole(axis)}, {1, "1"}});
        }
        case GraphOp::kConcat: return write_ncnn_concat(layers, node);
        case GraphOp::kSlice: return write_ncnn_slice(layers, node);
        case GraphOp::kReshape: return write_ncnn_reshape(layers, node);
        case GraphOp::kTranspose: return write_ncnn_transpose(layers, node);
        case GraphOp::kPad: return write_ncnn_pad(layers, node);
        case GraphOp::kResize: return write_ncnn_resize(layers, node);
        default: break;
    }
    if (is_elementwise_pair(node.op)) return write_ncnn_pair(layers, node);
    return invalid("no counterpart in NCNN");
}

}  // namespace goetia
