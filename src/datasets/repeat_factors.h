// LVIS's repeat factors (Gupta, Dollar and Girshick, 2019, appendix): with f(c) the share of pictures that show class
// c, r(c) = max(1, sqrt(threshold / f(c))), and a picture's r is the greatest of its classes'.
#pragma once

#include <cstddef>
#include <vector>

#include "datasets/dataset.h"

namespace goetia {

std::vector<double> repeat_factors(const std::vector<Brief>& briefs, std::size_t classes, double threshold);

}  // namespace goetia
