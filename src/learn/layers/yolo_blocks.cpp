#include "learn/layers/yolo_blocks.h"

#include <algorithm>
#include <cmath>

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/softmax.h>

namespace goetia {

Sppf::Sppf(std::int64_t channels, const NormFactory& norms) {
    cv1_ = register_module("cv1", std::make_shared<YoloConv>(channels, channels / 2, YoloConvOptions{}, norms));
    cv2_ = register_module("cv2", std::make_shared<YoloConv>(channels / 2 * 4, channels, YoloConvOptions{}, norms));
}

torch::Tensor Sppf::forward(const torch::Tensor& maps) {
    std::vector<torch::Tensor> pieces{cv1_->forward(maps)};
    for (int i = 0; i < 3; ++i) pieces.push_back(at::max_pool2d(pieces.back(), 5, 1, 2));
    return cv2_->forward(at::cat(pieces, 1));
}

ScDown::ScDown(std::int64_t in, std::int64_t out, const NormFactory& norms) {
    cv1_ = register_module("cv1", std::make_shared<YoloConv>(in, out, YoloConvOptions{}, norms));
    cv2_ = register_module(
        "cv2", std::make_shared<YoloConv>(
                   out, out, YoloConvOptions{.kernel = 3, .stride = 2, .groups = out, .silu = false}, norms));
}

torch::Tensor ScDown::forward(const torch::Tensor& maps) { return cv2_->forward(cv1_->forward(maps)); }

PlaceAttention::PlaceAttention(std::int64_t channels, const NormFactory& norms)
    : heads_(std::max<std::int64_t>(1, channels / 64)), value_size_(channels / heads_), key_size_(value_size_ / 2) {
    const YoloConvOptions plain{.silu = false};
    qkv_ =
        register_module("qkv", std::make_shared<YoloConv>(channels, channels + 2 * heads_ * key_size_, plain, norms));
    proj_ = register_module("proj", std::make_shared<YoloConv>(channels, channels, plain, norms));
    position_ = register_module("pe", depthwise(channels, 3, norms, /*silu=*/false));
}

torch::Tensor PlaceAttention::forward(const torch::Tensor& maps) {
    const std::int64_t rows = maps.size(0), height = maps.size(2), width = maps.size(3);
    const std::vector<torch::Tensor> qkv = qkv_->forward(maps)
                                               .view({rows, heads_, 2 * key_size_ + value_size_, height * width})
                                               .split_with_sizes({key_size_, key_size_, value_size_}, 2);
    const torch::Tensor scores = at::matmul(qkv[0].transpose(-2, -1), qkv[1]) / std::sqrt(double(key_size_));
    const auto as_maps = [&](const torch::Tensor& heads) { return heads.reshape({rows, -1, height, width}); };
    const torch::Tensor seen = at::matmul(qkv[2], scores.softmax(-1).transpose(-2, -1));
    return proj_->forward(as_maps(seen) + position_->forward(as_maps(qkv[2])));
}

PartialSelfAttention::PartialSelfAttention(std::int64_t channels, const NormFactory& norms) {
    const std::int64_t half = channels / 2;
    cv1_ = register_module("cv1", std::make_shared<YoloConv>(channels, 2 * half, YoloConvOptions{}, norms));
    cv2_ = register_module("cv2", std::make_shared<YoloConv>(2 * half, channels, YoloConvOptions{}, norms));
    attention_ = register_module("attn", std::make_shared<PlaceAttention>(half, norms));
    places_ =
        register_module("ffn", std::make_shared<YoloSequence>(std::vector<std::shared_ptr<MapsLayer>>{
                                   std::make_shared<YoloConv>(half, 2 * half, YoloConvOptions{}, norms),
                                   std::make_shared<YoloConv>(2 * half, half, YoloConvOptions{.silu = false}, norms)}));
}

torch::Tensor PartialSelfAttention::forward(const torch::Tensor& maps) {
    const std::vector<torch::Tensor> halves = cv1_->forward(maps).chunk(2, 1);
    torch::Tensor found = halves[1] + attention_->forward(halves[1]);
    found = found + places_->forward(found);
    return cv2_->forward(at::cat({halves[0], found}, 1));
}

DistanceExpectation::DistanceExpectation(std::int64_t bins) {
    conv_ = register_module("conv", std::make_shared<Conv2d>(bins, 1, 1, Conv2dOptions{.bias = false}));
    const at::NoGradGuard no_gradients;
    conv_->weight.copy_(at::arange(bins, at::kFloat).view({1, bins, 1, 1}));
    conv_->weight.set_requires_grad(false);
}

torch::Tensor DistanceExpectation::forward(const torch::Tensor& logits) const {
    const std::int64_t bins = conv_->weight.size(1);
    std::vector<std::int64_t> shape = logits.sizes().vec();
    shape.back() = 4;
    return logits.reshape({-1, bins}).softmax(-1).matmul(conv_->weight.view({bins})).view(shape);
}

}  // namespace goetia
