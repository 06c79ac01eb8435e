#include "learn/loop/best_metric.h"

#include <algorithm>

#include "experiment/summary.h"

namespace goetia {
namespace {

std::string usual_metric(const TaskKit& kit, const std::vector<MeasuredMetric>& measured) {
    std::string usual = "val/" + kit.best_metric;
    if (measured.empty() || std::ranges::count(measured, usual, &MeasuredMetric::name) > 0) return usual;
    return measured[measured.size() > 1 ? 1 : 0].name;  // the first is the loss
}

}  // namespace

MeasuredMetric best_metric(const TrainSettings::Checkpoints& asked, const TaskKit& kit,
                           const std::vector<MeasuredMetric>& measured) {
    MeasuredMetric best{.name = asked.best_metric == "auto" ? usual_metric(kit, measured) : asked.best_metric};
    const auto found = std::ranges::find(measured, best.name, &MeasuredMetric::name);
    if (asked.best_mode) best.better = *asked.best_mode;
    else if (found != measured.end()) best.better = found->better;
    else best.better = lower_is_better(best.name) ? Better::kLower : Better::kHigher;
    return best;
}

}  // namespace goetia
