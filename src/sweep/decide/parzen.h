// The density of an axis around the values of some trials, and a wide prior so that nothing is excluded.
#pragma once

#include <vector>

#include "base/random.h"
#include "sweep/decide/space.h"

namespace goetia {

class ParzenDensity {
  public:
    ParzenDensity(const SearchAxis& axis, const std::vector<double>& observed);

    [[nodiscard]] double draw(Random& random) const;  // a value of the axis
    [[nodiscard]] double log_density(double value) const;

  private:
    [[nodiscard]] double draw_scaled(const std::size_t kernel, Random& random) const;

    SearchAxis axis_;
    double low_ = 0, high_ = 0;             // scaled
    std::vector<double> weights_;           // of each value of a choice: how likely it is
    std::vector<double> centers_, widths_;  // of the kernels, all equally likely; cut off at the ends of the axis
};

}  // namespace goetia
