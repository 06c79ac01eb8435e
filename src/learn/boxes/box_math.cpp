#include "learn/boxes/box_math.h"

#include <cmath>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/atan.h>
#include <ATen/ops/max.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/stack.h>

#include "learn/tensor.h"

namespace goetia {
namespace {

struct Edges {
    explicit Edges(const at::Tensor& boxes)
        : x1(boxes.select(-1, 0)), y1(boxes.select(-1, 1)), x2(boxes.select(-1, 2)), y2(boxes.select(-1, 3)) {}

    [[nodiscard]] at::Tensor width() const { return x2 - x1; }
    [[nodiscard]] at::Tensor height() const { return y2 - y1; }
    [[nodiscard]] at::Tensor area() const { return width() * height(); }

    at::Tensor x1, y1, x2, y2;
};

// relu and not clamp: where two boxes only touch, its gradient is 0.
at::Tensor intersection(const Edges& a, const Edges& b) {
    return at::relu(at::minimum(a.x2, b.x2) - at::maximum(a.x1, b.x1)) *
           at::relu(at::minimum(a.y2, b.y2) - at::maximum(a.y1, b.y1));
}

// How far apart the centres are, as a share of the diagonal of the box around both; squared.
at::Tensor distance_share(const Edges& a, const Edges& b, const at::Tensor& width, const at::Tensor& height,
                          double eps) {
    const at::Tensor right = (a.x1 + a.x2) / 2 - (b.x1 + b.x2) / 2, down = (a.y1 + a.y2) / 2 - (b.y1 + b.y2) / 2;
    return (right.square() + down.square()) / (width.square() + height.square() + eps);
}

at::Tensor aspect_difference(const Edges& a, const Edges& b, double eps) {
    const at::Tensor angle = at::atan(b.width() / (b.height() + eps)) - at::atan(a.width() / (a.height() + eps));
    return angle.square() * (4 / (M_PI * M_PI));
}

}  // namespace

at::Tensor box_areas(const at::Tensor& boxes) { return Edges(boxes).area(); }

at::Tensor box_centers(const at::Tensor& boxes) { return (boxes.slice(-1, 0, 2) + boxes.slice(-1, 2, 4)) / 2; }

at::Tensor clip_boxes(const at::Tensor& boxes, const Box& within) {
    const Edges edges(boxes);
    return at::stack({edges.x1.clamp(within.x1, within.x2), edges.y1.clamp(within.y1, within.y2),
                      edges.x2.clamp(within.x1, within.x2), edges.y2.clamp(within.y1, within.y2)},
                     -1);
}

at::Tensor boxes_at_least(const at::Tensor& boxes, double side) {
    const Edges edges(boxes);
    return edges.width().ge(side).logical_and(edges.height().ge(side)).nonzero().squeeze(1);
}

at::Tensor pairwise_iou(const at::Tensor& boxes, const at::Tensor& others) {
    const Edges a(boxes.unsqueeze(1)), b(others.unsqueeze(0));
    const at::Tensor shared = intersection(a, b);
    return shared / (a.area() + b.area() - shared);
}

at::Tensor box_overlap(Overlap kind, const at::Tensor& boxes, const at::Tensor& others, double eps) {
    const Edges a(boxes), b(others);
    const at::Tensor shared = intersection(a, b);
    const at::Tensor whole = a.area() + b.area() - shared;
    const at::Tensor iou = shared / (whole + eps);
    if (kind == Overlap::kIoU) return iou;
    const at::Tensor width = at::maximum(a.x2, b.x2) - at::minimum(a.x1, b.x1),
                     height = at::maximum(a.y2, b.y2) - at::minimum(a.y1, b.y1);  // of the box around both
    if (kind == Overlap::kGIoU) {
        const at::Tensor around = width * height;
        return iou - (around - whole) / (around + eps);
    }
    const at::Tensor diou = iou - distance_share(a, b, width, height, eps);
    if (kind == Overlap::kDIoU) return diou;
    const at::Tensor aspect = aspect_difference(a, b, eps);
    at::Tensor weight;
    {
        const at::NoGradGuard no_gradients;
        weight = aspect / (1 - iou + aspect + eps);
    }
    return diou - weight * aspect;
}

}  // namespace goetia
