// What is computed number by number.
#include <limits>

#include "capture/lowering.h"

namespace goetia {
namespace {

template <GraphOp kOp>
LoweredOutputs lower_unary(LoweringStep& step) {
    return {step.add(kOp, {step.tensor(0)})};
}

LoweredOutputs lower_same(LoweringStep& step) { return {step.tensor(0)}; }

LoweredOutputs lower_dropout(LoweringStep& step) {
    if (step.flag(2)) throw NotExportable("drops at random, as in training; call eval()");
    return {step.tensor(0)};
}

// Types: 32-bit floats stay, whole numbers become them.
LoweredOutputs lower_to(LoweringStep& step) {
    const ValueId from = step.tensor(0);
    for (std::size_t i = 1; i < step.count(); ++i) {
        if (step.is_tensor(i) || !step.plain(i).isInt()) continue;
        const auto wanted = static_cast<at::ScalarType>(step.whole(i));
        const Element element = step.graph().value(from).element;
        if (wanted == at::kFloat && element != Element::kF32)
            return {step.add(GraphOp::kCast, {from}, {{"to", "f32"}})};
        if (wanted == at::kLong && element != Element::kI64) return {step.add(GraphOp::kCast, {from}, {{"to", "i64"}})};
        if (wanted != at::kFloat && wanted != at::kLong)
            throw NotExportable("changes to a type other than f32 and i64");
        break;
    }
    return {from};
}

LoweredOutputs clipped(LoweringStep& step, double least, double most) {
    return {step.add(GraphOp::kClip, {step.tensor(0)}, {{"least", least}, {"most", most}})};
}
constexpr double kEndless = std::numeric_limits<double>::infinity();
LoweredOutputs lower_clamp(LoweringStep& step) {
    return clipped(step, step.is_none(1) ? -kEndless : step.number(1), step.is_none(2) ? kEndless : step.number(2));
}
LoweredOutputs lower_clamp_min(LoweringStep& step) { return clipped(step, step.number(1), kEndless); }
LoweredOutputs lower_clamp_max(LoweringStep& step) { return clipped(step, -kEndless, step.number(1)); }
LoweredOutputs lower_relu6(LoweringStep& step) { return clipped(step, 0, 6); }

LoweredOutputs lower_leaky_relu(LoweringStep& step) {
    return {step.add(GraphOp::kLeakyRelu, {step.tensor(0)}, {{"slope", step.number(1)}})};
}

LoweredOutputs lower_gelu(LoweringStep& step) {
    const std::string approximate = step.count() > 1 ? step.plain(1).toStringRef() : "none";
    return {step.add(GraphOp::kGelu, {step.tensor(0)}, {{"approximate", approximate}})};
}

// A factor of the second operand, as add and sub take one; a tensor may also be the second one alone (2 - x).
ValueId second_operand(LoweringStep& step, std::size_t i, ValueId like) {
    const ValueId other = step.tensor_like(i, like);
    if (step.count() <= 2 || step.is_tensor(2) || !step.plain(2).isScalar() || step.number(2) == 1) return other;
    return step.add(GraphOp::kMul, {other, step.scalar(step.number(2), step.graph().value(like).element)});
}

template <GraphOp kOp>
LoweredOutputs lower_binary(LoweringStep& step) {
    const ValueId one = step.tensor(0);
    if (kOp == GraphOp::kDiv && step.count() > 2 && !step.is_none(2)) throw NotExportable("rounds what it divides");
    const bool has_factor = kOp == GraphOp::kAdd || kOp == GraphOp::kSub;
    return {step.add(kOp, {one, has_factor ? second_operand(step, 1, one) : step.tensor_like(1, one)})};
}

LoweredOutputs lower_rsub(LoweringStep& step) {
    const ValueId one = step.tensor(0);
    return {step.add(GraphOp::kSub, {step.tensor_like(1, one), one})};
}

LoweredOutputs lower_addcmul(LoweringStep& step) {
    const ValueId product = step.add(GraphOp::kMul, {step.tensor(1), step.tensor(2)});
    const double factor = step.is_none(3) ? 1 : step.number(3);
    const ValueId scaled =
        factor == 1 ? product : step.add(GraphOp::kMul, {product, step.scalar(factor, Element::kF32)});
    return {step.add(GraphOp::kAdd, {step.tensor(0), scaled})};
}

}  // namespace

void add_lower_arithmetic(std::unordered_map<std::string_view, LowerFunction>& table) {
    const std::pair<const char*, LowerFunction> unary[] = {{"aten::relu", lower_unary<GraphOp::kRelu>},
                                                           {"aten::sigmoid", lower_unary<GraphOp::kSigmoid>},
                                                           {"aten::hardsigmoid", lower_unary<GraphOp::kHardSigmoid>},
                                                           {"aten::hardswish", lower_unary<GraphOp::kHardSwish>},
                                                           {"aten::silu", lower_unary<GraphOp::kSilu>},
                                                           {"aten::tanh", lower_unary<GraphOp::kTanh>},
                                                           {"aten::softplus", lower_unary<GraphOp::kSoftplus>},
                                                           {"aten::erf", lower_unary<GraphOp::kErf>},
                                                           {"aten::exp", lower_unary<GraphOp::kExp>},
                                                           {"aten::log", lower_unary<GraphOp::kLog>},
                                                           {"aten::sqrt", lower_unary<GraphOp::kSqrt>},
                                                           {"aten::abs", lower_unary<GraphOp::kAbs>},
                                                           {"aten::neg", lower_unary<GraphOp::kNeg>},
                                                           {"aten::floor", lower_unary<GraphOp::kFloor>},
                                                           {"aten::clamp", lower_clamp},
                                                           {"aten::hardtanh", lower_clamp},
                                                           {"aten::clamp_min", lower_clamp_min},
                                                           {"aten::clamp_max", lower_clamp_max},
                                                           {"aten::relu6", lower_relu6},
                                                           {"aten::leaky_relu", lower_leaky_relu},
                                                           {"aten::gelu", lower_gelu},
                                                           {"aten::add", lower_binary<GraphOp::kAdd>},
                                                           {"aten::sub", lower_binary<GraphOp::kSub>},
                                                           {"aten::mul", lower_binary<GraphOp::kMul>},
                                                           {"aten::div", lower_binary<GraphOp::kDiv>},
                                                           {"aten::pow", lower_binary<GraphOp::kPow>},
                                                           {"aten::maximum", lower_binary<GraphOp::kMax>},
                                                           {"aten::minimum", lower_binary<GraphOp::kMin>},
                                                           {"aten::rsub", lower_rsub},
                                                           {"aten::addcmul", lower_addcmul},
                                                           {"aten::dropout", lower_dropout},
                                                           {"aten::to", lower_to}};
    for (const auto& [name, lower] : unary) table[name] = lower;
    for (const char* name : {"aten::contiguous", "aten::detach", "aten::clone", "aten::alias"})
        table[name] = lower_same;
}

}  // namespace goetia
