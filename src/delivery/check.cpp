#include "delivery/check.h"

#include <algorithm>
#include <unordered_map>

#include "base/clock.h"
#include "capture/evaluate.h"

namespace goetia {
namespace {

std::span<const float> numbers_of_rows(const at::Tensor& whole, std::int64_t begin, std::int64_t rows) {
    const std::int64_t each = whole.numel() / whole.size(0);
    return {whole.const_data_ptr<float>() + begin * each, static_cast<std::size_t>(rows * each)};
}

Status add_rows(const DeliverySubject& subject, ForeignSession& session, std::int64_t begin, std::int64_t rows,
                OutputComparison& comparison) {
    GOETIA_ASSIGN(const auto found, session.run(array_of(subject.images.slice(0, begin, begin + rows))));
    if (found.size() != subject.wanted.size())
        return failed("it gives {} outputs, the model {}", found.size(), subject.wanted.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        // Outputs may have several rows for each image.
        const at::Tensor wanted = subject.wanted[i].contiguous();
        const std::int64_t times = wanted.size(0) / subject.images.size(0);
        const std::span<const float> numbers = numbers_of_rows(wanted, begin * times, rows * times);
        if (numbers.size() != found[i].numbers.size())
            return failed("its output '{}' has {} numbers, the model's {}", session.output_names()[i],
                          found[i].numbers.size(), numbers.size());
        comparison.add(numbers, found[i].numbers);
    }
    return {};
}

}  // namespace

Result<OutputComparison> compared(const DeliverySubject& subject, ForeignSession& session) {
    constexpr std::int64_t kBatch = 3;
    OutputComparison comparison;
    const std::int64_t count = subject.images.size(0);
    std::int64_t begin = 0;
    for (; begin + kBatch <= count; begin += kBatch) GOETIA_TRY(add_rows(subject, session, begin, kBatch, comparison));
    GOETIA_TRY(add_rows(subject, session, 0, 1, comparison));
    for (; begin < count; ++begin) GOETIA_TRY(add_rows(subject, session, begin, 1, comparison));
    return comparison;
}

Result<Json> measured_speed(const DeliverySubject& subject, ForeignSession& session, int threads) {
    constexpr int kWarmUp = 3, kMost = 50;
    constexpr double kSeconds = 3;
    const FloatArray one = array_of(subject.images.slice(0, 0, 1));
    std::vector<double> times;
    const double begin = steady_seconds();
    for (int i = 0; i < kWarmUp + kMost && (i <= kWarmUp || steady_seconds() - begin < kSeconds); ++i) {
        const double before = steady_seconds();
        if (auto found = session.run(one); !found) return std::move(found).error();
        if (i >= kWarmUp) times.push_back(1000 * (steady_seconds() - before));
    }
    std::sort(times.begin(), times.end());
    const auto share = [&](double part) {
        return times[static_cast<std::size_t>(part * static_cast<double>(times.size() - 1))];
    };
    double sum = 0;
    for (const double time : times) sum += time;
    return Json{{"p50_ms", share(0.5)},
                {"p95_ms", share(0.95)},
                {"images_per_second", 1000 * static_cast<double>(times.size()) / sum},
                {"runs", times.size()},
                {"threads", threads}};
}

Result<Json> first_difference(const DeliverySubject& subject, const ModelGraph& graph, ForeignSession& session,
                              double tolerance) {
    const at::Tensor images = subject.images.slice(0, 0, 1);
    GOETIA_ASSIGN(const auto found, session.run(array_of(images)));
    std::unordered_map<std::string, const FloatArray*> by_name;
    for (std::size_t i = 0; i < found.size(); ++i) by_name[session.output_names()[i]] = &found[i];
    const auto makers = graph.makers();
    Json first;
    const auto watch = [&](ValueId id, const at::Tensor& computed) {
        const auto other = by_name.find(graph.value(id).name);
        if (!first.is_null() || other == by_name.end() || !computed.is_floating_point()) return;
        const FloatArray wanted = array_of(computed);
        OutputComparison comparison;
        const bool is_alike = wanted.numbers.size() == other->second->numbers.size();
        if (is_alike) comparison.add(wanted.numbers, other->second->numbers);
        if (is_alike && comparison.relative() <= tolerance) return;
        const GraphNode& node = graph.nodes[static_cast<std::size_t>(makers[static_cast<std::size_t>(id)])];
        first = {{"value", graph.value(id).name},
                 {"layer", node.layer},
                 {"operation", op_rule(node.op).name},
                 {"relative", is_alike ? Json(comparison.relative()) : Json("of another size")}};
    };
    GOETIA_ASSIGN(const auto outputs, evaluate(graph, {images}, watch));
    return first;
}

}  // namespace goetia
