#include "graph/infer.h"

#include <algorithm>

#include "graph/infer_windows.h"

namespace goetia {

Result<std::size_t> axis_of(std::int64_t axis, std::size_t rank) {
    const auto size = static_cast<std::int64_t>(rank);
    if (axis < -size || axis >= size) return invalid("axis {} is not one of the {} axes", axis, rank);
    return static_cast<std::size_t>(axis < 0 ? axis + size : axis);
}

Result<Extents> broadcast(const Extents& one, const Extents& other) {
    const Extents& longer = one.size() >= other.size() ? one : other;
    const Extents& shorter = one.size() >= other.size() ? other : one;
    Extents shape = longer;
    const std::size_t lead = longer.size() - shorter.size();
    for (std::size_t i = 0; i < shorter.size(); ++i) {
        GraphExtent& at = shape[lead + i];
        if (at == shorter[i] || shorter[i] == GraphExtent(1)) continue;
        if (at != GraphExtent(1))
            return invalid("{} and {} do not go together: equal lengths, or 1, are needed", extents_text(one),
                           extents_text(other));
        at = shorter[i];
    }
    return shape;
}

namespace {

using Shapes = std::vector<Extents>;

Result<Extents> linear_shape(const Shapes& in) {
    if (in[1].size() != 2 || in[0].empty() || in[0].back() != in[1][1])
        return invalid("an input {} does not fit weights {}", extents_text(in[0]), extents_text(in[1]));
    if (in.size() > 2 && in[2] != Extents{in[1][0]})
        return invalid("a bias {} does not fit weights {}", extents_text(in[2]), extents_text(in[1]));
    Extents shape = in[0];
    shape.back() = in[1][0];
    return shape;
}

Result<Extents> product_shape(const Shapes& in) {
    const Extents &a = in[0], &b = in[1];
    if (a.size() < 2 || b.size() < 2 || a.back() != b[b.size() - 2])
        return invalid("{} and {} cannot be multiplied", extents_text(a), extents_text(b));
    GOETIA_ASSIGN(Extents shape, broadcast({a.begin(), a.end() - 2}, {b.begin(), b.end() - 2}));
    shape.push_back(a[a.size() - 2]), shape.push_back(b.back());
    return shape;
}

Result<Extents> batch_norm_shape(const Shapes& in) {
    if (in[0].size() < 2) return invalid("{} has no channels", extents_text(in[0]));
    for (std::size_t i = 1; i < in.size(); ++i) {
        if (in[i] != Extents{in[0][1]})
            return invalid("an input {} does not fit channels of {}", extents_text(in[i]), extents_text(in[0]));
    }
    return in[0];
}

Result<Extents> group_norm_shape(const GraphNode& node, const Shapes& in) {
    if (in[0].size() < 3) return invalid("{} has no channels of places", extents_text(in[0]));
    const std::int64_t groups = node.whole("groups");
    if (groups < 1 || in[0][1].of_batch || in[0][1].count % groups != 0)
        return invalid("{} does not divide into {} groups", extents_text(in[0]), groups);
    return batch_norm_shape(in);
}

Result<Extents> reduced_shape(const Extents& in, const std::vector<std::int64_t>& axes, bool keep) {
    std::vector<bool> is_gone(in.size());
    for (const std::int64_t axis : axes) {
        GOETIA_ASSIGN(const std::size_t at, axis_of(axis, in.size()));
        is_gone[at] = true;
    }
    Extents shape;
    for (std::size_t i = 0; i < in.size(); ++i) {
        if (!is_gone[i]) shape.push_back(in[i]);
        else if (keep) shape.emplace_back(1);
    }
    return shape;
}

Result<Extents> concat_shape(const GraphNode& node, const Shapes& in) {
    GOETIA_ASSIGN(const std::size_t axis, axis_of(node.whole("axis"), in[0].size()));
    Extents shape = in[0];
    for (std::size_t i = 1; i < in.size(); ++i) {
        const bool fits = in[i].size() == shape.size() && in[i][axis].of_batch == shape[axis].of_batch;
        if (!fits) return invalid("{} and {} cannot be joined", extents_text(in[0]), extents_text(in[i]));
        Extents rest = in[i];
        rest[axis] = in[0][axis];
        if (rest != in[0]) return invalid("{} and {} cannot be joined", extents_text(in[0]), extents_text(in[i]));
        shape[axis].count += in[i][axis].count;
    }
    return shape;
}

Result<Extents> slice_shape(const GraphNode& node, const Extents& in) {
    GOETIA_ASSIGN(const std::size_t axis, axis_of(node.whole("axis"), in.size()));
    const std::int64_t begin = node.whole("begin"), end = node.whole("end"), step = node.whole("step");
    if (in[axis].of_batch)
        return invalid("axis {} of {} grows with the batch and cannot be cut", axis, extents_text(in));
    if (begin < 0 || end <= begin || end > in[axis].count || step < 1)
        return invalid("[{}:{}:{}] does not cut axis {} of {}", begin, end, step, axis, extents_text(in));
    Extents shape = in;
    shape[axis] = GraphExtent((end - begin + step - 1) / step);
    return shape;
}

Result<Extents> reshaped(const GraphNode& node, const Extents& in) {
    const Extents& shape = node.extents("shape");
    // As many numbers at two sizes of a batch: as many at all, unless the batch counts more than once.
    for (const std::int64_t batch : {1, 2, 3}) {
        if (elements_at(shape, batch) != elements_at(in, batch))
            return invalid("{} cannot be told as {}", extents_text(in), extents_text(shape));
    }
    return shape;
}

Result<Extents> transposed(const GraphNode& node, const Extents& in) {
    const std::vector<std::int64_t>& order = node.wholes("order");
    std::vector<std::int64_t> sorted = order;
    std::sort(sorted.begin(), sorted.end());
    bool is_order = order.size() == in.size();
    for (std::size_t i = 0; is_order && i < sorted.size(); ++i) is_order = sorted[i] == static_cast<std::int64_t>(i);
    if (!is_order) return invalid("'order' does not name each axis of {} once", extents_text(in));
    Extents shape;
    for (const std::int64_t axis : order) shape.push_back(in[static_cast<std::size_t>(axis)]);
    return shape;
}

Result<Extents> expanded(const GraphNode& node, const Extents& in) {
    const Extents& shape = node.extents("shape");
    GOETIA_ASSIGN(const Extents both, broadcast(in, shape));
    if (both != shape) return invalid("{} cannot be repeated to {}", extents_text(in), extents_text(shape));
    return shape;
}

Result<Extents> gathered(const GraphNode& node, const Shapes& in) {
    GOETIA_ASSIGN(const std::size_t axis, axis_of(node.whole("axis"), in[0].size()));
    Extents shape(in[0].begin(), in[0].begin() + static_cast<std::ptrdiff_t>(axis));
    shape.insert(shape.end(), in[1].begin(), in[1].end());
    shape.insert(shape.end(), in[0].begin() + static_cast<std::ptrdiff_t>(axis) + 1, in[0].end());
    return shape;
}

Result<Extents> padded(const GraphNode& node, const Extents& in) {
    const auto &before = node.wholes("before"), &after = node.wholes("after");
    if (before.size() != in.size() || after.size() != in.size())
        return invalid("'before' and 'after' need a number for each axis of {}", extents_text(in));
    Extents shape = in;
    for (std::size_t i = 0; i < in.size(); ++i) {
        const std::int64_t more = before[i] + after[i];
        if (more != 0 && in[i].of_batch) return invalid("axis {} of {} grows with the batch", i, extents_text(in));
        shape[i].count += more;
        if (shape[i].count < 1) return invalid("nothing of axis {} of {} is left", i, extents_text(in));
    }
    return shape;
}

// Scale and zero point: one of each, or one for each place along the axis.
Result<Extents> quantized(const GraphNode& node, const Shapes& in) {
    const bool single = in[1].empty() && in[2].empty();
    if (single) return in[0];
    GOETIA_ASSIGN(const std::size_t axis, axis_of(node.whole("axis"), in[0].size()));
    if (in[1] != Extents{in[0][axis]} || in[2] != in[1])
        return invalid("scales {} and zero points {} do not fit axis {} of {}", extents_text(in[1]),
                       extents_text(in[2]), axis, extents_text(in[0]));
    return in[0];
}

Result<Extents> shape_of(const GraphNode& node, const Shapes& in) {
    switch (node.op) {
        case GraphOp::kConv: return conv_shape(node, in);
        case GraphOp::kConvTranspose: return conv_transpose_shape(node, in);
        case GraphOp::kMaxPool:
        case GraphOp::kAvgPool: return pool_shape(node, in[0]);
        case GraphOp::kResize: return resize_shape(node, in[0]);
        case GraphOp::kLinear: return linear_shape(in);
        case GraphOp::kMatMul: return product_shape(in);
        case GraphOp::kBatchNorm: return batch_norm_shape(in);
        case GraphOp::kGroupNorm: return group_norm_shape(node, in);
        case GraphOp::kConcat: return concat_shape(node, in);
        case GraphOp::kSlice: return slice_shape(node, in[0]);
        case GraphOp::kReshape: return reshaped(node, in[0]);
        case GraphOp::kTranspose: return transposed(node, in[0]);
        case GraphOp::kExpand: return expanded(node, in[0]);
        case GraphOp::kGather: return gathered(node, in);
        case GraphOp::kPad: return padded(node, in[0]);
        case GraphOp::kReduceMean:
        case GraphOp::kReduceSum:
        case GraphOp::kReduceMax:
        case GraphOp::kReduceMin: return reduced_shape(in[0], node.wholes("axes"), node.whole("keep") != 0);
        case GraphOp::kArgMax: return reduced_shape(in[0], {node.whole("axis")}, node.whole("keep") != 0);
        case GraphOp::kQuantize:
        case GraphOp::kDequantize: return quantized(node, in);
        case GraphOp::kSoftmax:
        case GraphOp::kLogSoftmax:
        case GraphOp::kLayerNorm:
            if (auto axis = axis_of(node.whole("axis"), in[0].size()); !axis) return std::move(axis).error();
            return in[0];
        default: return is_elementwise_pair(node.op) ? broadcast(in[0], in[1]) : Result<Extents>(in[0]);
    }
}

}  // namespace

Result<InferredOutput> infer_output(const ModelGraph& graph, const GraphNode& node) {
    Shapes in;
    for (const ValueId id : node.inputs) in.push_back(id == kNoValue ? Extents() : graph.value(id).shape);
    GOETIA_ASSIGN(Extents shape, shape_of(node, in));
    Element element = graph.value(node.inputs[0]).element;
    if (node.op == GraphOp::kCast) element = element_named(node.text("to")).value_or(element);
    if (node.op == GraphOp::kArgMax) element = Element::kI64;
    if (node.op == GraphOp::kQuantize) element = graph.value(node.inputs[2]).element;
    if (node.op == GraphOp::kDequantize) element = graph.value(node.inputs[1]).element;
    return InferredOutput{element, std::move(shape)};
}

}  // namespace goetia
