#include "metrics/residuals.h"

#include <cmath>

namespace goetia {
namespace {

constexpr std::size_t kNumbers = 5;  // of one target's state

// Chan's formula: means and spreads of two parts to those of both, without the loss of digits of a sum of squares.
void add(Residuals& sums, const Residuals& more) {
    const double samples = sums.samples + more.samples;
    if (more.samples == 0) return;
    const double apart = more.truth_mean - sums.truth_mean;
    sums.truth_spread += more.truth_spread + apart * apart * sums.samples * more.samples / samples;
    sums.truth_mean += apart * more.samples / samples;
    sums.absolute += more.absolute;
    sums.squared += more.squared;
    sums.samples = samples;
}

}  // namespace

ResidualMetric::ResidualMetric(std::int64_t targets, std::string name, Better better)
    : targets_(static_cast<std::size_t>(targets)), name_(std::move(name)), better_(better) {}

void ResidualMetric::reset() { targets_.assign(targets_.size(), {}); }

void ResidualMetric::update(const Predictions& found, const Truth& truth) {
    const std::vector<double>& values = std::get<TargetValues>(found).values;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double apart = values[i] - truth.values[i];
        add(targets_[i % targets_.size()], {.samples = 1,
                                            .absolute = std::abs(apart),
                                            .squared = apart * apart,
                                            .truth_mean = truth.values[i],
                                            .truth_spread = 0});
    }
}

std::vector<double> ResidualMetric::state() const {
    std::vector<double> state;
    for (const Residuals& one : targets_)
        state.insert(state.end(), {one.samples, one.absolute, one.squared, one.truth_mean, one.truth_spread});
    return state;
}

void ResidualMetric::join(std::span<const std::vector<double>> ranks) {
    reset();
    for (const std::vector<double>& state : ranks) {
        for (std::size_t target = 0; target < targets_.size(); ++target) {
            const double* from = state.data() + target * kNumbers;
            add(targets_[target], {.samples = from[0],
                                   .absolute = from[1],
                                   .squared = from[2],
                                   .truth_mean = from[3],
                                   .truth_spread = from[4]});
        }
    }
}

std::vector<MetricValue> ResidualMetric::compute() const {
    double sum = 0;
    for (const Residuals& one : targets_) sum += one.samples > 0 ? value(one) : 0.0;
    return {{name_, sum / static_cast<double>(targets_.size()), better_}};
}

}  // namespace goetia
