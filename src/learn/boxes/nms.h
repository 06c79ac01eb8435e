// Non-maximum suppression: of boxes that overlap too much, the surest stays. Boxes are float [N, 4], scores float [N];
// what stays is given by its indices, surest first, and of equal scores the earlier one is the surer.
#pragma once

#include <ATen/core/Tensor.h>

namespace goetia {

// A box goes where it overlaps a surer one that stays by more than `iou`. Equals torchvision.ops.nms.
at::Tensor nms(const at::Tensor& boxes, const at::Tensor& scores, double iou);

// Only boxes of one group (int64 [N]) meet. Equals torchvision.ops.batched_nms to the rounding: few boxes are moved
// apart by group and suppressed at once, which rounds their coordinates; many are taken group by group.
at::Tensor batched_nms(const at::Tensor& boxes, const at::Tensor& scores, const at::Tensor& groups, double iou);

// Bodla et al. (2017): the score of a box falls with its overlap instead of the box going at once.
struct SoftNmsRule {
    bool gaussian = false;  // times exp(-iou^2 / sigma); else linear: times 1 - iou, where that is above `iou`
    double iou = 0.5;
    double sigma = 0.5;
    double least_score = 0.001;  // a box whose score falls below goes
};

struct Kept {
    at::Tensor indices;  // int64
    at::Tensor scores;   // of the boxes that stay, in the same order
};

Kept soft_nms(const at::Tensor& boxes, const at::Tensor& scores, const at::Tensor& groups, const SoftNmsRule& rule);

}  // namespace goetia
