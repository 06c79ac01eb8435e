#include "base/json.h"
#include "learn/backbones/chain_backbone.h"
#include "learn/backbones/mobilenet_v3_layers.h"
#include "learn/layers/initial.h"

namespace goetia {
namespace {

// A convolution to half the channels, one for each channel alone that halves the maps, one to all channels.
std::shared_ptr<MapsLayer> extra_block(std::int64_t in, std::int64_t out, const NormFactory& norms) {
    const std::int64_t half = out / 2;
    std::vector<std::shared_ptr<MapsLayer>> layers;
    const auto add = [&](std::int64_t from, std::int64_t to, ConvNormActOptions options) {
        options.activation = Activation::kRelu6;
        layers.push_back(std::make_shared<ConvNormAct>(from, to, options, norms));
    };
    add(in, half, {});
    add(half, half, {.kernel = 3, .stride = 2, .groups = half});
    add(half, out, {});
    return std::make_shared<LayerSequence>(std::move(layers));
}

// MobileNetV3 cut in two within the block that begins its last stage but one, and what SSDLite adds to it, with
// torchvision's names: features.0, features.1, extra.
class SsdLiteMobileNetV3 final : public ChainBackbone {
  public:
    static Schema schema() {
        return Schema("SsdLiteMobileNetV3",
                      "The MobileNetV3 of SSDLite with its extra layers: six maps, of 20 to 1 places at 320 pixels")
            .with(number("width_mult", "factor on the numbers of channels of MobileNetV3").above(0).fallback(1.0))
            .with(boolean("reduced_tail", "the last stage is half as wide; false for weights of a classifier")
                      .fallback(true))
            .with(integer("frozen_stages", "stages of MobileNetV3 that are not trained: -1 and 0 none, k the first k")
                      .between(-1, 6)
                      .fallback(-1))
            .with(object("norm_cfg",
                         "normalisation: type BN, SyncBN, GN or FrozenBN, requires_grad, eps, momentum, num_groups")
                      .fallback(Json{{"type", "BN"}, {"eps", 1e-3}, {"momentum", 0.03}}))
            .with(integer("in_channels", "channels of the images").at_least(1).fallback(3));
    }

    static Result<std::unique_ptr<SsdLiteMobileNetV3>> make(const Args& args, const BuildContext& context) {
        const std::vector<InvertedShape> blocks =
            mobilenet_v3_blocks({.width_mult = args.number("width_mult"), .reduced_tail = args.flag("reduced_tail")});
        std::vector<std::int64_t> widths = mobilenet_v3_widths(blocks);
        widths.insert(widths.end(), {64, 128, 256, 512});
        GOETIA_ASSIGN(const NormFactory norms, norms_for("SsdLiteMobileNetV3", args, context, widths, {}));
        return std::unique_ptr<SsdLiteMobileNetV3>(new SsdLiteMobileNetV3(args, blocks, norms));
    }

  private:
    SsdLiteMobileNetV3(const Args& args, const std::vector<InvertedShape>& blocks, const NormFactory& norms) {
        const std::vector<std::int64_t> begins = mobilenet_v3_stages(blocks);
        const auto cut = static_cast<std::size_t>(begins[begins.size() - 2]);  // the feature that is cut
        std::vector<std::size_t> feature_steps;                                // the first step of each feature
        const auto add = [this](const std::string& name, const std::shared_ptr<MapsLayer>& layer,
                                std::int64_t channels) {
            register_below(*this, name, layer);
            add_layer(name, layer, channels);
        };
        const auto add_feature = [&](const std::shared_ptr<MapsLayer>& layer, std::int64_t channels) {
            const std::size_t number = feature_steps.size();
            feature_steps.push_back(step_count());
            add(number < cut ? fmt::format("features.0.{}", number) : fmt::format("features.1.{}", number - cut), layer,
                channels);
        };
        add_feature(mobilenet_v3_stem(args.integer("in_channels"), blocks, norms), blocks.front().in);
        for (std::size_t b = 0; b + 1 < cut; ++b)
            add_feature(std::make_shared<InvertedResidual>(blocks[b], norms), blocks[b].out);
        auto inner = inverted_layers(blocks[cut - 1], norms);
        feature_steps.push_back(step_count());
        add(fmt::format("features.0.{}", cut), inner.front(), blocks[cut - 1].expanded);
        std::vector<std::size_t> outs{step_count() - 1};
        add("features.1.0", std::make_shared<LayerSequence>(std::vector(inner.begin() + 1, inner.end()), 1),
            blocks[cut - 1].out);
        for (std::size_t b = cut; b < blocks.size(); ++b)
            add_feature(std::make_shared<InvertedResidual>(blocks[b], norms), blocks[b].out);
        add_feature(mobilenet_v3_last(blocks, norms), mobilenet_v3_last_channels(blocks));
        feature_steps.push_back(step_count());
        outs.push_back(step_count() - 1);
        for (std::size_t i = 0; i < kExtras.size(); ++i) {
            add(fmt::format("extra.{}", i), extra_block(last_channels(), kExtras[i], norms), kExtras[i]);
            outs.push_back(step_count() - 1);
        }
        hand_on(std::move(outs));
        draw_weights();
        freeze_stages(args.integer("frozen_stages"), begins, feature_steps);
    }

    void freeze_stages(std::int64_t frozen, const std::vector<std::int64_t>& begins,
                       const std::vector<std::size_t>& feature_steps) {
        if (frozen <= 0) return;
        const auto stage = static_cast<std::size_t>(frozen);
        const auto feature = stage < begins.size() ? static_cast<std::size_t>(begins[stage]) : feature_steps.size() - 1;
        freeze(feature_steps[feature]);
    }

    // As torchvision starts it where no weights of a classifier are loaded.
    void draw_weights() {
        const torch::NoGradGuard no_gradients;
        for (const auto& [name, tensor] : named_parameters()) {
            if (tensor.dim() == 4) tensor.normal_(0, 0.03);
        }
    }

    static constexpr std::array<std::int64_t, 4> kExtras{512, 256, 256, 128};
};

}  // namespace

Status add_ssdlite_mobilenet_v3(BackboneRegistry& registry) { return registry.add<SsdLiteMobileNetV3>(); }

}  // namespace goetia
