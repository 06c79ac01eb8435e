// Filters over a pixel's neighbourhood.
#pragma once

#include <vector>

#include "imaging/image.h"

namespace goetia {

// `size` (odd) weights of a centred Gaussian; they add up to one.
std::vector<float> gaussian_weights(int size, double sigma);

// Blurs row-major values in both directions, mirrored at the edges.
void blur(std::vector<float>& values, int width, int height, const std::vector<float>& weights);

void blur(Image& image, int kernel_size, double sigma);

// CLAHE: contrast limited adaptive histogram equalisation of the brightness (Zuiderveld). The hue is kept.
// `clip_limit` 0: no limit.
void equalize_adaptively(Image& image, double clip_limit, int tiles_down, int tiles_across);

}  // namespace goetia
