// How each operation of a graph is said in an ML Program.
#include <algorithm>
#include <cmath>
#include <limits>

#include "exporters/coreml/coreml_program.h"

namespace goetia {
namespace {

using MilInputs = std::vector<std::pair<std::string, MilArgument>>;
using Mil = CoreMlProgram;

MilArgument input_of(Mil& program, const GraphNode& node, std::size_t i) {
    return Mil::of(program.read(node.inputs[i]));
}
Element element_of(const Mil& program, const GraphNode& node) { return program.graph().value(node.output).element; }

void write_mil_conv(Mil& program, const GraphNode& node) {
    const Wholes& pads = node.wholes("pads");
    MilInputs inputs{{"x", input_of(program, node, 0)},
                     {"weight", input_of(program, node, 1)},
                     {"strides", Mil::wholes(node.wholes("strides"))},
                     {"pad_type", Mil::text("custom")},
                     {"pad", Mil::wholes({pads[0], pads[2], pads[1], pads[3]})},
                     {"dilations", Mil::wholes(node.wholes("dilations"))},
                     {"groups", Mil::whole(node.whole("groups"))}};
    if (node.inputs.size() > 2 && node.inputs[2] != kNoValue) inputs.emplace_back("bias", input_of(program, node, 2));
    if (node.op == GraphOp::kConvTranspose)
        inputs.emplace_back("output_shape", Mil::wholes(program.lengths(node.output)));
    program.output(node, node.op == GraphOp::kConv ? "conv" : "conv_transpose", std::move(inputs));
}

void write_mil_pool(Mil& program, const GraphNode& node) {
    const Wholes& pads = node.wholes("pads");
    MilInputs inputs{{"x", input_of(program, node, 0)},
                     {"kernel_sizes", Mil::wholes(node.wholes("kernel"))},
                     {"strides", Mil::wholes(node.wholes("strides"))},
                     {"pad_type", Mil::text("custom")},
                     {"pad", Mil::wholes({pads[0], pads[2], pads[1], pads[3]})},
                     {"ceil_mode", Mil::flag(node.whole("ceil") != 0)}};
    const bool is_mean = node.op == GraphOp::kAvgPool;
    if (is_mean) inputs.emplace_back("exclude_padding_from_average", Mil::flag(node.whole("count_pads") == 0));
    program.output(node, is_mean ? "avg_pool" : "max_pool", std::move(inputs));
}

// Each group of channels as one axis that is normalised, then every channel's scale and shift.
void write_mil_group_norm(Mil& program, const GraphNode& node) {
    const Element element = element_of(program, node);
    const Wholes lengths = program.lengths(node.output);
    const std::int64_t groups = node.whole("groups");
    std::int64_t each = lengths[1] / groups;
    for (std::size_t i = 2; i < lengths.size(); ++i) each *= lengths[i];
    const std::string name = program.name(node.output);
    const std::string cut =
        program.step("reshape", name + "_cut",
                     {{"x", input_of(program, node, 0)}, {"shape", Mil::wholes({lengths[0], groups, each})}}, element,
                     {lengths[0], groups, each});
    const std::string normal = program.step(
        "layer_norm", name + "_normal",
        {{"x", Mil::of(cut)}, {"axes", Mil::wholes({2})}, {"epsilon", Mil::number(node.number("eps"), element)}},
        element, {lengths[0], groups, each});
    const std::string whole = program.step("reshape", name + "_whole",
                                           {{"x", Mil::of(normal)}, {"shape", Mil::wholes(lengths)}}, element, lengths);
    Wholes by_channel(lengths.size() - 1, 1);
    by_channel[0] = lengths[1];
    const auto along = [&](std::size_t i, const char* what) {
        return program.constant(name + what, *program.graph().value(node.inputs[i]).constant, by_channel);
    };
    const std::string scale = along(1, "_scale"), shift = along(2, "_shift");
    const std::string scaled =
        program.step("mul", name + "_scaled", {{"x", Mil::of(whole)}, {"y", Mil::of(scale)}}, element, lengths);
    program.output(node, "add", {{"x", Mil::of(scaled)}, {"y", Mil::of(shift)}});
}

void write_mil_resize(Mil& program, const GraphNode& node) {
    const Wholes &size = node.wholes("size"), from = program.lengths(node.inputs[0]);
    if (node.text("mode") == "nearest") {
        const auto scale = [&](std::size_t i) {
            return Mil::number(static_cast<double>(size[i]) / static_cast<double>(from[2 + i]), Element::kF32);
        };
        return program.output(
            node, "upsample_nearest_neighbor",
            {{"x", input_of(program, node, 0)}, {"scale_factor_height", scale(0)}, {"scale_factor_width", scale(1)}});
    }
    const char* mode = node.whole("align_corners") != 0 ? "STRICT_ALIGN_CORNERS" : "UNALIGN_CORNERS";
    program.output(node, "resize_bilinear",
                   {{"x", input_of(program, node, 0)},
                    {"target_size_height", Mil::whole(size[0])},
                    {"target_size_width", Mil::whole(size[1])},
                    {"sampling_mode", Mil::text(mode)}});
}

void write_mil_slice(Mil& program, const GraphNode& node) {
    const Wholes lengths = program.lengths(node.inputs[0]);
    const auto axis = static_cast<std::size_t>(node.whole("axis"));
    Wholes begin(lengths.size()), end = lengths, stride(lengths.size(), 1);
    begin[axis] = node.whole("begin"), end[axis] = node.whole("end"), stride[axis] = node.whole("step");
    program.output(node, "slice_by_index",
                   {{"x", input_of(program, node, 0)},
                    {"begin", Mil::wholes(begin)},
                    {"end", Mil::wholes(end)},
                    {"stride", Mil::wholes(stride)}});
}

void write_mil_clip(Mil& program, const GraphNode& node) {
    const Element element = element_of(program, node);
    const double most = element == Element::kF16 ? 65504 : std::numeric_limits<float>::max();
    const auto bound = [&](const char* name) {
        return Mil::number(std::clamp(node.number(name), -most, most), element);
    };
    program.output(node, "clip",
                   {{"x", input_of(program, node, 0)}, {"alpha", bound("least")}, {"beta", bound("most")}});
}

MilInputs gate_inputs(Mil& program, const GraphNode& node) {
    const Element element = element_of(program, node);
    return {{"x", input_of(program, node, 0)},
            {"alpha", Mil::number(1.0 / 6, element)},
            {"beta", Mil::number(0.5, element)}};
}

struct MilRow {
    GraphOp op;
    const char* type;
};

constexpr MilRow kMilPlain[]{{GraphOp::kRelu, "relu"},
                             {GraphOp::kSigmoid, "sigmoid"},
                             {GraphOp::kSilu, "silu"},
                             {GraphOp::kTanh, "tanh"},
                             {GraphOp::kSoftplus, "softplus"},
                             {GraphOp::kErf, "erf"},
                             {GraphOp::kExp, "exp"},
                             {GraphOp::kSqrt, "sqrt"},
                             {GraphOp::kAbs, "abs"},
                             {GraphOp::kFloor, "floor"},
                             {GraphOp::kAdd, "add"},
                             {GraphOp::kSub, "sub"},
                             {GraphOp::kMul, "mul"},
                             {GraphOp::kDiv, "real_div"},
                             {GraphOp::kPow, "pow"},
                             {GraphOp::kMax, "maximum"},
                             {GraphOp::kMin, "minimum"},
                             {GraphOp::kReduceMean, "reduce_mean"},
                             {GraphOp::kReduceSum, "reduce_sum"},
                             {GraphOp::kReduceMax, "reduce_max"},
                             {GraphOp::kReduceMin, "reduce_min"}};

bool write_mil_plain(Mil& program, const GraphNode& node) {
    const auto* row =
        std::find_if(std::begin(kMilPlain), std::end(kMilPlain), [&](const MilRow& one) { return one.op == node.op; });
    if (row == std::end(kMilPlain)) return false;
    MilInputs inputs{{"x", input_of(program, node, 0)}};
    if (is_elementwise_pair(node.op)) inputs.emplace_back("y", input_of(program, node, 1));
    else if (node.attributes.contains("axes")) {
        inputs.emplace_back("axes", Mil::wholes(node.wholes("axes")));
        inputs.emplace_back("keep_dims", Mil::flag(node.whole("keep") != 0));
    }
    program.output(node, row->type, std::move(inputs));
    return true;
}

void write_mil_pad(Mil& program, const GraphNode& node) {
    Wholes pads;
    for (std::size_t i = 0; i < node.wholes("before").size(); ++i)
        pads.push_back(node.wholes("before")[i]), pads.push_back(node.wholes("after")[i]);
    program.output(node, "pad",
                   {{"x", input_of(program, node, 0)},
                    {"pad", Mil::wholes(pads)},
                    {"mode", Mil::text("constant")},
                    {"constant_val", Mil::number(node.number("value"), element_of(program, node))}});
}

void write_mil_norm(Mil& program, const GraphNode& node) {
    program.output(node, "batch_norm",
                   {{"x", input_of(program, node, 0)},
                    {"gamma", input_of(program, node, 1)},
                    {"beta", input_of(program, node, 2)},
                    {"mean", input_of(program, node, 3)},
                    {"variance", input_of(program, node, 4)},
                    {"epsilon", Mil::number(node.number("eps"), element_of(program, node))}});
}

void write_mil_concat(Mil& program, const GraphNode& node) {
    MilArgument values;
    for (const ValueId id : node.inputs) values.names.push_back(program.read(id));
    program.output(
        node, "concat",
        {{"values", std::move(values)}, {"axis", Mil::whole(node.whole("axis"))}, {"interleave", Mil::flag(false)}});
}

}  // namespace

Status write_coreml_node(CoreMlProgram& program, const GraphNode& node) {
    if (write_mil_plain(program, node)) return {};
    const auto x = [&] { return std::pair<std::string, MilArgument>("x", input_of(program, node, 0)); };
    const Element element = element_of(program, node);
    switch (node.op) {
        case GraphOp::kConv:
        case GraphOp::kConvTranspose: write_mil_conv(program, node); break;
        case GraphOp::kLinear: {
            std::vector<std::pair<std::string, MilArgument>> inputs{x(), {"weight", input_of(program, node, 1)}};
            if (node.inputs.size() > 2 && node.inputs[2] != kNoValue)
                inputs.emplace_back("bias", input_of(program, node, 2));
            program.output(node, "linear", std::move(inputs));
            break;
        }
        case GraphOp::kMatMul:
            program.output(node, "matmul",
                           {x(),
                            {"y", input_of(program, node, 1)},
                            {"transpose_x", Mil::flag(false)},
                            {"transpose_y", Mil::flag(false)}});
            break;
        case GraphOp::kBatchNorm: write_mil_norm(program, node); break;
        case GraphOp::kGroupNorm: write_mil_group_norm(program, node); break;
        case GraphOp::kLeakyRelu:
            program.output(node, "leaky_relu", {x(), {"alpha", Mil::number(node.number("slope"), element)}});
            break;
        case GraphOp::kClip: write_mil_clip(program, node); break;
        case GraphOp::kHardSigmoid: program.output(node, "sigmoid_hard", gate_inputs(program, node)); break;
        case GraphOp::kHardSwish: {
            const std::string gate = program.step("sigmoid_hard", program.name(node.output) + "_gate",
                                                  gate_inputs(program, node), element, program.lengths(node.output));
            program.output(node, "mul", {x(), {"y", Mil::of(gate)}});
            break;
        }
        case GraphOp::kGelu:
            program.output(
                node, "gelu",
                {x(), {"mode", Mil::text(node.text("approximate") == "tanh" ? "TANH_APPROXIMATION" : "EXACT")}});
            break;
        case GraphOp::kLog: program.output(node, "log", {x(), {"epsilon", Mil::number(0, element)}}); break;
        case GraphOp::kNeg: program.output(node, "mul", {x(), {"y", Mil::number(-1, element)}}); break;
        case GraphOp::kSoftmax: program.output(node, "softmax", {x(), {"axis", Mil::whole(node.whole("axis"))}}); break;
        case GraphOp::kMaxPool:
            if (node.wholes("dilations") != Wholes{1, 1}) return invalid("pooling with gaps");
            write_mil_pool(program, node);
            break;
        case GraphOp::kAvgPool: write_mil_pool(program, node); break;
        case GraphOp::kConcat: write_mil_concat(program, node); break;
        case GraphOp::kSlice: write_mil_slice(program, node); break;
        case GraphOp::kReshape:
            program.output(node, "reshape", {x(), {"shape", Mil::wholes(program.lengths(node.output))}});
            break;
        case GraphOp::kTranspose:
            program.output(node, "transpose", {x(), {"perm", Mil::wholes(node.wholes("order"))}});
            break;
        case GraphOp::kPad: write_mil_pad(program, node); break;
        case GraphOp::kResize: write_mil_resize(program, node); break;
        case GraphOp::kCast:
            program.output(node, "cast", {x(), {"dtype", Mil::text(element == Element::kF16 ? "fp16" : "fp32")}});
            break;
        default: return invalid("no counterpart in an ML Program");
    }
    return {};
}

}  // namespace goetia
