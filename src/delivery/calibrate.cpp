#include "delivery/calibrate.h"

#include <algorithm>

#include "capture/evaluate.h"
#include "delivery/comparison.h"
#include "passes/quantise.h"

namespace goetia {
namespace {

std::span<const float> numbers_of(const at::Tensor& plain) {
    return {plain.const_data_ptr<float>(), static_cast<std::size_t>(plain.numel())};
}

Status see_all(const DeliverySubject& subject, std::int64_t images, std::map<std::string, SeenNumbers>& seen,
               void (SeenNumbers::*look)(std::span<const float>)) {
    constexpr std::int64_t kAtOnce = 16;
    const ModelGraph& graph = subject.graph;
    const auto watch = [&](ValueId id, const at::Tensor& computed) {
        const auto found = seen.find(graph.value(id).name);
        if (found != seen.end()) (found->second.*look)(numbers_of(computed.contiguous()));
    };
    for (std::int64_t begin = 0; begin < images; begin += kAtOnce) {
        const at::Tensor batch = subject.calibration.slice(0, begin, std::min(images, begin + kAtOnce)).contiguous();
        watch(graph.inputs[0], batch);
        GOETIA_ASSIGN(const auto outputs, evaluate(graph, {batch}, watch));
    }
    return {};
}

}  // namespace

Result<std::map<std::string, QuantRange>> calibrated(const DeliverySubject& subject, CalibrationMethod method) {
    const std::int64_t images = subject.calibration.size(0);
    std::map<std::string, SeenNumbers> seen;
    for (const std::string& name : values_to_calibrate(subject.graph)) seen[name];
    GOETIA_TRY(see_all(subject, images, seen, &SeenNumbers::widen));
    if (method != CalibrationMethod::kMinMax) GOETIA_TRY(see_all(subject, images, seen, &SeenNumbers::count));
    std::map<std::string, QuantRange> ranges;
    for (const auto& [name, numbers] : seen) ranges[name] = numbers.range(method);
    return ranges;
}

Result<std::vector<std::string>> by_sensitivity(const DeliverySubject& subject,
                                                const std::map<std::string, QuantRange>& ranges) {
    const at::Tensor few = subject.images.slice(0, 0, std::min<std::int64_t>(8, subject.images.size(0)));
    std::set<std::string> layers;
    for (const GraphNode& node : subject.graph.nodes) {
        if (node.op == GraphOp::kConv || node.op == GraphOp::kLinear)
            layers.insert(subject.graph.value(node.output).name);
    }
    GOETIA_ASSIGN(const auto wanted, evaluate(subject.graph, {few}));
    std::vector<std::pair<double, std::string>> found;
    for (const std::string& layer : layers) {
        QuantOrder order{.scheme = QuantScheme::kUnsigned, .exact = {}};
        for (const GraphNode& node : subject.graph.nodes) {
            const std::string& name = subject.graph.value(node.output).name;
            if (name != layer) order.exact.insert(name);
        }
        GOETIA_ASSIGN(const ModelGraph alone, quantised(subject.graph, ranges, order));
        GOETIA_ASSIGN(const auto outputs, evaluate(alone, {few}));
        OutputComparison comparison;
        for (std::size_t i = 0; i < outputs.size(); ++i)
            comparison.add(numbers_of(wanted[i].contiguous()), numbers_of(outputs[i].contiguous()));
        found.emplace_back(comparison.mean(), layer);
    }
    std::sort(found.rbegin(), found.rend());
    std::vector<std::string> names;
    for (const auto& [error, layer] : found) names.push_back(layer);
    return names;
}

}  // namespace goetia
