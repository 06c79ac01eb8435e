#include "learn/heads/map_head.h"
#include "learn/models/linear_head.h"

namespace goetia {
namespace {

// Long et al. (2015), as torchvision has it: a 3x3 convolution to a quarter of the channels, then a 1x1 to the classes.
class FcnHead final : public MapHead {
  public:
    static Schema schema() {
        return with_map_head_params(
            with_last_map(Schema("FcnHead", "A 3x3 convolution, then a 1x1 to class scores"))
                .with(integer("channels", "of the 3x3 convolution; a quarter of the map's unless given")
                          .at_least(1)
                          .or_null())
                .with(number("dropout", "share of the channels' values dropped in training")
                          .between(0, 1)
                          .fallback(0.1)));
    }

    static Result<std::unique_ptr<FcnHead>> make(const Args& args, const BuildContext& context) {
        GOETIA_ASSIGN(const auto incoming, incoming_channels(args));
        const std::int64_t quarter = std::max<std::int64_t>(incoming.back() / 4, 1),
                           channels = args.is_null("channels") ? quarter : args.integer("channels");
        GOETIA_ASSIGN(MapHeadParts parts, make_map_head_parts(args, context, {channels}));
        return std::unique_ptr<FcnHead>(new FcnHead(args, incoming.back(), channels, std::move(parts)));
    }

    Outputs forward(const std::vector<torch::Tensor>& features) override {
        torch::Tensor maps = norm_->forward(conv_->forward(features.back()));
        return {classifier_->forward(dropped(maps.relu_(), dropout_, is_training()))};
    }

  private:
    FcnHead(const Args& args, std::int64_t in, std::int64_t channels, MapHeadParts parts)
        : MapHead(args), dropout_(args.number("dropout")) {
        conv_ =
            register_module("0", std::make_shared<Conv2d>(in, channels, 3, Conv2dOptions{.padding = 1, .bias = false}));
        norm_ = register_module("1", parts.norms(channels));
        classifier_ = register_module("4", make_classifier(channels));
        use_loss(std::move(parts.loss));
    }

    double dropout_;
    std::shared_ptr<Conv2d> conv_, classifier_;
    std::shared_ptr<Norm> norm_;
};

}  // namespace

Status add_fcn_head(HeadRegistry& registry) { return registry.add<FcnHead>(); }

}  // namespace goetia
