// What MobileNetV3 (Howard et al., 2019) is built of, with torchvision's tables, names and arithmetic: for the backbone
// itself and for the one of SSDLite, which cuts it in two.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "learn/layers/conv_norm_act.h"

namespace goetia {

struct MobileNetV3Settings {
    bool large = true;
    double width_mult = 1;
    bool reduced_tail = false;  // the last stage is half as wide
    bool dilated = false;       // the last stage widens its kernels where it would halve the maps
};

struct InvertedShape {
    std::int64_t in, kernel, expanded, out;
    bool squeeze_excitation, hardswish;
    std::int64_t stride, dilation;
};

// The whole number of eights nearest to `channels`, at least eight and never more than a tenth below.
std::int64_t as_eights(double channels);

// The blocks in order: features 1, 2, ... of torchvision; feature 0 is the stem, the one after them the last
// convolution.
std::vector<InvertedShape> mobilenet_v3_blocks(const MobileNetV3Settings& settings);
// The features where stages begin: the stem, the blocks that halve the maps, the last convolution.
std::vector<std::int64_t> mobilenet_v3_stages(const std::vector<InvertedShape>& blocks);
// All that a norm has to fit.
std::vector<std::int64_t> mobilenet_v3_widths(const std::vector<InvertedShape>& blocks);

std::shared_ptr<MapsLayer> mobilenet_v3_stem(std::int64_t in, const std::vector<InvertedShape>& blocks,
                                             const NormFactory& norms);
std::shared_ptr<MapsLayer> mobilenet_v3_last(const std::vector<InvertedShape>& blocks, const NormFactory& norms);
std::int64_t mobilenet_v3_last_channels(const std::vector<InvertedShape>& blocks);

// The layers of one block: a convolution to its expanded channels (unless it has as many already), one for each channel
// alone, squeeze and excitation where it has it, one to the channels it gives.
std::vector<std::shared_ptr<MapsLayer>> inverted_layers(const InvertedShape& shape, const NormFactory& norms);

// Layers one after the other, named by their numbers, which begin with `first`.
class LayerSequence : public MapsLayer {
  public:
    explicit LayerSequence(std::vector<std::shared_ptr<MapsLayer>> layers, std::size_t first = 0);
    torch::Tensor forward(const torch::Tensor& maps) override;

  private:
    std::vector<std::shared_ptr<MapsLayer>> layers_;
};

// The layers of a block, below "block", and around them a shortcut where the shape stays the same.
class InvertedResidual final : public MapsLayer {
  public:
    InvertedResidual(const InvertedShape& shape, const NormFactory& norms);
    torch::Tensor forward(const torch::Tensor& maps) override;

  private:
    std::shared_ptr<LayerSequence> block_;
    bool has_shortcut_;
};

}  // namespace goetia
