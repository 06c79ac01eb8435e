#include "metrics/curves.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace goetia {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Hits and false alarms when everything from a threshold up is called positive, from the highest threshold down.
struct Step {
    double threshold = 0, hits = 0, alarms = 0;
};

std::vector<Step> steps_of(const BinaryScores& samples) {
    std::vector<std::size_t> order(samples.scores.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return samples.scores[a] > samples.scores[b]; });
    std::vector<Step> steps;
    Step now;
    for (std::size_t i = 0; i < order.size(); ++i) {
        samples.is_positive[order[i]] ? ++now.hits : ++now.alarms;
        now.threshold = samples.scores[order[i]];
        if (i + 1 == order.size() || samples.scores[order[i + 1]] != samples.scores[order[i]]) steps.push_back(now);
    }
    return steps;
}

}  // namespace

BinaryScores one_against_rest(const ClassScores& found, std::span<const std::int64_t> labels, std::int64_t one) {
    BinaryScores samples;
    for (std::size_t row = 0; row < labels.size(); ++row) {
        const std::int64_t label = labels[row];
        const float score = found.scores[row * static_cast<std::size_t>(found.classes) + static_cast<std::size_t>(one)];
        if (label < 0 || label >= found.classes || std::isnan(score)) continue;
        samples.scores.push_back(score);
        samples.is_positive.push_back(label == one);
    }
    return samples;
}

PrCurve pr_curve(const BinaryScores& samples) {
    PrCurve curve;
    std::vector<Step> steps = steps_of(samples);
    const double positives = steps.empty() ? 0 : steps.back().hits;
    if (positives == 0) return curve.average_precision = kNaN, curve;
    double recall_before = 0;
    for (const Step& step : steps) {
        const double recall = step.hits / positives, precision = step.hits / (step.hits + step.alarms);
        curve.average_precision += (recall - recall_before) * precision;
        recall_before = recall;
    }
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
        curve.recall.push_back(step->hits / positives);
        curve.precision.push_back(step->hits / (step->hits + step->alarms));
        curve.thresholds.push_back(step->threshold);
    }
    curve.recall.push_back(0), curve.precision.push_back(1);
    return curve;
}

RocCurve roc_curve(const BinaryScores& samples) {
    RocCurve curve;
    const std::vector<Step> steps = steps_of(samples);
    const double positives = steps.empty() ? 0 : steps.back().hits, negatives = steps.empty() ? 0 : steps.back().alarms;
    if (positives == 0 || negatives == 0) return curve.auc = kNaN, curve;
    curve.false_positive_rate = {0}, curve.true_positive_rate = {0},
    curve.thresholds = {std::numeric_limits<double>::infinity()};
    for (const Step& step : steps) {
        const double x = step.alarms / negatives, y = step.hits / positives;
        curve.auc += (x - curve.false_positive_rate.back()) * (y + curve.true_positive_rate.back()) / 2;
        curve.false_positive_rate.push_back(x), curve.true_positive_rate.push_back(y),
            curve.thresholds.push_back(step.threshold);
    }
    return curve;
}

double mean_of_defined(std::span<const double> values) {
    double sum = 0, count = 0;
    for (const double value : values) {
        if (!std::isnan(value)) sum += value, count += 1;
    }
    return count > 0 ? sum / count : kNaN;
}

}  // namespace goetia
