#include "metrics/voc_match.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace goetia {

void match_voc(const CocoImage& image, double least_overlap, Matched& into) {
    const std::size_t truths = image.truths.size();
    std::vector<std::size_t> order(image.scores.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return is_surer(image.scores[a], image.scores[b]); });
    std::vector<bool> taken(truths);
    for (std::size_t place = 0; place < order.size(); ++place) {
        MatchedObject object{.score = image.scores[order[place]], .place = static_cast<std::int64_t>(place)};
        const auto row = image.overlaps.begin() + static_cast<std::ptrdiff_t>(order[place] * truths);
        const auto best = std::max_element(row, row + static_cast<std::ptrdiff_t>(truths));
        const auto match = static_cast<std::size_t>(best - row);
        if (match < truths && *best >= least_overlap) {
            object.ignored = image.truths[match].ignored ? 1 : 0;
            object.matched = !image.truths[match].ignored && !taken[match] ? 1 : 0;
            taken[match] = true;
        }
        into.objects.push_back(object);
    }
    into.truths[0] +=
        std::count_if(image.truths.begin(), image.truths.end(), [](const CocoTruth& one) { return !one.ignored; });
}

VocCurve voc_curve(const Matched& matched) {
    VocCurve curve;
    if (matched.truths[0] == 0) return curve;
    double hits = 0, alarms = 0;
    for (const std::uint32_t at : surest_first(matched.objects)) {
        const MatchedObject& one = matched.objects[at];
        if (one.ignored != 0) continue;
        one.matched != 0 ? ++hits : ++alarms;
        curve.recall.push_back(hits / static_cast<double>(matched.truths[0]));
        curve.precision.push_back(hits / (hits + alarms));
    }
    return curve;
}

double voc_average_precision(const Matched& matched, VocYear year) {
    if (matched.truths[0] == 0) return std::numeric_limits<double>::quiet_NaN();
    VocCurve curve = voc_curve(matched);
    for (std::size_t i = curve.precision.size(); i-- > 1;)
        curve.precision[i - 1] = std::max(curve.precision[i - 1], curve.precision[i]);
    double sum = 0;
    if (year == VocYear::k2010) {
        double before = 0;
        for (std::size_t i = 0; i < curve.recall.size(); ++i) {
            sum += (curve.recall[i] - before) * curve.precision[i];
            before = curve.recall[i];
        }
        return sum;
    }
    for (int i = 0; i <= 10; ++i) {  // as the development kit counts: 3 * 0.1 is more than 0.3
        const auto at = std::lower_bound(curve.recall.begin(), curve.recall.end(), i * 0.1) - curve.recall.begin();
        if (at < static_cast<std::ptrdiff_t>(curve.precision.size()))
            sum += curve.precision[static_cast<std::size_t>(at)];
    }
    return sum / 11;
}

}  // namespace goetia
