// Normalisation and what is linear in the last axis.
#include <numeric>

#include "capture/lowering.h"

namespace goetia {
namespace {

ValueId ones_or(LoweringStep& step, std::size_t i, std::int64_t channels, float fallback) {
    if (!step.is_none(i)) return step.tensor(i);
    return step.constant(
        GraphConstant::of_floats({channels}, std::vector<float>(static_cast<std::size_t>(channels), fallback)));
}

LoweredOutputs lower_batch_norm(LoweringStep& step) {
    if (step.flag(5)) throw NotExportable("normalises by the batch at hand, as in training; call eval()");
    const std::int64_t channels = step.shape(step.tensor(0)).at(1).count;
    return {step.add(
        GraphOp::kBatchNorm,
        {step.tensor(0), ones_or(step, 1, channels, 1), ones_or(step, 2, channels, 0), step.tensor(3), step.tensor(4)},
        {{"eps", step.number(7)}})};
}

LoweredOutputs lower_layer_norm(LoweringStep& step) {
    const auto axes = static_cast<std::int64_t>(step.wholes(1).size());
    std::vector<ValueId> inputs{step.tensor(0)};
    for (const std::size_t i : {2U, 3U}) inputs.push_back(step.tensor_or_none(i));
    return {step.add(GraphOp::kLayerNorm, std::move(inputs), {{"axis", -axes}, {"eps", step.number(4)}})};
}

LoweredOutputs lower_group_norm(LoweringStep& step) {
    const std::int64_t channels = step.shape(step.tensor(0)).at(1).count;
    return {step.add(GraphOp::kGroupNorm,
                     {step.tensor(0), ones_or(step, 2, channels, 1), ones_or(step, 3, channels, 0)},
                     {{"groups", step.whole(1)}, {"eps", step.number(4)}})};
}

LoweredOutputs lower_linear(LoweringStep& step) {
    std::vector<ValueId> inputs{step.tensor(0), step.tensor(1)};
    if (!step.is_none(2)) inputs.push_back(step.tensor(2));
    return {step.add(GraphOp::kLinear, std::move(inputs))};
}

LoweredOutputs lower_addmm(LoweringStep& step) {
    if (step.number(3) != 1 || step.number(4) != 1) throw NotExportable("weighs its summands");
    return {step.add(GraphOp::kAdd, {step.add(GraphOp::kMatMul, {step.tensor(1), step.tensor(2)}), step.tensor(0)})};
}

// A vector counts as a matrix of one row or column, whose axis then goes again.
LoweredOutputs lower_matmul(LoweringStep& step) {
    ValueId one = step.tensor(0), other = step.tensor(1);
    if (step.shape(one).size() == 1) one = step.reshape(one, {1, step.shape(one)[0]});
    if (step.shape(other).size() == 1) other = step.reshape(other, {step.shape(other)[0], 1});
    return {step.reshape(step.add(GraphOp::kMatMul, {one, other}), step.output_shape())};
}

LoweredOutputs lower_softmax(LoweringStep& step) {
    return {step.add(GraphOp::kSoftmax, {step.tensor(0)}, {{"axis", step.whole(1)}})};
}
LoweredOutputs lower_log_softmax(LoweringStep& step) {
    return {step.add(GraphOp::kLogSoftmax, {step.tensor(0)}, {{"axis", step.whole(1)}})};
}

template <GraphOp kOp>
LoweredOutputs lower_reduction(LoweringStep& step) {
    const ValueId in = step.tensor(0);
    std::vector<std::int64_t> axes;
    bool keep = false;
    if (step.count() > 1 && (step.plain(1).isIntList() || step.plain(1).isInt())) {
        axes = step.wholes(1);
        keep = step.count() > 2 && step.flag(2);
    }
    if (axes.empty()) {
        axes.resize(step.shape(in).size());
        std::iota(axes.begin(), axes.end(), 0);
    }
    return {step.add(kOp, {in}, {{"axes", axes}, {"keep", std::int64_t{keep}}})};
}

// The length of vectors along axes.
LoweredOutputs lower_length(LoweringStep& step) {
    const bool is_euclidean = step.count() > 2 && (step.is_none(1) || step.number(1) == 2);
    if (!is_euclidean) throw NotExportable("a norm other than the length of vectors along given axes");
    const ValueId in = step.tensor(0);
    const ValueId squares = step.add(GraphOp::kMul, {in, in});
    const std::int64_t keep = step.count() > 3 && step.flag(3) ? 1 : 0;
    return {step.add(GraphOp::kSqrt,
                     {step.add(GraphOp::kReduceSum, {squares}, {{"axes", step.wholes(2)}, {"keep", keep}})})};
}

LoweredOutputs lower_argmax(LoweringStep& step) {
    return {
        step.add(GraphOp::kArgMax, {step.tensor(0)}, {{"axis", step.whole(1)}, {"keep", std::int64_t{step.flag(2)}}})};
}

}  // namespace

void add_lower_norms(std::unordered_map<std::string_view, LowerFunction>& table) {
    table["aten::batch_norm"] = lower_batch_norm;
    table["aten::layer_norm"] = lower_layer_norm;
    table["aten::group_norm"] = lower_group_norm;
    table["aten::linear"] = lower_linear;
    table["aten::addmm"] = lower_addmm;
    for (const char* name : {"aten::matmul", "aten::mm", "aten::bmm"}) table[name] = lower_matmul;
    table["aten::softmax"] = lower_softmax;
    table["aten::log_softmax"] = lower_log_softmax;
    table["aten::mean"] = lower_reduction<GraphOp::kReduceMean>;
    table["aten::sum"] = lower_reduction<GraphOp::kReduceSum>;
    table["aten::amax"] = lower_reduction<GraphOp::kReduceMax>;
    table["aten::amin"] = lower_reduction<GraphOp::kReduceMin>;
    table["aten::norm"] = lower_length;
    table["aten::argmax"] = lower_argmax;
}

}  // namespace goetia
