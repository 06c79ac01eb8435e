#include "metrics/coco_match.h"

#include <algorithm>
#include <numeric>

namespace goetia {
namespace {

constexpr std::uint64_t kEveryThreshold = (std::uint64_t{1} << kCocoThresholds) - 1;

bool is_outside(double area, const AreaRange& range) { return area < range.least || area > range.most; }

// The overlap that a threshold asks for: numpy.linspace(.5, .95, 10), whose last one is exactly .95.
constexpr std::array<double, kCocoThresholds> kLeastOverlap = [] {
    std::array<double, kCocoThresholds> least{};
    for (std::size_t t = 0; t < kCocoThresholds; ++t)
        least[t] = t + 1 == kCocoThresholds ? 0.95 : 0.5 + static_cast<double>(t) * ((0.95 - 0.5) / 9);
    return least;
}();

// The bits of all area ranges that `is_in` names.
template <class IsIn>
std::uint64_t bits_of_areas(IsIn is_in) {
    std::uint64_t bits = 0;
    for (std::size_t area = 0; area < kCocoAreas.size(); ++area) {
        if (is_in(kCocoAreas[area])) bits |= kEveryThreshold << (area * kCocoThresholds);
    }
    return bits;
}

}  // namespace

double coco_overlap(const std::array<double, 4>& found, const std::array<double, 4>& truth, bool crowd) {
    const double width = std::min(found[0] + found[2], truth[0] + truth[2]) - std::max(found[0], truth[0]);
    const double height = std::min(found[1] + found[3], truth[1] + truth[3]) - std::max(found[1], truth[1]);
    if (width <= 0 || height <= 0) return 0;
    const double inside = width * height, area = found[2] * found[3];
    return inside / (crowd ? area : area + truth[2] * truth[3] - inside);
}

void CocoMatcher::sort_by_score(const CocoImage& image) {
    surest_.resize(image.scores.size());
    std::iota(surest_.begin(), surest_.end(), 0);
    std::stable_sort(surest_.begin(), surest_.end(),
                     [&](std::size_t a, std::size_t b) { return is_surer(image.scores[a], image.scores[b]); });
    surest_.resize(std::min(surest_.size(), static_cast<std::size_t>(kCocoMost.back())));
}

void CocoMatcher::find_candidates(const CocoImage& image, std::size_t found) {
    candidates_.clear();
    most_overlap_ = 0;
    const double* const row = image.overlaps.data() + found * image.truths.size();
    for (std::size_t truth = 0; truth < image.truths.size(); ++truth) {
        if (!(row[truth] >= kLeastOverlap[0])) continue;
        candidates_.push_back(truth);
        most_overlap_ = std::max(most_overlap_, row[truth]);
    }
}

// The highest overlap, of equal ones the later truth; a truth that counts comes before any that is ignored.
std::size_t CocoMatcher::best_match(const CocoImage& image, std::size_t found, std::size_t area,
                                    std::size_t threshold) const {
    const std::uint64_t bit = coco_bit(area, threshold);
    const double* const row = image.overlaps.data() + found * image.truths.size();
    std::size_t match = image.truths.size();
    for (const std::uint64_t wanted : {std::uint64_t{0}, bit}) {
        double best = std::min(kLeastOverlap[threshold], 1 - 1e-10);
        for (const std::size_t truth : candidates_) {
            if ((ignored_[truth] & bit) != wanted || row[truth] < best) continue;
            if ((taken_[truth] & bit) != 0 && !image.truths[truth].crowd) continue;
            best = row[truth], match = truth;
        }
        if (match < image.truths.size()) break;
    }
    return match;
}

void CocoMatcher::match_one(const CocoImage& image, std::size_t found, MatchedObject& object) {
    for (std::size_t area = 0; area < kCocoAreas.size(); ++area) {
        for (std::size_t t = 0; t < kCocoThresholds && most_overlap_ >= std::min(kLeastOverlap[t], 1 - 1e-10); ++t) {
            const std::size_t match = best_match(image, found, area, t);
            if (match == image.truths.size()) continue;
            const std::uint64_t bit = coco_bit(area, t);
            taken_[match] |= bit;
            if (!image.truths[match].has_id_0) object.matched |= bit;
            object.ignored |= ignored_[match] & bit;
        }
    }
}

void CocoMatcher::match(const CocoImage& image, Matched& into) {
    sort_by_score(image);
    taken_.assign(image.truths.size(), 0);
    ignored_.clear();
    for (const CocoTruth& truth : image.truths) {
        const bool never_counts = truth.crowd || truth.ignored;
        ignored_.push_back(
            bits_of_areas([&](const AreaRange& range) { return never_counts || is_outside(truth.area, range); }));
        for (std::size_t area = 0; area < kCocoAreas.size(); ++area)
            into.truths[area] += (ignored_.back() & coco_bit(area, 0)) == 0 ? 1 : 0;
    }
    for (std::size_t place = 0; place < surest_.size(); ++place) {
        const std::size_t found = surest_[place];
        MatchedObject object{.score = image.scores[found], .place = static_cast<std::int64_t>(place)};
        find_candidates(image, found);
        if (!candidates_.empty()) match_one(image, found, object);
        const double size = image.areas[found];
        object.ignored |=
            ~object.matched & bits_of_areas([size](const AreaRange& range) { return is_outside(size, range); });
        into.objects.push_back(object);
    }
}

}  // namespace goetia
