#include "base/json.h"
#include "learn/backbones/chain_backbone.h"
#include "learn/backbones/mobilenet_v3_layers.h"

namespace goetia {
namespace {

MobileNetV3Settings settings_of(const Args& args) {
    return {.large = args.text("size") == "large",
            .width_mult = args.number("width_mult"),
            .reduced_tail = args.flag("reduced_tail"),
            .dilated = args.flag("dilated")};
}

class MobileNetV3 final : public ChainBackbone {
  public:
    static Schema schema() {
        Schema own = Schema("MobileNetV3", "MobileNetV3 large and small, with torchvision's parameter names")
                         .with(text("size", "which of the paper's two networks").one_of({"large", "small"}))
                         .with(number("width_mult", "factor on all numbers of channels").above(0).fallback(1.0))
                         .with(boolean("reduced_tail", "the last stage is half as wide").fallback(false))
                         .with(boolean("dilated", "the last stage widens its kernels where it would halve the maps")
                                   .fallback(false));
        return with_stage_params(
            std::move(own),
            {.outs = "features whose maps are handed on, by torchvision's numbers; stages begin at "
                     "0, 2, 4, 7, 13, 16 (large) and 0, 1, 2, 4, 9, 12 (small); the last unless given",
             .frozen = "stages that are not trained: -1 and 0 none, k the first k",
             .last_out = 16,
             .stages = 6},
            Json{{"type", "BN"}, {"eps", 1e-3}, {"momentum", 0.01}});
    }

    static Result<std::unique_ptr<MobileNetV3>> make(const Args& args, const BuildContext& context) {
        const std::vector<InvertedShape> blocks = mobilenet_v3_blocks(settings_of(args));
        const auto features = static_cast<std::int64_t>(blocks.size()) + 2;
        std::vector<Fault> faults;
        check_outs(outs_of(args, features), features, "features", faults);
        GOETIA_ASSIGN(const NormFactory norms,
                      norms_for("MobileNetV3", args, context, mobilenet_v3_widths(blocks), std::move(faults)));
        return std::unique_ptr<MobileNetV3>(new MobileNetV3(args, blocks, norms));
    }

  private:
    MobileNetV3(const Args& args, const std::vector<InvertedShape>& blocks, const NormFactory& norms) {
        const auto add = [this](const std::shared_ptr<MapsLayer>& layer, std::int64_t channels) {
            const std::string name = "features." + std::to_string(step_count());
            register_below(*this, name, layer);
            add_layer(name, layer, channels);
        };
        add(mobilenet_v3_stem(args.integer("in_channels"), blocks, norms), blocks.front().in);
        for (const InvertedShape& block : blocks) add(std::make_shared<InvertedResidual>(block, norms), block.out);
        add(mobilenet_v3_last(blocks, norms), mobilenet_v3_last_channels(blocks));

        const std::vector<std::int64_t> outs = outs_of(args, static_cast<std::int64_t>(step_count()));
        hand_on({outs.begin(), outs.end()});
        std::vector<std::int64_t> begins = mobilenet_v3_stages(blocks);
        begins.push_back(static_cast<std::int64_t>(step_count()));
        if (const std::int64_t frozen = args.integer("frozen_stages"); frozen > 0)
            freeze(static_cast<std::size_t>(begins[static_cast<std::size_t>(frozen)]));
    }
};

}  // namespace

Status add_mobilenet_v3(BackboneRegistry& registry) { return registry.add<MobileNetV3>(); }

}  // namespace goetia
