// The objects found in one image beside those that are there, compared as boxes or as masks.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "metrics/predictions.h"

namespace goetia {

enum class IouType { kBoxes, kMasks };

class ObjectPairs {
  public:
    ObjectPairs(IouType type, const std::vector<FoundObject>& found, const std::vector<Instance>& truth);

    // Masks cannot be compared when an object has none, or when they are of different sizes. All overlaps are 0 then.
    [[nodiscard]] bool comparable() const { return comparable_; }
    [[nodiscard]] double found_area(std::size_t found) const { return areas_[found]; }
    // Intersection over union; with a crowd the share of the found object that is inside.
    [[nodiscard]] double overlap(std::size_t found, std::size_t truth) const {
        return overlaps_[found * truths_ + truth];
    }

  private:
    void compare_boxes(const std::vector<FoundObject>& found, const std::vector<Instance>& truth);
    bool compare_masks(const std::vector<FoundObject>& found, const std::vector<Instance>& truth);

    std::size_t truths_;
    std::vector<double> areas_, overlaps_;
    bool comparable_ = true;
};

}  // namespace goetia
