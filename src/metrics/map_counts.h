// How many pixels of each class were predicted to be of each: what the metrics of semantic segmentation are made of.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "imaging/image.h"

namespace goetia {

inline constexpr std::uint8_t kIgnoredPixel = 255;  // of the truth: counts for nothing

class MapCounts {
  public:
    explicit MapCounts(std::int64_t classes);

    // Pixels of the truth that are of no class are ignored; ones predicted to be of none are missed.
    void add(std::span<const std::uint8_t> found, std::span<const std::uint8_t> truth);
    void reset();
    [[nodiscard]] const std::vector<double>& state() const { return counts_; }
    void set_state(std::vector<double> state) { counts_ = std::move(state); }

    [[nodiscard]] std::int64_t classes() const { return classes_; }
    [[nodiscard]] double at(std::int64_t truth, std::int64_t found) const {
        return counts_[static_cast<std::size_t>(truth * (classes_ + 1) + found)];
    }
    // NaN where there is nothing to divide by: the class is neither there nor predicted, or for accuracy not there.
    [[nodiscard]] double iou(std::int64_t one) const;
    [[nodiscard]] double dice(std::int64_t one) const;
    [[nodiscard]] double accuracy(std::int64_t one) const;
    [[nodiscard]] double pixel_accuracy() const;  // of all classes together

  private:
    [[nodiscard]] double truths(std::int64_t one) const;
    [[nodiscard]] double predictions(std::int64_t one) const;

    std::int64_t classes_;
    std::vector<double> counts_;  // classes x (classes + 1), truth by prediction; the last column: of no class
};

// The values of a segmentation: the means leave out classes for which they are not defined.
struct MapScores {
    double mean_iou = 0, mean_accuracy = 0, pixel_accuracy = 0, dice = 0;
    std::vector<double> class_iou, class_accuracy, class_dice;
};
MapScores map_scores(const MapCounts& counts);

}  // namespace goetia
