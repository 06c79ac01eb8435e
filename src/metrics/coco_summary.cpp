#include "metrics/coco_summary.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace goetia {
namespace {

constexpr std::size_t kRecalls = 101;  // 0, 0.01 ... 1

// Of one class, one area range and so many objects an image.
struct Measured {
    bool any = false;                                                       // there is something to find
    std::array<double, kCocoThresholds> recall{};                           // the highest
    std::array<std::array<double, kRecalls>, kCocoThresholds> precision{};  // at each recall
};

struct Found {
    double score;
    std::uint64_t matched, ignored;
};

double recall_at(std::size_t number) { return number + 1 == kRecalls ? 1.0 : static_cast<double>(number) * 0.01; }

Measured measure(const std::vector<MatchedImage>& images, std::size_t area, std::int64_t most) {
    Measured measured;
    std::vector<Found> found;
    std::int64_t truths = 0;
    for (const MatchedImage& image : images) {
        truths += image.truths[area];
        const std::size_t count = std::min(image.scores.size(), static_cast<std::size_t>(most));
        for (std::size_t i = 0; i < count; ++i) found.push_back({image.scores[i], image.matched[i], image.ignored[i]});
    }
    if (truths == 0) return measured;
    measured.any = true;
    std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.score > b.score; });
    std::vector<double> recalls, precisions;
    for (std::size_t t = 0; t < kCocoThresholds; ++t) {
        const std::uint64_t bit = std::uint64_t{1} << (area * kCocoThresholds + t);
        recalls.clear(), precisions.clear();
        double hits = 0, alarms = 0;
        for (const Found& one : found) {
            if ((one.ignored & bit) == 0) (one.matched & bit) != 0 ? ++hits : ++alarms;
            recalls.push_back(hits / static_cast<double>(truths));
            precisions.push_back(hits / (alarms + hits + std::numeric_limits<double>::epsilon()));
        }
        measured.recall[t] = recalls.empty() ? 0 : recalls.back();
        for (std::size_t i = precisions.size(); i-- > 1;)
            precisions[i - 1] = std::max(precisions[i - 1], precisions[i]);
        for (std::size_t r = 0; r < kRecalls; ++r) {
            const auto at = std::lower_bound(recalls.begin(), recalls.end(), recall_at(r)) - recalls.begin();
            measured.precision[t][r] =
                at < static_cast<std::ptrdiff_t>(precisions.size()) ? precisions[static_cast<std::size_t>(at)] : 0;
        }
    }
    return measured;
}

// The mean over what is there; -1 where nothing is.
class Mean {
  public:
    void add(double value) { sum_ += value, ++count_; }
    [[nodiscard]] double value() const { return count_ > 0 ? sum_ / static_cast<double>(count_) : -1; }

  private:
    double sum_ = 0;
    std::int64_t count_ = 0;
};

void add_precision(Mean& mean, const Measured& one, std::size_t from, std::size_t to) {
    for (std::size_t t = from; one.any && t < to; ++t) {
        for (const double value : one.precision[t]) mean.add(value);
    }
}

void add_recall(Mean& mean, const Measured& one) {
    for (std::size_t t = 0; one.any && t < kCocoThresholds; ++t) mean.add(one.recall[t]);
}

}  // namespace

CocoSummary summarize_coco(std::span<const std::vector<MatchedImage>> classes) {
    std::array<Mean, 12> means;
    CocoSummary summary;
    for (const std::vector<MatchedImage>& images : classes) {
        std::array<Measured, kCocoAreas.size()> by_area;
        for (std::size_t area = 0; area < kCocoAreas.size(); ++area)
            by_area[area] = measure(images, area, kCocoMost.back());
        const Measured& all = by_area[0];
        add_precision(means[0], all, 0, kCocoThresholds);
        add_precision(means[1], all, 0, 1);
        add_precision(means[2], all, 5, 6);
        for (std::size_t area = 1; area < kCocoAreas.size(); ++area) {
            add_precision(means[2 + area], by_area[area], 0, kCocoThresholds);
            add_recall(means[8 + area], by_area[area]);
        }
        add_recall(means[6], measure(images, 0, kCocoMost[0]));
        add_recall(means[7], measure(images, 0, kCocoMost[1]));
        add_recall(means[8], all);
        Mean own;
        add_precision(own, all, 0, kCocoThresholds);
        summary.class_ap.push_back(own.value());
    }
    for (std::size_t i = 0; i < means.size(); ++i) summary.stats[i] = means[i].value();
    return summary;
}

}  // namespace goetia
