#include "learn/heads/aspp.h"
#include "learn/heads/map_head.h"

namespace goetia {
namespace {

// Chen et al. (2017), with torchvision's names and arithmetic.
class DeepLabV3Head final : public MapHead {
  public:
    static Schema schema() {
        return with_map_head_params(
            with_last_map(Schema("DeepLabV3Head", "Atrous spatial pyramid pooling, a 3x3 convolution, class scores"))
                .with(integer("channels", "of every convolution").at_least(1).fallback(256))
                .with(
                    integers("rates", "dilations of the pyramid's 3x3 convolutions").at_least(1).fallback({12, 24, 36}))
                .with(number("dropout", "share of the pyramid's values dropped in training")
                          .between(0, 1)
                          .fallback(0.5)));
    }

    static Result<std::unique_ptr<DeepLabV3Head>> make(const Args& args, const BuildContext& context) {
        GOETIA_ASSIGN(const auto incoming, incoming_channels(args));
        GOETIA_ASSIGN(MapHeadParts parts, make_map_head_parts(args, context, {args.integer("channels")}));
        return std::unique_ptr<DeepLabV3Head>(new DeepLabV3Head(args, incoming.back(), std::move(parts)));
    }

    Outputs forward(const std::vector<torch::Tensor>& features) override {
        torch::Tensor maps = norm_->forward(conv_->forward(aspp_->forward(features.back())));
        return {classifier_->forward(maps.relu_())};
    }

  private:
    DeepLabV3Head(const Args& args, std::int64_t in, MapHeadParts parts) : MapHead(args) {
        const std::int64_t channels = args.integer("channels");
        aspp_ = register_module("0", std::make_shared<Aspp>(in, channels, args.list<std::int64_t>("rates"),
                                                            args.number("dropout"), parts.norms));
        conv_ = register_module(
            "1", std::make_shared<Conv2d>(channels, channels, 3, Conv2dOptions{.padding = 1, .bias = false}));
        norm_ = register_module("2", parts.norms(channels));
        classifier_ = register_module("4", make_classifier(channels));
        use_loss(std::move(parts.loss));
    }

    std::shared_ptr<Aspp> aspp_;
    std::shared_ptr<Conv2d> conv_, classifier_;
    std::shared_ptr<Norm> norm_;
};

}  // namespace

Status add_deeplabv3_head(HeadRegistry& registry) { return registry.add<DeepLabV3Head>(); }

}  // namespace goetia
