// Repeat factors as in LVIS (Gupta, Dollar and Girshick, 2019, appendix): with f(c) the share of images that contain
// class c, r(c) = max(1, sqrt(threshold / f(c))); the factor of an image is the largest of its classes.
#pragma once

#include <cstddef>
#include <vector>

#include "datasets/dataset.h"

namespace goetia {

std::vector<double> repeat_factors(const std::vector<SampleInfo>& infos, std::size_t classes, double threshold);

}  // namespace goetia
