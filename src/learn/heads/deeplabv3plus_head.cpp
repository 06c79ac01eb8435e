#include <ATen/ops/cat.h>

#include "learn/heads/aspp.h"
#include "learn/heads/map_head.h"

namespace goetia {
namespace {

// Chen et al. (2018): the pyramid on the smallest map, refined by the largest one.
class DeepLabV3PlusHead final : public MapHead {
  public:
    static Schema schema() {
        return with_map_head_params(
            with_all_maps(Schema("DeepLabV3PlusHead",
                                 "Atrous spatial pyramid pooling on the last map, joined with the first one"))
                .with(integer("channels", "of the pyramid and of the convolutions after it").at_least(1).fallback(256))
                .with(integer("low_channels", "that the first map is reduced to").at_least(1).fallback(48))
                .with(
                    integers("rates", "dilations of the pyramid's 3x3 convolutions").at_least(1).fallback({6, 12, 18}))
                .with(number("dropout", "share of the pyramid's values dropped in training")
                          .between(0, 1)
                          .fallback(0.5)));
    }

    static Result<std::unique_ptr<DeepLabV3PlusHead>> make(const Args& args, const BuildContext& context) {
        GOETIA_ASSIGN(const auto incoming, incoming_channels(args, 2));
        GOETIA_ASSIGN(MapHeadParts parts,
                      make_map_head_parts(args, context, {args.integer("channels"), args.integer("low_channels")}));
        return std::unique_ptr<DeepLabV3PlusHead>(new DeepLabV3PlusHead(args, incoming, std::move(parts)));
    }

    Outputs forward(const std::vector<torch::Tensor>& features) override {
        const torch::Tensor low = low_->forward(features.front());
        const torch::Tensor high = scaled_to(aspp_->forward(features.back()), low);
        return {classifier_->forward(second_->forward(first_->forward(at::cat({high, low}, 1))))};
    }

  private:
    DeepLabV3PlusHead(const Args& args, const std::vector<std::int64_t>& incoming, MapHeadParts parts) : MapHead(args) {
        const std::int64_t channels = args.integer("channels"), low = args.integer("low_channels");
        const auto conv = [&](std::int64_t in, std::int64_t out, std::int64_t kernel) {
            return std::make_shared<ConvNormAct>(in, out, ConvNormActOptions{.kernel = kernel}, parts.norms);
        };
        aspp_ =
            register_module("aspp", std::make_shared<Aspp>(incoming.back(), channels, args.list<std::int64_t>("rates"),
                                                           args.number("dropout"), parts.norms));
        low_ = register_module("low", conv(incoming.front(), low, 1));
        first_ = register_module("first", conv(channels + low, channels, 3));
        second_ = register_module("second", conv(channels, channels, 3));
        classifier_ = register_module("classifier", make_classifier(channels));
        use_loss(std::move(parts.loss));
    }

    std::shared_ptr<Aspp> aspp_;
    std::shared_ptr<ConvNormAct> low_, first_, second_;
    std::shared_ptr<Conv2d> classifier_;
};

}  // namespace

Status add_deeplabv3plus_head(HeadRegistry& registry) { return registry.add<DeepLabV3PlusHead>(); }

}  // namespace goetia
