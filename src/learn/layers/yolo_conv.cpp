#include "learn/layers/yolo_conv.h"

#include <ATen/ops/silu.h>

#include "base/json.h"

namespace goetia {
namespace {

constexpr double kEps = 1e-3, kMomentum = 0.03;

}  // namespace

YoloConv::YoloConv(std::int64_t in, std::int64_t out, const YoloConvOptions& options, const NormFactory& norms)
    : silu_(options.silu) {
    conv_ = register_module("conv", std::make_shared<Conv2d>(in, out, options.kernel,
                                                             Conv2dOptions{.stride = options.stride,
                                                                           .padding = options.kernel / 2,
                                                                           .groups = options.groups,
                                                                           .bias = false}));
    norm_ = register_module("bn", norms(out));
}

torch::Tensor YoloConv::forward(const torch::Tensor& maps) {
    torch::Tensor found = norm_->forward(conv_->forward(maps));
    return silu_ ? at::silu_(found) : found;
}

std::shared_ptr<YoloConv> depthwise(std::int64_t channels, std::int64_t kernel, const NormFactory& norms, bool silu) {
    return std::make_shared<YoloConv>(channels, channels,
                                      YoloConvOptions{.kernel = kernel, .groups = channels, .silu = silu}, norms);
}

YoloSequence::YoloSequence(std::vector<std::shared_ptr<MapsLayer>> layers) : layers_(std::move(layers)) {
    for (std::size_t i = 0; i < layers_.size(); ++i) register_module(std::to_string(i), layers_[i]);
}

torch::Tensor YoloSequence::forward(const torch::Tensor& maps) {
    torch::Tensor found = maps;
    for (const auto& layer : layers_) found = layer->forward(found);
    return found;
}

ParamBuilder yolo_norm_param() {
    return object("norm_cfg",
                  "normalisation: type BN, SyncBN, GN or FrozenBN, requires_grad, num_groups, eps (1e-3 unless given), "
                  "momentum (0.03 unless given)")
        .fallback(Json{{"type", "BN"}});
}

Result<NormFactory> yolo_norms(const Args& args, const BuildContext& context) {
    Json config = args.get<Json>("norm_cfg");
    if (config.is_object() && !config.contains("eps")) config["eps"] = kEps;
    if (config.is_object() && !config.contains("momentum")) config["momentum"] = kMomentum;
    return NormFactory::make(config, "norm_cfg", context.ranks);
}

Status check_norms(const Module& network, const NormFactory& norms) {
    for (const auto& [path, module] : network.named_modules()) {
        const auto* norm = dynamic_cast<const Norm*>(module);
        if (norm != nullptr) GOETIA_TRY(norms.fits(norm->weight.size(0)));
    }
    return {};
}

}  // namespace goetia
