#include "learn/heads/map_head.h"
#include "learn/models/linear_head.h"

namespace goetia {
namespace {

// The semantic branch on a feature pyramid (Kirillov et al., 2019), in its plainest form.
class FpnFcnHead final : public MapHead {
  public:
    static Schema schema() {
        return with_map_head_params(
            with_all_maps(Schema("FpnFcnHead",
                                 "The maps of a pyramid scaled to the largest one and added up, a 3x3 "
                                 "convolution, class scores"))
                .with(integer("channels", "of the 3x3 convolution; those of the pyramid unless given")
                          .at_least(1)
                          .or_null())
                .with(number("dropout", "share of the channels' values dropped in training")
                          .between(0, 1)
                          .fallback(0.0)));
    }

    static Result<std::unique_ptr<FpnFcnHead>> make(const Args& args, const BuildContext& context) {
        GOETIA_ASSIGN(const auto incoming, incoming_channels(args));
        for (const std::int64_t one : incoming) {
            if (one != incoming.front())
                return invalid(
                    "the maps have {} channels and cannot be added up; put a neck of type FPN before the head",
                    args.at("in_channels").dump());
        }
        const std::int64_t channels = args.is_null("channels") ? incoming.front() : args.integer("channels");
        GOETIA_ASSIGN(MapHeadParts parts, make_map_head_parts(args, context, {channels}));
        return std::unique_ptr<FpnFcnHead>(new FpnFcnHead(args, incoming.front(), channels, std::move(parts)));
    }

    Outputs forward(const std::vector<torch::Tensor>& features) override {
        torch::Tensor sum = features.front();
        for (std::size_t i = 1; i < features.size(); ++i) sum = sum + scaled_to(features[i], sum);
        return {classifier_->forward(dropped(conv_->forward(sum), dropout_, is_training()))};
    }

  private:
    FpnFcnHead(const Args& args, std::int64_t in, std::int64_t channels, MapHeadParts parts)
        : MapHead(args), dropout_(args.number("dropout")) {
        conv_ = register_module(
            "conv", std::make_shared<ConvNormAct>(in, channels, ConvNormActOptions{.kernel = 3}, parts.norms));
        classifier_ = register_module("classifier", make_classifier(channels));
        use_loss(std::move(parts.loss));
    }

    double dropout_;
    std::shared_ptr<ConvNormAct> conv_;
    std::shared_ptr<Conv2d> classifier_;
};

}  // namespace

Status add_fpn_fcn_head(HeadRegistry& registry) { return registry.add<FpnFcnHead>(); }

}  // namespace goetia
