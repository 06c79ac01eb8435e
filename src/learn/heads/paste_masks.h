// Small masks of objects, drawn at their place in the image.
#pragma once

#include "learn/tensor.h"

namespace goetia {

// masks [objects, m, m] (shares from 0 to 1), each drawn in its box of boxes [objects, 4] -> [objects, height, width],
// zero elsewhere. A mask's outermost pixels fade to zero within one of its pixels, and places are whole pixels, as in
// torchvision's paste_masks_in_image.
torch::Tensor paste_masks(const torch::Tensor& masks, const torch::Tensor& boxes, std::int64_t height,
                          std::int64_t width);

}  // namespace goetia
