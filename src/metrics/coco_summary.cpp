#include "metrics/coco_summary.h"

#include <algorithm>
#include <limits>

namespace goetia {
namespace {

using Precisions = std::array<double, kCocoRecalls>;

// Precision and recall of one class, one area range and one threshold.
struct Measured {
    double recall = 0;  // the highest
    Precisions precision{};
};

// Precision falls between two hits and recall only rises with one, so both are only looked at there.
class Measurer {
  public:
    explicit Measurer(const Matched& matched) : matched_(matched), order_(surest_first(matched.objects)) {}

    Measured measure(std::size_t area, std::size_t threshold) {
        const std::uint64_t bit = coco_bit(area, threshold);
        const auto truths = static_cast<double>(matched_.truths[area]);
        precisions_.clear();
        double hits = 0, alarms = 0;
        for (const std::uint32_t at : order_) {
            const MatchedObject& one = matched_.objects[at];
            if ((one.ignored & bit) != 0) continue;
            if ((one.matched & bit) == 0) {
                ++alarms;
                continue;
            }
            ++hits;
            precisions_.push_back(hits / (alarms + hits + std::numeric_limits<double>::epsilon()));
        }
        for (std::size_t i = precisions_.size(); i-- > 1;)
            precisions_[i - 1] = std::max(precisions_[i - 1], precisions_[i]);
        Measured measured{.recall = hits / truths, .precision = {}};
        std::size_t hit = 0;
        for (std::size_t r = 0; r < kCocoRecalls; ++r) {
            while (hit < precisions_.size() && static_cast<double>(hit + 1) / truths < coco_recall(r)) ++hit;
            if (hit == precisions_.size()) break;
            measured.precision[r] = precisions_[hit];
        }
        return measured;
    }

    // The highest recall when only the surest `most` objects of an image count.
    [[nodiscard]] double recall(std::size_t threshold, std::int64_t most) const {
        const std::uint64_t bit = coco_bit(0, threshold);
        std::int64_t hits = 0;
        for (const MatchedObject& one : matched_.objects)
            hits += one.place < most && (one.matched & ~one.ignored & bit) != 0 ? 1 : 0;
        return static_cast<double>(hits) / static_cast<double>(matched_.truths[0]);
    }

  private:
    const Matched& matched_;
    std::vector<std::uint32_t> order_;
    std::vector<double> precisions_;  // after each hit
};

// The mean over what is there; -1 where nothing is.
class Mean {
  public:
    void add(double value) { sum_ += value, ++count_; }
    void add(const Precisions& values) {
        for (const double value : values) add(value);
    }
    [[nodiscard]] double value() const { return count_ > 0 ? sum_ / static_cast<double>(count_) : -1; }

  private:
    double sum_ = 0;
    std::int64_t count_ = 0;
};

// Adds one class to the means of the twelve numbers; its AP.
double add_class(const Matched& matched, std::array<Mean, 12>& means) {
    Mean own;
    Measurer measurer(matched);
    for (std::size_t t = 0; t < kCocoThresholds && matched.truths[0] > 0; ++t) {
        const Measured all = measurer.measure(0, t);
        means[0].add(all.precision), own.add(all.precision);
        if (t == 0) means[1].add(all.precision);
        if (t == 5) means[2].add(all.precision);
        means[6].add(measurer.recall(t, kCocoMost[0]));
        means[7].add(measurer.recall(t, kCocoMost[1]));
        means[8].add(all.recall);
    }
    for (std::size_t area = 1; area < kCocoAreas.size(); ++area) {
        for (std::size_t t = 0; t < kCocoThresholds && matched.truths[area] > 0; ++t) {
            const Measured measured = measurer.measure(area, t);
            means[2 + area].add(measured.precision);
            means[8 + area].add(measured.recall);
        }
    }
    return own.value();
}

}  // namespace

double coco_recall(std::size_t number) { return number + 1 == kCocoRecalls ? 1.0 : static_cast<double>(number) * 0.01; }

CocoSummary summarize_coco(std::span<const Matched> classes) {
    std::array<Mean, 12> means;
    CocoSummary summary;
    for (const Matched& matched : classes) summary.class_ap.push_back(add_class(matched, means));
    for (std::size_t i = 0; i < means.size(); ++i) summary.stats[i] = means[i].value();
    return summary;
}

std::vector<double> coco_precisions(const Matched& matched) {
    if (matched.truths[0] == 0) return {};
    const Precisions precision = Measurer(matched).measure(0, 0).precision;
    return {precision.begin(), precision.end()};
}

}  // namespace goetia
