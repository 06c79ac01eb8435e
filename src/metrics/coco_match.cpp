#include "metrics/coco_match.h"

#include <algorithm>
#include <numeric>

namespace goetia {
namespace {

bool is_outside(double area, const AreaRange& range) { return area < range.least || area > range.most; }

double threshold(std::size_t number) {
    // numpy.linspace(.5, .95, 10): the last one is exactly .95
    return number + 1 == kCocoThresholds ? 0.95 : 0.5 + static_cast<double>(number) * ((0.95 - 0.5) / 9);
}

// What matching needs of one area range: the truths that count come first, in their order.
struct Range {
    std::vector<std::size_t> order;
    std::vector<bool> ignored;  // by place in `order`
};

Range range_of(std::span<const CocoTruth> truths, const AreaRange& area) {
    Range range;
    const auto is_ignored = [&](const CocoTruth& one) {
        return one.crowd || one.ignored || is_outside(one.area, area);
    };
    for (const bool wanted : {false, true}) {
        for (std::size_t i = 0; i < truths.size(); ++i) {
            if (is_ignored(truths[i]) == wanted) range.order.push_back(i), range.ignored.push_back(wanted);
        }
    }
    return range;
}

}  // namespace

double coco_overlap(const std::array<double, 4>& found, const std::array<double, 4>& truth, bool crowd) {
    const double width = std::min(found[0] + found[2], truth[0] + truth[2]) - std::max(found[0], truth[0]);
    const double height = std::min(found[1] + found[3], truth[1] + truth[3]) - std::max(found[1], truth[1]);
    if (width <= 0 || height <= 0) return 0;
    const double inside = width * height, area = found[2] * found[3];
    return inside / (crowd ? area : area + truth[2] * truth[3] - inside);
}

MatchedImage match_coco(std::span<const double> scores, std::span<const double> areas,
                        std::span<const CocoTruth> truths, std::span<const double> overlaps) {
    std::vector<std::size_t> surest(scores.size());
    std::iota(surest.begin(), surest.end(), 0);
    std::stable_sort(surest.begin(), surest.end(), [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
    surest.resize(std::min(surest.size(), static_cast<std::size_t>(kCocoMost.back())));

    MatchedImage result;
    result.matched.resize(surest.size()), result.ignored.resize(surest.size());
    for (const std::size_t one : surest) result.scores.push_back(scores[one]);
    for (std::size_t a = 0; a < kCocoAreas.size(); ++a) {
        const Range range = range_of(truths, kCocoAreas[a]);
        result.truths[a] = std::count(range.ignored.begin(), range.ignored.end(), false);
        for (std::size_t t = 0; t < kCocoThresholds; ++t) {
            const std::uint64_t bit = std::uint64_t{1} << (a * kCocoThresholds + t);
            std::vector<bool> taken(truths.size());
            for (std::size_t found = 0; found < surest.size(); ++found) {
                const std::span<const double> row = overlaps.subspan(surest[found] * truths.size(), truths.size());
                double best = std::min(threshold(t), 1 - 1e-10);
                std::size_t match = truths.size();
                for (std::size_t place = 0; place < range.order.size(); ++place) {
                    const std::size_t truth = range.order[place];
                    if (taken[place] && !truths[truth].crowd) continue;
                    if (match < truths.size() && !range.ignored[match] && range.ignored[place]) break;
                    if (row[truth] < best) continue;
                    best = row[truth], match = place;
                }
                const bool is_found = match < truths.size();
                const bool counts = is_found && !truths[range.order[match]].has_id_0;
                if (is_found) taken[match] = true;
                if (counts) result.matched[found] |= bit;
                const bool ignored =
                    (is_found && range.ignored[match]) || (!counts && is_outside(areas[surest[found]], kCocoAreas[a]));
                if (ignored) result.ignored[found] |= bit;
            }
        }
    }
    return result;
}

}  // namespace goetia
