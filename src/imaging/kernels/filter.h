// Filters over a pixel's neighbourhood.
#pragma once

#include <vector>

#include "imaging/image.h"

namespace goetia {

// Weights of a Gaussian at `size` (odd) places about the middle; they add up to one.
std::vector<float> gaussian_weights(int size, double sigma);

// One row of numbers after another, both ways, mirrored at the edges.
void blur(std::vector<float>& values, int width, int height, const std::vector<float>& weights);

void blur(Image& image, int kernel_size, double sigma);

// Contrast limited adaptive histogram equalisation of the brightness (Zuiderveld); the colours keep their hue.
// `clip_limit` 0: no limit.
void even_out(Image& image, double clip_limit, int tiles_down, int tiles_across);

}  // namespace goetia
