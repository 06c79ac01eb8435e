#include "learn/layers/c2f.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/silu.h>

namespace goetia {
namespace {

// Two 3x3 convolutions, and a shortcut around them.
class Bottleneck final : public MapsLayer {
  public:
    Bottleneck(std::int64_t channels, bool shortcut, const NormFactory& norms) : shortcut_(shortcut) {
        const YoloConvOptions options{.kernel = 3};
        cv1_ = register_module("cv1", std::make_shared<YoloConv>(channels, channels, options, norms));
        cv2_ = register_module("cv2", std::make_shared<YoloConv>(channels, channels, options, norms));
    }
    torch::Tensor forward(const torch::Tensor& maps) override {
        const torch::Tensor found = cv2_->forward(cv1_->forward(maps));
        return shortcut_ ? maps + found : found;
    }

  private:
    std::shared_ptr<YoloConv> cv1_, cv2_;
    bool shortcut_;
};

// A 7x7 and a 3x3 convolution of each channel by itself, side by side; the two can be merged for inference.
class RepVggDepthwise final : public MapsLayer {
  public:
    RepVggDepthwise(std::int64_t channels, const NormFactory& norms) {
        large_ = register_module("conv", depthwise(channels, 7, norms, /*silu=*/false));
        small_ = register_module("conv1", depthwise(channels, 3, norms, /*silu=*/false));
    }
    torch::Tensor forward(const torch::Tensor& maps) override {
        return at::silu(large_->forward(maps) + small_->forward(maps));
    }

  private:
    std::shared_ptr<YoloConv> large_, small_;
};

// YOLOv10's compact inverted block: places are mixed channel by channel, channels by 1x1 convolutions of twice the
// width.
class CompactInvertedBlock final : public MapsLayer {
  public:
    CompactInvertedBlock(std::int64_t channels, bool shortcut, bool large, const NormFactory& norms)
        : shortcut_(shortcut) {
        const std::int64_t wide = 2 * channels;
        std::shared_ptr<MapsLayer> middle = depthwise(wide, 3, norms);
        if (large) middle = std::make_shared<RepVggDepthwise>(wide, norms);
        path_ = register_module("cv1", std::make_shared<YoloSequence>(std::vector<std::shared_ptr<MapsLayer>>{
                                           depthwise(channels, 3, norms),
                                           std::make_shared<YoloConv>(channels, wide, YoloConvOptions{}, norms), middle,
                                           std::make_shared<YoloConv>(wide, channels, YoloConvOptions{}, norms),
                                           depthwise(channels, 3, norms)}));
    }
    torch::Tensor forward(const torch::Tensor& maps) override {
        const torch::Tensor found = path_->forward(maps);
        return shortcut_ ? maps + found : found;
    }

  private:
    std::shared_ptr<YoloSequence> path_;
    bool shortcut_;
};

std::shared_ptr<MapsLayer> link_of(const C2fShape& shape, const NormFactory& norms) {
    const std::int64_t half = shape.out / 2;
    if (shape.kind == C2fKind::kBottleneck) return std::make_shared<Bottleneck>(half, shape.shortcut, norms);
    return std::make_shared<CompactInvertedBlock>(half, shape.shortcut, shape.kind == C2fKind::kLargeCib, norms);
}

}  // namespace

C2f::C2f(const C2fShape& shape, const NormFactory& norms) {
    const std::int64_t half = shape.out / 2;
    cv1_ = register_module("cv1", std::make_shared<YoloConv>(shape.in, 2 * half, YoloConvOptions{}, norms));
    cv2_ = register_module("cv2",
                           std::make_shared<YoloConv>((2 + shape.repeats) * half, shape.out, YoloConvOptions{}, norms));
    const auto chain = register_module("m", std::make_shared<Module>());
    for (std::int64_t i = 0; i < shape.repeats; ++i)
        links_.push_back(chain->register_module(std::to_string(i), link_of(shape, norms)));
}

torch::Tensor C2f::forward(const torch::Tensor& maps) {
    std::vector<torch::Tensor> pieces = cv1_->forward(maps).chunk(2, 1);
    for (const auto& link : links_) pieces.push_back(link->forward(pieces.back()));
    return cv2_->forward(at::cat(pieces, 1));
}

}  // namespace goetia
