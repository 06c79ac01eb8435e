// RoIAlign (He et al., 2017): the part of a feature map below a box, as a grid of a fixed size.
//
// A box is divided into size x size bins, and each bin is the mean of sampling points within it, every point read by
// bilinear interpolation. Values and gradients are torchvision's; gradients reach the maps, not the boxes.
#pragma once

#include <vector>

#include "learn/tensor.h"

namespace goetia {

struct RoiGrid {
    std::int64_t size = 7;             // bins per side
    std::int64_t sampling_ratio = -1;  // points per side of a bin; not positive: as many as the bin has pixels
    bool aligned = false;              // a pixel's centre is at +0.5 in the map; false: at 0, as in the first version
};

// Each row [image, x1, y1, x2, y2], float [K, 5]: the boxes [., 4] of all images, one image after the other.
torch::Tensor rois_of(const std::vector<torch::Tensor>& boxes);

// maps [N, C, H, W] -> [K, C, size, size]. `scale` leads from the boxes' pixels to the map's: 1/16.
torch::Tensor roi_align(const torch::Tensor& maps, const torch::Tensor& rois, double scale, const RoiGrid& grid);

// Where in a pyramid of maps a box is read: the larger, the coarser (Lin et al., 2017).
struct PyramidLevels {
    double canonical_scale = 224;  // the side of a square box ...
    double canonical_level = 4;    // ... that is read from the map of stride 2^canonical_level
};

// All boxes from the maps of one batch of images that are `image_height` pixels high; neighbouring maps differ by a
// power of two. The grid needs a sampling ratio.
torch::Tensor pyramid_roi_align(const std::vector<torch::Tensor>& maps, const torch::Tensor& rois,
                                std::int64_t image_height, const RoiGrid& grid, const PyramidLevels& levels = {});

// The level of each box [K, 4]: int64 [K], 0 the map of stride 2^first.
torch::Tensor pyramid_level_of(const torch::Tensor& boxes, std::int64_t first, std::int64_t last,
                               const PyramidLevels& levels);

}  // namespace goetia
