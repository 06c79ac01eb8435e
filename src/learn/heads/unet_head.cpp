#include <ATen/ops/cat.h>

#include "learn/heads/map_head.h"
#include "learn/layers/double_conv.h"

namespace goetia {
namespace {

// Ronneberger et al. (2015), on the maps of any backbone: from the smallest map up, each time doubled in size, joined
// with the backbone's map of that size, and two convolutions. The maps grow bilinearly, to whatever size the next one
// has.
class UNetHead final : public MapHead {
  public:
    static Schema schema() {
        return with_map_head_params(
            with_all_maps(Schema("UNetHead", "U-Net's decoder: from the smallest map up to the largest one"))
                .with(integers("channels",
                               "of the decoder at each of the larger maps, the largest first; those of "
                               "the backbone unless given")
                          .at_least(1)
                          .or_null()));
    }

    static Result<std::unique_ptr<UNetHead>> make(const Args& args, const BuildContext& context) {
        GOETIA_ASSIGN(const auto incoming, incoming_channels(args, 2));
        std::vector<std::int64_t> channels(incoming.begin(), incoming.end() - 1);
        if (!args.is_null("channels")) {
            const auto given = args.list<std::int64_t>("channels");
            if (given.size() != channels.size())
                return invalid("'channels' has {} numbers for {} maps above the smallest one; give one for each",
                               given.size(), channels.size());
            channels = given;
        }
        GOETIA_ASSIGN(MapHeadParts parts, make_map_head_parts(args, context, channels));
        return std::unique_ptr<UNetHead>(new UNetHead(args, incoming, channels, std::move(parts)));
    }

    Outputs forward(const std::vector<torch::Tensor>& features) override {
        torch::Tensor maps = features.back();
        for (std::size_t i = 0; i < up_.size(); ++i) {
            const torch::Tensor& beside = features[features.size() - 2 - i];
            maps = up_[i]->forward(at::cat({beside, scaled_to(maps, beside)}, 1));
        }
        return {classifier_->forward(maps)};
    }

  private:
    UNetHead(const Args& args, const std::vector<std::int64_t>& incoming, const std::vector<std::int64_t>& channels,
             MapHeadParts parts)
        : MapHead(args) {
        const auto list = register_module("up", std::make_shared<Module>());
        std::int64_t below = incoming.back();
        for (std::size_t i = channels.size(); i-- > 0;) {
            const auto block = std::make_shared<DoubleConv>(incoming[i] + below, channels[i], parts.norms);
            up_.push_back(list->register_module(std::to_string(up_.size()), block));
            below = channels[i];
        }
        classifier_ = register_module("classifier", make_classifier(below));
        use_loss(std::move(parts.loss));
    }

    std::vector<std::shared_ptr<DoubleConv>> up_;
    std::shared_ptr<Conv2d> classifier_;
};

}  // namespace

Status add_unet_head(HeadRegistry& registry) { return registry.add<UNetHead>(); }

}  // namespace goetia
