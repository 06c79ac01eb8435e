#include <ATen/ops/adaptive_avg_pool2d.h>

#include "learn/heads/map_head.h"

namespace goetia {
namespace {

// The light pyramid of MobileNetV3 (Howard et al., 2019), with torchvision's names and arithmetic.
class LrasppHead final : public MapHead {
  public:
    static Schema schema() {
        return with_map_head_params(
            with_all_maps(Schema("LrasppHead",
                                 "Class scores of the first and of the last map, the last one scaled by "
                                 "its means; for small networks"))
                .with(integer("channels", "that the last map is reduced to").at_least(1).fallback(128)));
    }

    static Result<std::unique_ptr<LrasppHead>> make(const Args& args, const BuildContext& context) {
        GOETIA_ASSIGN(const auto incoming, incoming_channels(args, 2));
        GOETIA_ASSIGN(MapHeadParts parts, make_map_head_parts(args, context, {args.integer("channels")}));
        return std::unique_ptr<LrasppHead>(new LrasppHead(args, incoming, std::move(parts)));
    }

    Outputs forward(const std::vector<torch::Tensor>& features) override {
        const torch::Tensor &low = features.front(), &high = features.back();
        const torch::Tensor factors = scale_->forward(at::adaptive_avg_pool2d(high, {1, 1})).sigmoid();
        const torch::Tensor found = scaled_to(reduce_->forward(high) * factors, low);
        return {low_classifier_->forward(low) + high_classifier_->forward(found)};
    }

  private:
    LrasppHead(const Args& args, const std::vector<std::int64_t>& incoming, MapHeadParts parts) : MapHead(args) {
        const std::int64_t channels = args.integer("channels"), high = incoming.back();
        reduce_ =
            register_module("cbr", std::make_shared<ConvNormAct>(high, channels, ConvNormActOptions{}, parts.norms));
        scale_ = register_module("scale", std::make_shared<Module>())
                     ->register_module("1", std::make_shared<Conv2d>(high, channels, 1, Conv2dOptions{.bias = false}));
        low_classifier_ = register_module("low_classifier", make_classifier(incoming.front()));
        high_classifier_ = register_module("high_classifier", make_classifier(channels));
        use_loss(std::move(parts.loss));
    }

    std::shared_ptr<ConvNormAct> reduce_;
    std::shared_ptr<Conv2d> scale_, low_classifier_, high_classifier_;
};

}  // namespace

Status add_lraspp_head(HeadRegistry& registry) { return registry.add<LrasppHead>(); }

}  // namespace goetia
