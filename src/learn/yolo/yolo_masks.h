// The masks of YOLOv8-seg: each a mixture of prototypes that all objects of an image share.
#pragma once

#include <memory>

#include "learn/yolo/yolo_towers.h"

namespace goetia {

// From the finest map to prototypes of twice its size.
class YoloPrototypes final : public Module {
  public:
    YoloPrototypes(std::int64_t in, std::int64_t hidden, std::int64_t count, const NormFactory& norms);
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& maps) const;

  private:
    std::shared_ptr<YoloConv> cv1_, cv2_, cv3_;
    torch::Tensor weight_, bias_;  // of the transposed convolution that doubles the size
};

// Of one row: `prototypes` [count, height, width], `coefficients` [objects, count], boxes [objects, 4] in the pixels of
// a row of this size.

// The masks at the row's size, shares from 0 to 1, cut at the boxes: [objects, height, width] of the row.
torch::Tensor masks_of(const torch::Tensor& prototypes, const torch::Tensor& coefficients, const torch::Tensor& boxes,
                       const Frame& frame);

// For each object: the binary cross entropy with its true mask (uint8 [objects, height, width] of the row), summed over
// the prototypes' places in its box and divided by the box's area in such places.
torch::Tensor mask_losses(const torch::Tensor& prototypes, const torch::Tensor& coefficients,
                          const torch::Tensor& boxes, const torch::Tensor& truth);

}  // namespace goetia
