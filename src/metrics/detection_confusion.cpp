#include "metrics/detection_confusion.h"

#include <algorithm>
#include <numeric>

#include "metrics/matched.h"

namespace goetia {
namespace {

constexpr double kLeastMatrixOverlap = 0.5;

bool counts_for_nothing(const Instance& truth) { return truth.crowd || truth.difficult; }

}  // namespace

DetectionConfusion::DetectionConfusion(std::int64_t classes, double least_score)
    : classes_(classes),
      least_score_(least_score),
      counts_(static_cast<std::size_t>((classes + 1) * (classes + 1)), 0.0) {}

void DetectionConfusion::add(const std::vector<FoundObject>& found, const std::vector<Instance>& truth,
                             const ObjectPairs& pairs) {
    const auto is_class = [this](std::int64_t label) { return label >= 0 && label < classes_; };
    std::vector<std::size_t> order(found.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return is_surer(found[a].score, found[b].score); });
    std::vector<bool> taken(truth.size());
    for (const std::size_t one : order) {
        if (!(found[one].score >= least_score_) || !is_class(found[one].label)) continue;
        std::size_t match = truth.size();
        bool is_ignored = false;
        double best = kLeastMatrixOverlap;
        for (std::size_t other = 0; other < truth.size(); ++other) {
            const double overlap = pairs.overlap(one, other);
            if (taken[other] || !is_class(truth[other].label) || overlap < kLeastMatrixOverlap) continue;
            if (counts_for_nothing(truth[other])) is_ignored = true;
            else if (match == truth.size() || overlap > best) best = overlap, match = other;
        }
        if (match < truth.size()) taken[match] = true, ++at(truth[match].label, found[one].label);
        else if (!is_ignored) ++at(classes_, found[one].label);
    }
    for (std::size_t other = 0; other < truth.size(); ++other) {
        if (!taken[other] && is_class(truth[other].label) && !counts_for_nothing(truth[other]))
            ++at(truth[other].label, classes_);
    }
}

MatrixDrawing DetectionConfusion::drawing() const {
    MatrixDrawing drawn;
    const auto width = static_cast<std::ptrdiff_t>(classes_ + 1);
    for (auto row = counts_.begin(); row != counts_.end(); row += width) drawn.counts.emplace_back(row, row + width);
    return drawn;
}

}  // namespace goetia
