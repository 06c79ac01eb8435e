#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>

#include "base/json.h"
#include "learn/backbones/chain_backbone.h"
#include "learn/backbones/vgg_layers.h"

namespace goetia {

std::vector<int> vgg_stages(std::int64_t depth) {
    switch (depth) {
        case 11: return {1, 1, 2, 2, 2};
        case 13: return {2, 2, 2, 2, 2};
        case 16: return {2, 2, 3, 3, 3};
        case 19: return {2, 2, 4, 4, 4};
        default: return {};
    }
}

namespace {

constexpr std::int64_t kStages = 5;

class Vgg final : public ChainBackbone {
  public:
    static Schema schema() {
        Schema own = Schema("VGG", "VGG of 11 to 19 layers, with torchvision's parameter names")
                         .with(integer("depth", "layers: 11, 13, 16 or 19").between(11, 19))
                         .with(boolean("batch_norm", "a norm after every convolution").fallback(false))
                         .with(text("out_position", "where in a stage its map is taken: after its pooling or before")
                                   .one_of({"after_pool", "before_pool"})
                                   .fallback("after_pool"));
        return with_stage_params(
            std::move(own),
            {.outs = "stages whose maps are handed on, counted from 0; each ends with a pooling; the last unless given",
             .frozen = "stages that are not trained: -1 and 0 none, k the first k",
             .last_out = kStages - 1,
             .stages = kStages},
            Json{{"type", "BN"}});
    }

    static Result<std::unique_ptr<Vgg>> make(const Args& args, const BuildContext& context) {
        std::vector<Fault> faults;
        if (vgg_stages(args.integer("depth")).empty()) {
            faults.push_back({.path = "depth",
                              .message = "no VGG has as many layers",
                              .found = std::to_string(args.integer("depth")),
                              .allowed = "11, 13, 16 or 19"});
        }
        check_outs(outs_of(args, kStages), kStages, "stages", faults);
        GOETIA_ASSIGN(const NormFactory norms, norms_for("VGG", args, context, {vgg_channels(0)}, std::move(faults)));
        return std::unique_ptr<Vgg>(new Vgg(args, norms));
    }

  private:
    Vgg(const Args& args, const NormFactory& norms) {
        const std::vector<int> stages = vgg_stages(args.integer("depth"));
        std::int64_t in = args.integer("in_channels");
        std::vector<std::size_t> pools;  // the steps that end the stages
        for (std::size_t s = 0; s < stages.size(); ++s) {
            for (int i = 0; i < stages[s]; ++i, in = vgg_channels(s))
                add_conv(in, vgg_channels(s), args.flag("batch_norm") ? norms(vgg_channels(s)) : nullptr);
            pools.push_back(step_count());
            add_step({.parts = {},
                      .run = [](const torch::Tensor& maps) { return at::max_pool2d(maps, 2, 2); },
                      .channels = in});
            ++features_;
        }
        std::vector<std::size_t> outs;
        for (const std::int64_t stage : outs_of(args, kStages))
            outs.push_back(pools[static_cast<std::size_t>(stage)] -
                           (args.text("out_position") == "before_pool" ? 1 : 0));
        hand_on(std::move(outs));
        if (const std::int64_t frozen = args.integer("frozen_stages"); frozen > 0)
            freeze(pools[static_cast<std::size_t>(frozen - 1)]);
    }

    // torchvision numbers the convolution, its norm, the rectifier and the pooling alike.
    void add_conv(std::int64_t in, std::int64_t out, const std::shared_ptr<Norm>& norm) {
        const auto conv = vgg_conv(in, out);
        Parts parts{{"features." + std::to_string(features_++), conv}};
        if (norm) parts.emplace_back("features." + std::to_string(features_++), norm);
        ++features_;
        for (const auto& [name, part] : parts) register_below(*this, name, part);
        const auto run = [conv, norm](const torch::Tensor& maps) {
            torch::Tensor found = conv->forward(maps);
            if (norm) found = norm->forward(found);
            return found.relu_();
        };
        add_step({.parts = std::move(parts), .run = run, .channels = out});
    }

    int features_ = 0;
};

}  // namespace

Status add_vgg(BackboneRegistry& registry) { return registry.add<Vgg>(); }

}  // namespace goetia
