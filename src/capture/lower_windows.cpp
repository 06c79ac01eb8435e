// What slides over maps: convolutions, pooling, scaling.
#include "capture/lowering.h"

namespace goetia {
namespace {

std::vector<ValueId> with_bias(LoweringStep& step) {
    std::vector<ValueId> inputs{step.tensor(0), step.tensor(1)};
    if (!step.is_none(2)) inputs.push_back(step.tensor(2));
    return inputs;
}

Wholes on_both_sides(const Wholes& pads) { return {pads[0], pads[1], pads[0], pads[1]}; }

ValueId add_conv(LoweringStep& step, const Wholes& strides, const Wholes& pads, const Wholes& dilations,
                 std::int64_t groups) {
    return step.add(
        GraphOp::kConv, with_bias(step),
        {{"strides", strides}, {"pads", on_both_sides(pads)}, {"dilations", dilations}, {"groups", groups}});
}

ValueId add_transposed(LoweringStep& step, const Wholes& strides, const Wholes& pads, const Wholes& more,
                       const Wholes& dilations, std::int64_t groups) {
    return step.add(GraphOp::kConvTranspose, with_bias(step),
                    {{"strides", strides},
                     {"pads", on_both_sides(pads)},
                     {"dilations", dilations},
                     {"groups", groups},
                     {"output_padding", more}});
}

LoweredOutputs lower_convolution(LoweringStep& step) {
    if (step.flag(6))
        return {add_transposed(step, step.pair(3), step.pair(4), step.pair(7), step.pair(5), step.whole(8))};
    return {add_conv(step, step.pair(3), step.pair(4), step.pair(5), step.whole(8))};
}

LoweredOutputs lower_conv2d(LoweringStep& step) {
    return {add_conv(step, step.pair(3), step.pair(4), step.pair(5), step.whole(6))};
}

LoweredOutputs lower_conv_transpose2d(LoweringStep& step) {
    return {add_transposed(step, step.pair(3), step.pair(4), step.pair(5), step.pair(7), step.whole(6))};
}

// An empty stride is the kernel's size.
Wholes pool_strides(const LoweringStep& step) { return step.wholes(2).empty() ? step.pair(1) : step.pair(2); }

LoweredOutputs lower_max_pool(LoweringStep& step) {
    return {step.add(GraphOp::kMaxPool, {step.tensor(0)},
                     {{"kernel", step.pair(1)},
                      {"strides", pool_strides(step)},
                      {"pads", on_both_sides(step.pair(3))},
                      {"dilations", step.pair(4)},
                      {"ceil", std::int64_t{step.flag(5)}}})};
}

LoweredOutputs lower_avg_pool(LoweringStep& step) {
    if (!step.is_none(6)) throw NotExportable("divides by a number of its own");
    return {step.add(GraphOp::kAvgPool, {step.tensor(0)},
                     {{"kernel", step.pair(1)},
                      {"strides", pool_strides(step)},
                      {"pads", on_both_sides(step.pair(3))},
                      {"ceil", std::int64_t{step.flag(4)}},
                      {"count_pads", std::int64_t{step.flag(5)}}})};
}

// Window i of `count` over `length` places, as adaptive pooling cuts them: [floor(i l / c), ceil((i + 1) l / c)).
std::vector<float> window_shares(std::int64_t length, std::int64_t count) {
    std::vector<float> shares(static_cast<std::size_t>(length * count));
    for (std::int64_t i = 0; i < count; ++i) {
        const std::int64_t begin = i * length / count, end = ((i + 1) * length + count - 1) / count;
        for (std::int64_t at = begin; at < end; ++at)
            shares[static_cast<std::size_t>(i * length + at)] = 1.0F / static_cast<float>(end - begin);
    }
    return shares;
}

// To one place: a mean. Where the windows are alike: plain pooling. Else the windows are unequal, and the means of rows
// and columns are two products.
LoweredOutputs lower_adaptive_avg_pool(LoweringStep& step) {
    const ValueId maps = step.tensor(0);
    const Wholes size = step.pair(1);
    const std::int64_t height = step.shape(maps).at(2).count, width = step.shape(maps).at(3).count;
    if (size == Wholes{1, 1})
        return {step.add(GraphOp::kReduceMean, {maps}, {{"axes", Wholes{2, 3}}, {"keep", std::int64_t{1}}})};
    if (size == Wholes{height, width}) return {maps};
    if (height % size[0] == 0 && width % size[1] == 0) {
        const Wholes kernel{height / size[0], width / size[1]};
        return {step.add(GraphOp::kAvgPool, {maps},
                         {{"kernel", kernel},
                          {"strides", kernel},
                          {"pads", Wholes{0, 0, 0, 0}},
                          {"ceil", std::int64_t{0}},
                          {"count_pads", std::int64_t{1}}})};
    }
    const ValueId rows = step.constant(GraphConstant::of_floats({size[0], height}, window_shares(height, size[0])));
    const std::vector<float> by_column = window_shares(width, size[1]);
    std::vector<float> turned(by_column.size());
    for (std::int64_t i = 0; i < size[1]; ++i) {
        for (std::int64_t at = 0; at < width; ++at)
            turned[static_cast<std::size_t>(at * size[1] + i)] = by_column[static_cast<std::size_t>(i * width + at)];
    }
    const ValueId columns = step.constant(GraphConstant::of_floats({width, size[1]}, std::move(turned)));
    return {step.add(GraphOp::kMatMul, {step.add(GraphOp::kMatMul, {rows, maps}), columns})};
}

LoweredOutputs resized(LoweringStep& step, const char* mode, bool align) {
    const Extents shape = step.output_shape();
    return {step.add(GraphOp::kResize, {step.tensor(0)},
                     {{"mode", mode},
                      {"size", Wholes{shape.at(2).count, shape.at(3).count}},
                      {"align_corners", std::int64_t{align}}})};
}

LoweredOutputs lower_nearest(LoweringStep& step) { return resized(step, "nearest", false); }
LoweredOutputs lower_bilinear(LoweringStep& step) { return resized(step, "linear", step.flag(2)); }

}  // namespace

void add_lower_windows(std::unordered_map<std::string_view, LowerFunction>& table) {
    table["aten::_convolution"] = lower_convolution;
    table["aten::conv2d"] = lower_conv2d;
    table["aten::conv_transpose2d"] = lower_conv_transpose2d;
    table["aten::max_pool2d"] = lower_max_pool;
    table["aten::avg_pool2d"] = lower_avg_pool;
    table["aten::adaptive_avg_pool2d"] = lower_adaptive_avg_pool;
    table["aten::upsample_nearest2d"] = lower_nearest;
    table["aten::upsample_bilinear2d"] = lower_bilinear;
}

}  // namespace goetia
