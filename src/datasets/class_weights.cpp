#include "datasets/class_weights.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "datasets/dataset.h"

namespace goetia {
namespace {

constexpr std::array<std::string_view, 3> kNames{"inverse", "effective", "median"};

double median_of(std::vector<std::int64_t> counts) {
    std::erase(counts, 0);
    std::ranges::sort(counts);
    const std::size_t half = counts.size() / 2;
    if (counts.size() % 2 == 1) return static_cast<double>(counts[half]);
    return (static_cast<double>(counts[half - 1]) + static_cast<double>(counts[half])) / 2;
}

// 1 - b^n, computed without cancellation for b close to 1.
double effective_number(double beta, double count) { return -std::expm1(count * std::log(beta)) / (1 - beta); }

}  // namespace

std::string_view weighting_name(Weighting weighting) { return kNames.at(static_cast<std::size_t>(weighting)); }

std::optional<Weighting> weighting_from_name(std::string_view name) {
    const auto found = std::ranges::find(kNames, name);
    if (found == kNames.end()) return std::nullopt;
    return static_cast<Weighting>(found - kNames.begin());
}

std::vector<double> class_weights(const std::vector<std::int64_t>& counts, Weighting weighting, double beta) {
    std::vector<double> weights(counts.size(), 0);
    const auto classes = static_cast<double>(counts.size() - static_cast<std::size_t>(std::ranges::count(counts, 0)));
    if (classes == 0) return weights;
    const auto all = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}));
    const double median = median_of(counts);
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const auto count = static_cast<double>(counts[i]);
        if (counts[i] == 0) continue;
        switch (weighting) {
            case Weighting::kInverse: weights[i] = all / (classes * count); break;
            case Weighting::kEffective: weights[i] = 1 / effective_number(beta, count); break;
            case Weighting::kMedian: weights[i] = median / count; break;
        }
    }
    if (weighting == Weighting::kEffective) {
        const double scale = classes / std::accumulate(weights.begin(), weights.end(), 0.0);
        for (double& weight : weights) weight *= scale;
    }
    return weights;
}

std::vector<double> focal_alpha(const std::vector<std::int64_t>& counts) {
    std::vector<double> alpha(counts.size(), 0);
    const std::int64_t most = counts.empty() ? 0 : *std::ranges::max_element(counts);
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] > 0) alpha[i] = static_cast<double>(most) / static_cast<double>(counts[i]);
    }
    return alpha;
}

Result<std::vector<std::int64_t>> class_counts(const Dataset& dataset) {
    std::vector<std::int64_t> counts(dataset.classes().size(), 0);
    const auto count = [&](std::int64_t label) {
        if (label >= 0 && label < static_cast<std::int64_t>(counts.size())) ++counts[static_cast<std::size_t>(label)];
    };
    for (std::int64_t i = 0; i < dataset.size(); ++i) {
        GOETIA_ASSIGN(const Sample sample, dataset.sample(i));
        count(sample.label);
        for (const Instance& one : sample.instances) count(one.label);
    }
    return counts;
}

}  // namespace goetia
