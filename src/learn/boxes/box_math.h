// Boxes as tensors [..., 4] of x1, y1, x2, y2 in pixels: areas, borders, and how much two of them overlap.
#pragma once

#include <ATen/core/Tensor.h>

#include "imaging/annotation.h"

namespace goetia {

at::Tensor box_areas(const at::Tensor& boxes);
at::Tensor box_centers(const at::Tensor& boxes);  // [..., 2]: x, y

at::Tensor clip_boxes(const at::Tensor& boxes, const Box& within);
// The indices of those of [N, 4] whose both sides are at least so long.
at::Tensor boxes_at_least(const at::Tensor& boxes, double side);

// Intersection over union of every box of [N, 4] with every box of [M, 4]: [N, M].
at::Tensor pairwise_iou(const at::Tensor& boxes, const at::Tensor& others);

// IoU and what was made of it: less for boxes that lie apart (GIoU: by the box around both, Rezatofighi et al. 2019;
// DIoU: by the distance of their centres, CIoU: by that and the aspect ratio, Zheng et al. 2020).
enum class Overlap { kIoU, kGIoU, kDIoU, kCIoU };

// Of boxes side by side; their shapes broadcast. Differentiable, and finite also for boxes without area.
at::Tensor box_overlap(Overlap kind, const at::Tensor& boxes, const at::Tensor& others, double eps = 1e-7);

}  // namespace goetia
