#include "learn/yolo/yolo_masks.h"

#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/binary_cross_entropy_with_logits.h>
#include <ATen/ops/conv_transpose2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/upsample_bilinear2d.h>

#include "learn/boxes/box_math.h"
#include "learn/layers/initial.h"

namespace goetia {
namespace {

torch::Tensor logits_of(const torch::Tensor& prototypes, const torch::Tensor& coefficients) {
    return at::matmul(coefficients, prototypes.flatten(1))
        .view({coefficients.size(0), prototypes.size(1), prototypes.size(2)});
}

// bool [objects, height, width]: which places have their middle in the object's box (in places).
torch::Tensor inside_boxes(const torch::Tensor& boxes, std::int64_t height, std::int64_t width) {
    const torch::Tensor x = (torch::arange(width, boxes.options()) + 0.5).view({1, 1, width}),
                        y = (torch::arange(height, boxes.options()) + 0.5).view({1, height, 1});
    const auto side = [&](std::int64_t number) { return boxes.select(1, number).view({-1, 1, 1}); };
    return (x > side(0)).logical_and(x < side(2)).logical_and(y > side(1)).logical_and(y < side(3));
}

// Boxes in pixels of a row to boxes in places of the prototypes.
torch::Tensor in_places(const torch::Tensor& boxes, const torch::Tensor& prototypes, double row_height,
                        double row_width) {
    torch::Tensor scaled = boxes.clone();
    scaled.slice(1, 0, 4, 2).mul_(static_cast<double>(prototypes.size(2)) / row_width);
    scaled.slice(1, 1, 4, 2).mul_(static_cast<double>(prototypes.size(1)) / row_height);
    return scaled;
}

}  // namespace

YoloPrototypes::YoloPrototypes(std::int64_t in, std::int64_t hidden, std::int64_t count, const NormFactory& norms) {
    cv1_ = register_module("cv1", std::make_shared<YoloConv>(in, hidden, YoloConvOptions{.kernel = 3}, norms));
    const auto doubling = register_module("upsample", std::make_shared<Module>());
    weight_ = doubling->register_parameter("weight", torch::empty({hidden, hidden, 2, 2}));
    bias_ = doubling->register_parameter("bias", torch::empty({hidden}));
    draw_uniform(weight_, bias_);
    cv2_ = register_module("cv2", std::make_shared<YoloConv>(hidden, hidden, YoloConvOptions{.kernel = 3}, norms));
    cv3_ = register_module("cv3", std::make_shared<YoloConv>(hidden, count, YoloConvOptions{}, norms));
}

torch::Tensor YoloPrototypes::forward(const torch::Tensor& maps) const {
    const torch::Tensor doubled = at::conv_transpose2d(cv1_->forward(maps), weight_, bias_, 2);
    return cv3_->forward(cv2_->forward(doubled));
}

torch::Tensor masks_of(const torch::Tensor& prototypes, const torch::Tensor& coefficients, const torch::Tensor& boxes,
                       const Frame& frame) {
    const torch::Tensor scaled = in_places(boxes, prototypes, frame.row_height, frame.row_width);
    const torch::Tensor cut =
        logits_of(prototypes, coefficients).sigmoid() * inside_boxes(scaled, prototypes.size(1), prototypes.size(2));
    return at::upsample_bilinear2d(cut.unsqueeze(1), {frame.row_height, frame.row_width}, false).squeeze(1);
}

torch::Tensor mask_losses(const torch::Tensor& prototypes, const torch::Tensor& coefficients,
                          const torch::Tensor& boxes, const torch::Tensor& truth) {
    const std::int64_t height = prototypes.size(1), width = prototypes.size(2);
    const torch::Tensor scaled =
        in_places(boxes, prototypes, static_cast<double>(truth.size(1)), static_cast<double>(truth.size(2)));
    // The share of each place that the object covers.
    const torch::Tensor shares =
        at::adaptive_avg_pool2d(truth.to(prototypes.scalar_type()).unsqueeze(1), {height, width}).squeeze(1);
    const torch::Tensor each =
        at::binary_cross_entropy_with_logits(logits_of(prototypes, coefficients), shares, {}, {}, at::Reduction::None);
    return (each * inside_boxes(scaled, height, width)).sum({1, 2}) / box_areas(scaled).clamp_min(1);
}

}  // namespace goetia
