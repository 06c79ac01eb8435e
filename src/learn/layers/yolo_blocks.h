// The single blocks of YOLOv8 and YOLOv10 beside C2f: what is there once or twice in a network.
#pragma once

#include <memory>

#include "learn/layers/yolo_conv.h"

namespace goetia {

// Fast spatial pyramid pooling: the maps beside what three poolings of 5x5, one after the other, make of them.
class Sppf final : public MapsLayer {
  public:
    Sppf(std::int64_t channels, const NormFactory& norms);
    torch::Tensor forward(const torch::Tensor& maps) override;

  private:
    std::shared_ptr<YoloConv> cv1_, cv2_;
};

// Half the size in two steps: channels by a 1x1 convolution, places by one of 3x3 and stride 2 for each channel.
class ScDown final : public MapsLayer {
  public:
    ScDown(std::int64_t in, std::int64_t out, const NormFactory& norms);
    torch::Tensor forward(const torch::Tensor& maps) override;

  private:
    std::shared_ptr<YoloConv> cv1_, cv2_;
};

// Self-attention between all places, in several heads; keys are half as long as values.
class PlaceAttention final : public MapsLayer {
  public:
    PlaceAttention(std::int64_t channels, const NormFactory& norms);
    torch::Tensor forward(const torch::Tensor& maps) override;

  private:
    std::int64_t heads_, value_size_, key_size_;
    std::shared_ptr<YoloConv> qkv_, proj_, position_;
};

// YOLOv10's partial self-attention: one half of the channels passes by, the other goes through attention and a small
// network for each place.
class PartialSelfAttention final : public MapsLayer {
  public:
    PartialSelfAttention(std::int64_t channels, const NormFactory& norms);
    torch::Tensor forward(const torch::Tensor& maps) override;

  private:
    std::shared_ptr<YoloConv> cv1_, cv2_;
    std::shared_ptr<PlaceAttention> attention_;
    std::shared_ptr<YoloSequence> places_;
};

// Distribution focal: a distance as what is expected of a distribution over 0 .. bins - 1. The bins' values are the
// weight of a convolution that is not trained.
class DistanceExpectation final : public Module {
  public:
    explicit DistanceExpectation(std::int64_t bins);
    // [..., 4 * bins] to [..., 4].
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& logits) const;

  private:
    std::shared_ptr<Conv2d> conv_;
};

}  // namespace goetia
