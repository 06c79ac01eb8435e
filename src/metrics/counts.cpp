#include "metrics/counts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace goetia {

ClassCounts::ClassCounts(std::int64_t classes)
    : classes_(classes), counts_(static_cast<std::size_t>(classes * classes), 0.0) {}

void ClassCounts::update(const ClassScores& found, std::span<const std::int64_t> labels) {
    const auto width = static_cast<std::size_t>(found.classes);
    for (std::size_t row = 0; row < labels.size(); ++row) {
        const std::int64_t truth = labels[row];
        if (truth < 0 || truth >= classes_) continue;
        const auto scores = std::span(found.scores).subspan(row * width, width);
        const auto no_number =
            std::find_if(scores.begin(), scores.end(), [](float score) { return std::isnan(score); });
        const auto predicted =
            (no_number != scores.end() ? no_number : std::max_element(scores.begin(), scores.end())) - scores.begin();
        counts_[static_cast<std::size_t>(truth * classes_ + predicted)] += 1.0;
    }
}

void ClassCounts::reset() { std::fill(counts_.begin(), counts_.end(), 0.0); }

double ClassCounts::truths(std::int64_t one) const {
    double sum = 0;
    for (std::int64_t predicted = 0; predicted < classes_; ++predicted) sum += at(one, predicted);
    return sum;
}

double ClassCounts::predictions(std::int64_t one) const {
    double sum = 0;
    for (std::int64_t truth = 0; truth < classes_; ++truth) sum += at(truth, one);
    return sum;
}

double ClassCounts::cohen_kappa() const {
    const double all = total();
    double agreed = 0, by_chance = 0;
    for (std::int64_t one = 0; one < classes_; ++one) agreed += hits(one), by_chance += truths(one) * predictions(one);
    const double left = all * all - by_chance;
    return left > 0 ? (agreed * all - by_chance) / left : std::numeric_limits<double>::quiet_NaN();
}

double ClassCounts::matthews() const {
    const double all = total();
    double agreed = 0, both = 0, truth = all * all, predicted = all * all;
    for (std::int64_t one = 0; one < classes_; ++one) {
        agreed += hits(one), both += truths(one) * predictions(one);
        truth -= truths(one) * truths(one), predicted -= predictions(one) * predictions(one);
    }
    const double spread = std::sqrt(truth) * std::sqrt(predicted);
    return spread > 0 ? (agreed * all - both) / spread : std::numeric_limits<double>::quiet_NaN();
}

double ClassCounts::total() const { return std::accumulate(counts_.begin(), counts_.end(), 0.0); }

}  // namespace goetia
