#include "learn/heads/conv_tower.h"

#include "learn/layers/initial.h"
#include "learn/tensor.h"

namespace goetia {

ConvTower::ConvTower(std::int64_t in, const std::vector<std::int64_t>& channels,
                     const std::optional<NormFactory>& norms) {
    const torch::NoGradGuard no_gradients;
    for (const std::int64_t out : channels) {
        layers_.push_back(register_module(std::to_string(layers_.size()),
                                          std::make_shared<ConvNorm>(ConvNormShape{.in = in, .out = out}, norms)));
        const Conv2d& conv = layers_.back()->conv();
        draw_normal_fan_out(conv.weight);
        if (conv.bias.defined()) conv.bias.zero_();
        in = out;
    }
}

torch::Tensor ConvTower::forward(torch::Tensor maps) const {
    for (const auto& layer : layers_) maps = layer->forward(maps).relu_();
    return maps;
}

void ConvTower::draw_normal_weights(double deviation) {
    for (const auto& layer : layers_) draw_normal(layer->conv().weight, layer->conv().bias, deviation);
}

}  // namespace goetia
