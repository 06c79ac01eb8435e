#include "learn/backbones/mobilenet_v3_layers.h"

#include "learn/layers/squeeze_excitation.h"

namespace goetia {
namespace {

// Tables 1 and 2 of the paper. `tail` is what the last stage's channels are divided by.
std::vector<InvertedShape> large_blocks(std::int64_t tail, std::int64_t dilation) {
    return {
        {16, 3, 16, 16, false, false, 1, 1},
        {16, 3, 64, 24, false, false, 2, 1},
        {24, 3, 72, 24, false, false, 1, 1},
        {24, 5, 72, 40, true, false, 2, 1},
        {40, 5, 120, 40, true, false, 1, 1},
        {40, 5, 120, 40, true, false, 1, 1},
        {40, 3, 240, 80, false, true, 2, 1},
        {80, 3, 200, 80, false, true, 1, 1},
        {80, 3, 184, 80, false, true, 1, 1},
        {80, 3, 184, 80, false, true, 1, 1},
        {80, 3, 480, 112, true, true, 1, 1},
        {112, 3, 672, 112, true, true, 1, 1},
        {112, 5, 672, 160 / tail, true, true, 2, dilation},
        {160 / tail, 5, 960 / tail, 160 / tail, true, true, 1, dilation},
        {160 / tail, 5, 960 / tail, 160 / tail, true, true, 1, dilation},
    };
}

std::vector<InvertedShape> small_blocks(std::int64_t tail, std::int64_t dilation) {
    return {
        {16, 3, 16, 16, true, false, 2, 1},
        {16, 3, 72, 24, false, false, 2, 1},
        {24, 3, 88, 24, false, false, 1, 1},
        {24, 5, 96, 40, true, true, 2, 1},
        {40, 5, 240, 40, true, true, 1, 1},
        {40, 5, 240, 40, true, true, 1, 1},
        {40, 5, 120, 48, true, true, 1, 1},
        {48, 5, 144, 48, true, true, 1, 1},
        {48, 5, 288, 96 / tail, true, true, 2, dilation},
        {96 / tail, 5, 576 / tail, 96 / tail, true, true, 1, dilation},
        {96 / tail, 5, 576 / tail, 96 / tail, true, true, 1, dilation},
    };
}

}  // namespace

std::int64_t as_eights(double channels) {
    const std::int64_t nearest = std::max<std::int64_t>(8, static_cast<std::int64_t>(channels + 4) / 8 * 8);
    return static_cast<double>(nearest) < 0.9 * channels ? nearest + 8 : nearest;
}

std::vector<InvertedShape> mobilenet_v3_blocks(const MobileNetV3Settings& settings) {
    const std::int64_t tail = settings.reduced_tail ? 2 : 1, dilation = settings.dilated ? 2 : 1;
    std::vector<InvertedShape> blocks = settings.large ? large_blocks(tail, dilation) : small_blocks(tail, dilation);
    for (InvertedShape& block : blocks) {
        for (std::int64_t* channels : {&block.in, &block.expanded, &block.out})
            *channels = as_eights(static_cast<double>(*channels) * settings.width_mult);
    }
    return blocks;
}

std::vector<std::int64_t> mobilenet_v3_stages(const std::vector<InvertedShape>& blocks) {
    std::vector<std::int64_t> begins{0};
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        if (blocks[b].stride > 1) begins.push_back(static_cast<std::int64_t>(b) + 1);
    }
    begins.push_back(static_cast<std::int64_t>(blocks.size()) + 1);
    return begins;
}

std::vector<std::int64_t> mobilenet_v3_widths(const std::vector<InvertedShape>& blocks) {
    std::vector<std::int64_t> widths{blocks.front().in, mobilenet_v3_last_channels(blocks)};
    for (const InvertedShape& block : blocks) widths.insert(widths.end(), {block.expanded, block.out});
    return widths;
}

std::shared_ptr<MapsLayer> mobilenet_v3_stem(std::int64_t in, const std::vector<InvertedShape>& blocks,
                                             const NormFactory& norms) {
    const ConvNormActOptions options{.kernel = 3, .stride = 2, .activation = Activation::kHardswish};
    return std::make_shared<ConvNormAct>(in, blocks.front().in, options, norms);
}

std::shared_ptr<MapsLayer> mobilenet_v3_last(const std::vector<InvertedShape>& blocks, const NormFactory& norms) {
    return std::make_shared<ConvNormAct>(blocks.back().out, mobilenet_v3_last_channels(blocks),
                                         ConvNormActOptions{.activation = Activation::kHardswish}, norms);
}

std::int64_t mobilenet_v3_last_channels(const std::vector<InvertedShape>& blocks) { return 6 * blocks.back().out; }

std::vector<std::shared_ptr<MapsLayer>> inverted_layers(const InvertedShape& shape, const NormFactory& norms) {
    const Activation activation = shape.hardswish ? Activation::kHardswish : Activation::kRelu;
    std::vector<std::shared_ptr<MapsLayer>> layers;
    const auto add = [&](std::int64_t in, std::int64_t out, const ConvNormActOptions& options) {
        layers.push_back(std::make_shared<ConvNormAct>(in, out, options, norms));
    };
    if (shape.expanded != shape.in) add(shape.in, shape.expanded, {.activation = activation});
    add(shape.expanded, shape.expanded,
        {.kernel = shape.kernel,
         .stride = shape.dilation > 1 ? 1 : shape.stride,
         .dilation = shape.dilation,
         .groups = shape.expanded,
         .activation = activation});
    if (shape.squeeze_excitation) {
        const auto quarter = static_cast<double>(shape.expanded / 4);
        layers.push_back(std::make_shared<SqueezeExcitation>(shape.expanded, as_eights(quarter)));
    }
    add(shape.expanded, shape.out, {.activation = Activation::kNone});
    return layers;
}

LayerSequence::LayerSequence(std::vector<std::shared_ptr<MapsLayer>> layers, std::size_t first)
    : layers_(std::move(layers)) {
    for (std::size_t i = 0; i < layers_.size(); ++i) register_module(std::to_string(first + i), layers_[i]);
}

torch::Tensor LayerSequence::forward(const torch::Tensor& maps) {
    torch::Tensor now = maps;
    for (const auto& layer : layers_) now = layer->forward(now);
    return now;
}

InvertedResidual::InvertedResidual(const InvertedShape& shape, const NormFactory& norms)
    : has_shortcut_(shape.stride == 1 && shape.in == shape.out) {
    block_ = register_module("block", std::make_shared<LayerSequence>(inverted_layers(shape, norms)));
}

torch::Tensor InvertedResidual::forward(const torch::Tensor& maps) {
    const torch::Tensor found = block_->forward(maps);
    return has_shortcut_ ? found + maps : found;
}

}  // namespace goetia
