#include <numeric>

#include <ATen/ops/max_pool2d.h>

#include "base/json.h"
#include "learn/backbones/chain_backbone.h"
#include "learn/layers/double_conv.h"

namespace goetia {
namespace {

// The contracting half of U-Net (Ronneberger et al., 2015), with padding and norms.
class UNetEncoder final : public ChainBackbone {
  public:
    static Schema schema() {
        Schema own = Schema("UNetEncoder",
                            "U-Net's encoder: two convolutions in each stage, every stage half as large and twice "
                            "as wide as the one before")
                         .with(integer("width", "channels of the first stage").at_least(1).fallback(64))
                         .with(integer("num_stages",
                                       "stages to build; what the last one sees is about 2^(stages + 2) pixels wide")
                                   .between(2, 8)
                                   .fallback(5));
        return with_stage_params(std::move(own),
                                 {.outs = "stages whose maps are handed on, counted from 0; all of them unless given",
                                  .frozen = "stages that are not trained: -1 and 0 none, k the first k",
                                  .last_out = 7,
                                  .stages = 8},
                                 Json{{"type", "BN"}});
    }

    static Result<std::unique_ptr<UNetEncoder>> make(const Args& args, const BuildContext& context) {
        const std::int64_t stages = args.integer("num_stages");
        std::vector<std::int64_t> outs(static_cast<std::size_t>(stages));
        std::iota(outs.begin(), outs.end(), 0);
        if (!args.is_null("out_indices")) outs = args.list<std::int64_t>("out_indices");
        std::vector<Fault> faults;
        check_outs(outs, stages, "stages", faults);
        check_frozen(args.integer("frozen_stages"), stages, faults);
        GOETIA_ASSIGN(const NormFactory norms,
                      norms_for("UNetEncoder", args, context, {args.integer("width")}, std::move(faults)));
        return std::unique_ptr<UNetEncoder>(new UNetEncoder(args, outs, norms));
    }

  private:
    UNetEncoder(const Args& args, const std::vector<std::int64_t>& outs, const NormFactory& norms) {
        std::int64_t in = args.integer("in_channels"), out = args.integer("width");
        const std::int64_t stages = args.integer("num_stages");
        for (std::int64_t s = 0; s < stages; ++s, in = out, out *= 2) {
            const std::string name = "stages." + std::to_string(s);
            const auto block = std::make_shared<DoubleConv>(in, out, norms);
            register_below(*this, name, block);
            const auto run = [block, is_first = s == 0,
                              least = std::int64_t{1} << (stages - 1)](const torch::Tensor& maps) {
                if (!is_first) return block->forward(at::max_pool2d(maps, 2));
                TORCH_CHECK(maps.size(2) >= least && maps.size(3) >= least, "UNetEncoder needs images of ", least, "x",
                            least, " pixels or more, found ", maps.size(3), "x", maps.size(2),
                            "; make them larger (Resize), or take fewer stages");
                return block->forward(maps);
            };
            add_step({.parts = {{name, block}}, .run = run, .channels = out});
        }
        hand_on({outs.begin(), outs.end()});
        if (const std::int64_t frozen = args.integer("frozen_stages"); frozen > 0)
            freeze(static_cast<std::size_t>(frozen));
    }
};

}  // namespace

Status add_unet_encoder(BackboneRegistry& registry) { return registry.add<UNetEncoder>(); }

}  // namespace goetia
