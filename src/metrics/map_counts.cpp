#include "metrics/map_counts.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/curves.h"

namespace goetia {
namespace {

double ratio_or_none(double part, double whole) {
    return whole > 0 ? part / whole : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

MapCounts::MapCounts(std::int64_t classes)
    : classes_(classes), counts_(static_cast<std::size_t>(classes * (classes + 1)), 0.0) {}

void MapCounts::reset() { std::fill(counts_.begin(), counts_.end(), 0.0); }

void MapCounts::add(std::span<const std::uint8_t> found, std::span<const std::uint8_t> truth) {
    const auto classes = static_cast<std::size_t>(classes_);
    std::vector<std::uint64_t> pairs(std::size_t{256} * 256);  // a table for all bytes needs no look at them
    for (std::size_t i = 0; i < truth.size(); ++i) ++pairs[std::size_t{truth[i]} * 256 + found[i]];
    for (std::size_t t = 0; t < std::min<std::size_t>(classes, kIgnoredPixel); ++t) {
        for (std::size_t f = 0; f < 256; ++f)
            counts_[t * (classes + 1) + std::min(f, classes)] += static_cast<double>(pairs[t * 256 + f]);
    }
}

double MapCounts::truths(std::int64_t one) const {
    double sum = 0;
    for (std::int64_t found = 0; found <= classes_; ++found) sum += at(one, found);
    return sum;
}

double MapCounts::predictions(std::int64_t one) const {
    double sum = 0;
    for (std::int64_t truth = 0; truth < classes_; ++truth) sum += at(truth, one);
    return sum;
}

double MapCounts::iou(std::int64_t one) const {
    return ratio_or_none(at(one, one), truths(one) + predictions(one) - at(one, one));
}

double MapCounts::dice(std::int64_t one) const {
    return ratio_or_none(2 * at(one, one), truths(one) + predictions(one));
}

double MapCounts::accuracy(std::int64_t one) const { return ratio_or_none(at(one, one), truths(one)); }

double MapCounts::pixel_accuracy() const {
    double hits = 0, all = 0;
    for (std::int64_t one = 0; one < classes_; ++one) hits += at(one, one), all += truths(one);
    return ratio_or_none(hits, all);
}

MapScores map_scores(const MapCounts& counts) {
    MapScores scores{
        .pixel_accuracy = counts.pixel_accuracy(), .class_iou = {}, .class_accuracy = {}, .class_dice = {}};
    for (std::int64_t one = 0; one < counts.classes(); ++one) {
        scores.class_iou.push_back(counts.iou(one));
        scores.class_accuracy.push_back(counts.accuracy(one));
        scores.class_dice.push_back(counts.dice(one));
    }
    scores.mean_iou = mean_of_defined(scores.class_iou);
    scores.mean_accuracy = mean_of_defined(scores.class_accuracy);
    scores.dice = mean_of_defined(scores.class_dice);
    return scores;
}

}  // namespace goetia
