#include "capture/evaluate.h"

#include <unordered_map>

#include <ATen/ops/argmax.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/conv_transpose2d.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/group_norm.h>
#include <ATen/ops/hardsigmoid.h>
#include <ATen/ops/hardswish.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/upsample_bilinear2d.h>
#include <ATen/ops/upsample_nearest2d.h>

#include "capture/lowering.h"

namespace goetia {
namespace {

using Inputs = std::vector<at::Tensor>;

at::ScalarType dtype_of(Element element) {
    switch (element) {
        case Element::kF32: return at::kFloat;
        case Element::kF16: return at::kHalf;
        case Element::kI64: return at::kLong;
        case Element::kI32: return at::kInt;
        case Element::kI8: return at::kChar;
        case Element::kU8: return at::kByte;
        case Element::kBool: break;
    }
    return at::kBool;
}

at::Tensor padded_evenly(const at::Tensor& maps, const Wholes& pads, double value) {
    return at::constant_pad_nd(maps, {pads[1], pads[3], pads[0], pads[2]}, value);
}

bool is_even(const Wholes& pads) { return pads[0] == pads[2] && pads[1] == pads[3]; }

at::Tensor convolve(const GraphNode& node, const Inputs& in) {
    const Wholes& pads = node.wholes("pads");
    const at::Tensor bias = in.size() > 2 ? in[2] : at::Tensor();
    if (node.op == GraphOp::kConvTranspose)
        return at::conv_transpose2d(in[0], in[1], bias, node.wholes("strides"), Wholes{pads[0], pads[1]},
                                    node.wholes("output_padding"), node.whole("groups"), node.wholes("dilations"));
    const at::Tensor maps = is_even(pads) ? in[0] : padded_evenly(in[0], pads, 0);
    const Wholes both = is_even(pads) ? Wholes{pads[0], pads[1]} : Wholes{0, 0};
    return at::conv2d(maps, in[1], bias, node.wholes("strides"), both, node.wholes("dilations"), node.whole("groups"));
}

at::Tensor pool(const GraphNode& node, const at::Tensor& maps) {
    const Wholes& pads = node.wholes("pads");
    TORCH_CHECK(is_even(pads), "pools with uneven pads");
    const Wholes both{pads[0], pads[1]};
    const bool ceil = node.whole("ceil") != 0;
    if (node.op == GraphOp::kMaxPool)
        return at::max_pool2d(maps, node.wholes("kernel"), node.wholes("strides"), both, node.wholes("dilations"),
                              ceil);
    return at::avg_pool2d(maps, node.wholes("kernel"), node.wholes("strides"), both, ceil,
                          node.whole("count_pads") != 0);
}

at::Tensor normalise(const GraphNode& node, const Inputs& in) {
    const double eps = node.number("eps");
    const auto optional = [&](std::size_t i) { return i < in.size() ? in[i] : at::Tensor(); };
    if (node.op == GraphOp::kBatchNorm) return at::batch_norm(in[0], in[1], in[2], in[3], in[4], false, 0, eps, false);
    if (node.op == GraphOp::kGroupNorm)
        return at::group_norm(in[0], node.whole("groups"), optional(1), optional(2), eps);
    const std::int64_t axis = node.whole("axis"), first = axis < 0 ? axis + in[0].dim() : axis;
    return at::layer_norm(in[0], in[0].sizes().slice(static_cast<std::size_t>(first)).vec(), optional(1), optional(2),
                          eps);
}

at::Tensor unary(const GraphNode& node, const at::Tensor& x) {
    switch (node.op) {
        case GraphOp::kRelu: return x.relu();
        case GraphOp::kLeakyRelu: return at::leaky_relu(x, node.number("slope"));
        case GraphOp::kClip: return x.clamp(node.number("least"), node.number("most"));
        case GraphOp::kSigmoid: return x.sigmoid();
        case GraphOp::kHardSigmoid: return at::hardsigmoid(x);
        case GraphOp::kHardSwish: return at::hardswish(x);
        case GraphOp::kSilu: return at::silu(x);
        case GraphOp::kGelu: return at::gelu(x, node.text("approximate"));
        case GraphOp::kTanh: return x.tanh();
        case GraphOp::kSoftplus: return at::softplus(x);
        case GraphOp::kErf: return x.erf();
        case GraphOp::kExp: return x.exp();
        case GraphOp::kLog: return x.log();
        case GraphOp::kSqrt: return x.sqrt();
        case GraphOp::kAbs: return x.abs();
        case GraphOp::kNeg: return x.neg();
        default: return x.floor();
    }
}

at::Tensor binary(GraphOp op, const at::Tensor& a, const at::Tensor& b) {
    switch (op) {
        case GraphOp::kAdd: return a + b;
        case GraphOp::kSub: return a - b;
        case GraphOp::kMul: return a * b;
        case GraphOp::kDiv: return a / b;
        case GraphOp::kPow: return a.pow(b);
        case GraphOp::kMax: return at::maximum(a, b);
        default: return at::minimum(a, b);
    }
}

at::Tensor reduce(const GraphNode& node, const at::Tensor& x) {
    const Wholes& axes = node.wholes("axes");
    const bool keep = node.whole("keep") != 0;
    switch (node.op) {
        case GraphOp::kReduceMean: return x.mean(axes, keep);
        case GraphOp::kReduceSum: return x.sum(axes, keep);
        case GraphOp::kReduceMax: return x.amax(axes, keep);
        default: return x.amin(axes, keep);
    }
}

at::Tensor resize(const GraphNode& node, const at::Tensor& x) {
    if (node.text("mode") == "nearest") return at::upsample_nearest2d(x, node.wholes("size"));
    return at::upsample_bilinear2d(x, node.wholes("size"), node.whole("align_corners") != 0);
}

at::Tensor pad(const GraphNode& node, const at::Tensor& x) {
    Wholes pads;
    for (std::size_t i = node.wholes("before").size(); i-- > 0;)
        pads.push_back(node.wholes("before")[i]), pads.push_back(node.wholes("after")[i]);
    return at::constant_pad_nd(x, pads, node.number("value"));
}

// Along an axis, scale and zero point are reshaped so that they are broadcast over the others.
at::Tensor along(const at::Tensor& numbers, const GraphNode& node, const at::Tensor& x) {
    if (numbers.dim() == 0) return numbers;
    Wholes shape(static_cast<std::size_t>(x.dim()), 1);
    shape[static_cast<std::size_t>(node.whole("axis") < 0 ? node.whole("axis") + x.dim() : node.whole("axis"))] = -1;
    return numbers.view(shape);
}

at::Tensor quantize(const GraphNode& node, const Inputs& in, Element to) {
    const at::Tensor scale = along(in[1], node, in[0]), zero = along(in[2], node, in[0]).to(at::kFloat);
    if (node.op == GraphOp::kDequantize) return (in[0].to(at::kFloat) - zero) * scale;
    const double least = to == Element::kI8 ? -128 : 0, most = to == Element::kI8 ? 127 : 255;
    return ((in[0] / scale).round() + zero).clamp(least, most).to(dtype_of(to));
}

Inputs inputs_of(const GraphNode& node, const std::unordered_map<ValueId, at::Tensor>& known) {
    Inputs in;
    for (const ValueId id : node.inputs) in.push_back(id == kNoValue ? at::Tensor() : known.at(id));
    return in;
}

at::Tensor compute(const ModelGraph& graph, const GraphNode& node, const Inputs& in, std::int64_t batch) {
    switch (node.op) {
        case GraphOp::kConv:
        case GraphOp::kConvTranspose: return convolve(node, in);
        case GraphOp::kLinear: return at::linear(in[0], in[1], in.size() > 2 ? in[2] : at::Tensor());
        case GraphOp::kMatMul: return at::matmul(in[0], in[1]);
        case GraphOp::kBatchNorm:
        case GraphOp::kGroupNorm:
        case GraphOp::kLayerNorm: return normalise(node, in);
        case GraphOp::kMaxPool:
        case GraphOp::kAvgPool: return pool(node, in[0]);
        case GraphOp::kSoftmax: return in[0].softmax(node.whole("axis"));
        case GraphOp::kLogSoftmax: return in[0].log_softmax(node.whole("axis"));
        case GraphOp::kConcat: return at::cat(in, node.whole("axis"));
        case GraphOp::kSlice:
            return in[0].slice(node.whole("axis"), node.whole("begin"), node.whole("end"), node.whole("step"));
        case GraphOp::kReshape: return in[0].reshape(lengths_at(node.extents("shape"), batch));
        case GraphOp::kExpand: return in[0].expand(lengths_at(node.extents("shape"), batch));
        case GraphOp::kTranspose: return in[0].permute(node.wholes("order"));
        case GraphOp::kGather: {
            const at::Tensor flat = in[0].index_select(node.whole("axis"), in[1].flatten());
            return flat.reshape(lengths_at(graph.value(node.output).shape, batch));
        }
        case GraphOp::kPad: return pad(node, in[0]);
        case GraphOp::kResize: return resize(node, in[0]);
        case GraphOp::kArgMax: return in[0].argmax(node.whole("axis"), node.whole("keep") != 0);
        case GraphOp::kCast: return in[0].to(dtype_of(graph.value(node.output).element));
        case GraphOp::kQuantize:
        case GraphOp::kDequantize: return quantize(node, in, graph.value(node.output).element);
        case GraphOp::kReduceMean:
        case GraphOp::kReduceSum:
        case GraphOp::kReduceMax:
        case GraphOp::kReduceMin: return reduce(node, in[0]);
        default: break;
    }
    return is_elementwise_pair(node.op) ? binary(node.op, in[0], in[1]) : unary(node, in[0]);
}

}  // namespace

at::Tensor tensor_of(const GraphConstant& constant) {
    auto* bytes = const_cast<std::byte*>(constant.bytes().data());  // NOLINT: from_blob takes no const
    return at::from_blob(bytes, constant.lengths(), at::TensorOptions(dtype_of(constant.element())));
}

Result<std::vector<at::Tensor>> evaluate(const ModelGraph& graph, const std::vector<at::Tensor>& inputs,
                                         const ValueWatcher& watch) {
    const at::NoGradGuard no_gradients;
    std::unordered_map<ValueId, at::Tensor> known;
    for (std::size_t i = 0; i < graph.inputs.size(); ++i) known[graph.inputs[i]] = inputs.at(i);
    for (std::size_t i = 0; i < graph.values.size(); ++i) {
        if (graph.values[i].constant) known[static_cast<ValueId>(i)] = tensor_of(*graph.values[i].constant);
    }
    const auto readers = graph.readers();
    std::vector<std::size_t> left(readers.size());
    for (std::size_t i = 0; i < readers.size(); ++i) left[i] = readers[i].size();
    for (const GraphNode& node : graph.nodes) {
        try {
            known[node.output] = compute(graph, node, inputs_of(node, known), inputs.at(0).size(0));
        } catch (const std::exception& fault) {
            const std::string text = fault.what();
            return failed("'{}' of layer '{}' cannot be computed: {}", op_rule(node.op).name, node.layer,
                          text.substr(0, text.find('\n')));
        }
        if (watch) watch(node.output, known[node.output]);
        for (const ValueId input : node.inputs) {
            if (input != kNoValue && --left[static_cast<std::size_t>(input)] == 0) known.erase(input);
        }
    }
    std::vector<at::Tensor> outputs;
    for (const ValueId output : graph.outputs) outputs.push_back(known.at(output));
    return outputs;
}

Result<ConstantPtr> computed_constant(const ModelGraph& graph, const GraphNode& node) {
    const at::NoGradGuard no_gradients;
    std::unordered_map<ValueId, at::Tensor> known;
    for (const ValueId id : node.inputs) {
        if (id != kNoValue) known[id] = tensor_of(*graph.value(id).constant);
    }
    try {
        return constant_from(compute(graph, node, inputs_of(node, known), 1));
    } catch (const std::exception& fault) {
        return failed("a constant of layer '{}' cannot be computed: {}", node.layer, fault.what());
    }
}

}  // namespace goetia
