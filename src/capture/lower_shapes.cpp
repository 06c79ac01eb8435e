// What moves numbers without changing them.
#include "capture/lowering.h"

namespace goetia {
namespace {

// The shape is the one that was seen, whatever it was asked as: -1, a list, a range of axes.
LoweredOutputs lower_reshape(LoweringStep& step) { return {step.reshape(step.tensor(0), step.output_shape())}; }

LoweredOutputs lower_expand(LoweringStep& step) {
    const Extents shape = step.output_shape();
    if (shape == step.shape(step.tensor(0))) return {step.tensor(0)};
    return {step.add(GraphOp::kExpand, {step.tensor(0)}, {{"shape", shape}})};
}

LoweredOutputs lower_permute(LoweringStep& step) {
    const ValueId from = step.tensor(0);
    Wholes order;
    for (const std::int64_t axis : step.wholes(1))
        order.push_back(static_cast<std::int64_t>(step.axis(axis, step.shape(from).size())));
    return {step.add(GraphOp::kTranspose, {from}, {{"order", order}})};
}

ValueId swapped(LoweringStep& step, ValueId from, std::size_t one, std::size_t other) {
    Wholes order(step.shape(from).size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(i);
    std::swap(order.at(one), order.at(other));
    return step.add(GraphOp::kTranspose, {from}, {{"order", order}});
}

LoweredOutputs lower_transpose(LoweringStep& step) {
    const ValueId from = step.tensor(0);
    const std::size_t rank = step.shape(from).size();
    return {swapped(step, from, step.axis(step.whole(1), rank), step.axis(step.whole(2), rank))};
}

LoweredOutputs lower_t(LoweringStep& step) {
    return {step.shape(step.tensor(0)).size() < 2 ? step.tensor(0) : swapped(step, step.tensor(0), 0, 1)};
}

// A cut of the whole axis is none; one that grows with the batch must be whole.
ValueId cut(LoweringStep& step, ValueId from, std::int64_t given_axis, std::int64_t begin, std::int64_t end,
            std::int64_t stride = 1) {
    const std::size_t axis = step.axis(given_axis, step.shape(from).size());
    const GraphExtent extent = step.shape(from)[axis];
    if (extent.of_batch) {
        if (begin == 0 && end >= std::int64_t{1} << 40 && stride == 1) return from;
        throw NotExportable("cuts the axis of the batch");
    }
    if (begin < 0) begin += extent.count;
    if (end < 0) end += extent.count;
    end = std::min(end, extent.count);
    if (begin == 0 && end == extent.count && stride == 1) return from;
    return step.add(GraphOp::kSlice, {from},
                    {{"axis", static_cast<std::int64_t>(axis)}, {"begin", begin}, {"end", end}, {"step", stride}});
}

LoweredOutputs lower_slice(LoweringStep& step) {
    const std::int64_t begin = step.is_none(2) ? 0 : step.whole(2);
    const std::int64_t end = step.is_none(3) ? std::int64_t{1} << 62 : step.whole(3);
    return {cut(step, step.tensor(0), step.whole(1), begin, end, step.is_none(4) ? 1 : step.whole(4))};
}

LoweredOutputs lower_narrow(LoweringStep& step) {
    return {cut(step, step.tensor(0), step.whole(1), step.whole(2), step.whole(2) + step.whole(3))};
}

ValueId selected(LoweringStep& step, std::int64_t axis, std::int64_t place) {
    const ValueId from = step.tensor(0);
    const std::size_t at = step.axis(axis, step.shape(from).size());
    if (place < 0) place += step.shape(from)[at].count;
    const ValueId one = cut(step, from, axis, place, place + 1);
    Extents shape = step.shape(one);
    shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(at));
    return step.reshape(one, shape);
}

LoweredOutputs lower_select(LoweringStep& step) { return {selected(step, step.whole(1), step.whole(2))}; }

LoweredOutputs lower_unbind(LoweringStep& step) {
    const ValueId from = step.tensor(0);
    const std::int64_t axis = step.count() > 1 ? step.whole(1) : 0;
    const GraphExtent extent = step.shape(from)[step.axis(axis, step.shape(from).size())];
    if (extent.of_batch) throw NotExportable("takes the batch apart");
    LoweredOutputs all;
    for (std::int64_t i = 0; i < extent.count; ++i) all.push_back(selected(step, axis, i));
    return all;
}

LoweredOutputs pieces(LoweringStep& step, std::int64_t axis, const Wholes& sizes) {
    LoweredOutputs all;
    std::int64_t begin = 0;
    for (const std::int64_t size : sizes) {
        all.push_back(cut(step, step.tensor(0), axis, begin, begin + size));
        begin += size;
    }
    return all;
}

Wholes even_sizes(LoweringStep& step, std::int64_t axis, std::int64_t size) {
    const ValueId from = step.tensor(0);
    const GraphExtent extent = step.shape(from)[step.axis(axis, step.shape(from).size())];
    if (extent.of_batch) throw NotExportable("takes the batch apart");
    Wholes sizes;
    for (std::int64_t left = extent.count; left > 0; left -= size) sizes.push_back(std::min(left, size));
    return sizes;
}

LoweredOutputs lower_split(LoweringStep& step) {
    const std::int64_t axis = step.count() > 2 ? step.whole(2) : 0;
    if (!step.plain(1).isInt()) return pieces(step, axis, step.wholes(1));
    return pieces(step, axis, even_sizes(step, axis, step.whole(1)));
}

LoweredOutputs lower_chunk(LoweringStep& step) {
    const std::int64_t axis = step.count() > 2 ? step.whole(2) : 0, count = step.whole(1);
    const GraphExtent extent = step.shape(step.tensor(0))[step.axis(axis, step.shape(step.tensor(0)).size())];
    return pieces(step, axis, even_sizes(step, axis, (extent.count + count - 1) / count));
}

LoweredOutputs lower_cat(LoweringStep& step) {
    if (step.tensors(0).size() == 1) return {step.tensors(0)[0]};
    const std::size_t rank = step.shape(step.tensors(0).at(0)).size();
    return {step.add(GraphOp::kConcat, step.tensors(0),
                     {{"axis", static_cast<std::int64_t>(step.axis(step.whole(1), rank))}})};
}

LoweredOutputs lower_stack(LoweringStep& step) {
    const std::size_t axis = step.axis(step.whole(1), step.output_shape().size());
    std::vector<ValueId> all;
    for (const ValueId one : step.tensors(0)) {
        Extents shape = step.shape(one);
        shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(axis), GraphExtent(1));
        all.push_back(step.reshape(one, shape));
    }
    return {step.add(GraphOp::kConcat, all, {{"axis", static_cast<std::int64_t>(axis)}})};
}

LoweredOutputs lower_index_select(LoweringStep& step) {
    return {step.add(GraphOp::kGather, {step.tensor(0), step.tensor(2)}, {{"axis", step.whole(1)}})};
}

// LibTorch lists the last axis first.
LoweredOutputs lower_pad(LoweringStep& step) {
    const ValueId from = step.tensor(0);
    const Wholes pads = step.wholes(1);
    const std::size_t rank = step.shape(from).size();
    Wholes before(rank), after(rank);
    for (std::size_t i = 0; i + 1 < pads.size(); i += 2)
        before[rank - 1 - i / 2] = pads[i], after[rank - 1 - i / 2] = pads[i + 1];
    return {step.add(GraphOp::kPad, {from},
                     {{"before", before}, {"after", after}, {"value", step.is_none(2) ? 0.0 : step.number(2)}})};
}

}  // namespace

void add_lower_shapes(std::unordered_map<std::string_view, LowerFunction>& table) {
    for (const char* name : {"aten::reshape", "aten::view", "aten::flatten", "aten::squeeze", "aten::unsqueeze",
                             "aten::reshape_as", "aten::view_as", "aten::_unsafe_view", "aten::unflatten"})
        table[name] = lower_reshape;
    for (const char* name : {"aten::expand", "aten::expand_as"}) table[name] = lower_expand;
    table["aten::permute"] = lower_permute;
    table["aten::transpose"] = lower_transpose;
    table["aten::t"] = lower_t;
    table["aten::slice"] = lower_slice;
    table["aten::narrow"] = lower_narrow;
    table["aten::select"] = lower_select;
    table["aten::unbind"] = lower_unbind;
    for (const char* name : {"aten::split", "aten::split_with_sizes"}) table[name] = lower_split;
    table["aten::chunk"] = lower_chunk;
    for (const char* name : {"aten::cat", "aten::concat"}) table[name] = lower_cat;
    table["aten::stack"] = lower_stack;
    table["aten::index_select"] = lower_index_select;
    table["aten::constant_pad_nd"] = lower_pad;
}

}  // namespace goetia
