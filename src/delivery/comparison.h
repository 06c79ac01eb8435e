// How far what a runtime computes is from what the model computes.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/json_fwd.h"

namespace goetia {

// Grows with every pair of arrays that is added.
class OutputComparison {
  public:
    void add(std::span<const float> wanted, std::span<const float> found);  // as many of both

    [[nodiscard]] double max() const { return max_; }
    [[nodiscard]] double mean() const { return count_ > 0 ? sum_ / count_ : 0; }
    [[nodiscard]] double cosine() const;
    // The largest difference as a share of the range of what is wanted; of a single number, of its size. Infinite where
    // one is not a number and the other is.
    [[nodiscard]] double relative() const;
    [[nodiscard]] Json json() const;  // {"max", "mean", "cosine", "relative"}

  private:
    double max_ = 0, sum_ = 0, count_ = 0, dot_ = 0, wanted_ = 0, found_ = 0;
    double least_ = 0, most_ = 0;
};

}  // namespace goetia
