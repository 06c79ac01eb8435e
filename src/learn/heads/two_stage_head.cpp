#include <algorithm>
#include <span>

#include <ATen/ops/zeros.h>

#include <fmt/ranges.h>

#include "component/registry.h"
#include "learn/heads/roi_heads.h"
#include "learn/heads/rpn.h"
#include "learn/heads/two_stage_params.h"
#include "learn/tasks/objects.h"

namespace goetia {
namespace {

// Faster R-CNN (Ren et al., 2015) and, with masks, Mask R-CNN (He et al., 2017): the first stage proposes boxes, the
// second looks at each of them. Its outputs are the maps it was given, then what the first stage finds in each; the
// proposals depend on whether the truth is known, so losses() and predict() make their own.
template <class Base, bool kMasks>
class TwoStageHead final : public Base {
  public:
    static Schema schema();
    static Result<std::unique_ptr<TwoStageHead>> make(const Args& args, const BuildContext& context);

    Outputs forward(const std::vector<torch::Tensor>& maps) override {
        Outputs outputs = maps;
        const std::vector<torch::Tensor> found = rpn_->forward(maps);
        outputs.insert(outputs.end(), found.begin(), found.end());
        return outputs;
    }
    Losses losses(const Outputs& outputs, const Targets& targets) override {
        const RpnFound found = found_in(outputs, targets.frames);
        const RpnLosses first = rpn_->losses(found, targets);
        RoiHeads::Named parts = roi_heads_->losses(pooled(outputs), rpn_->proposals(found, targets.frames), targets);
        parts.insert(parts.begin(), {{"loss_objectness", first.objectness}, {"loss_rpn_box_reg", first.boxes}});
        torch::Tensor total = torch::zeros({}, first.objectness.options());
        for (auto& [name, value] : parts) total = total + value, value = value.detach();
        return {total, std::move(parts)};
    }
    [[nodiscard]] Predictions predict(const Outputs& outputs, const std::vector<Frame>& frames) const override {
        const std::vector<torch::Tensor> proposals = rpn_->proposals(found_in(outputs, frames), frames);
        return in_original_images(roi_heads_->find(pooled(outputs), proposals, frames), frames);
    }
    [[nodiscard]] std::int64_t outcomes() const override { return classes_; }

  private:
    TwoStageHead(const Args& args, std::int64_t maps, std::shared_ptr<Rpn> rpn, std::shared_ptr<RoiHeads> roi_heads)
        : classes_(args.integer("num_classes")),
          maps_(static_cast<std::size_t>(maps)),
          pooled_(args.is_null("pooled_maps") ? std::max<std::int64_t>(maps - 1, 1) : args.integer("pooled_maps")) {
        rpn_ = this->register_module("rpn", std::move(rpn));
        roi_heads_ = this->register_module("roi_heads", std::move(roi_heads));
    }

    [[nodiscard]] RpnFound found_in(const Outputs& outputs, const std::vector<Frame>& frames) const {
        return rpn_->found(std::span(outputs).subspan(maps_), frames.at(0));
    }
    [[nodiscard]] std::vector<torch::Tensor> pooled(const Outputs& outputs) const {
        return {outputs.begin(), outputs.begin() + pooled_};
    }

    std::int64_t classes_;
    std::size_t maps_;
    std::int64_t pooled_;
    std::shared_ptr<Rpn> rpn_;
    std::shared_ptr<RoiHeads> roi_heads_;
};

template <class Base, bool kMasks>
Schema TwoStageHead<Base, kMasks>::schema() {
    Schema named = kMasks
                       ? Schema("MaskRoiHead", "Two stages: proposals, then class, box and mask of each (Mask R-CNN)")
                       : Schema("RoiHead", "Two stages: proposals, then class and box of each (Faster R-CNN)");
    Schema own = std::move(named)
                     .with(integers("in_channels", "channels of each map, all alike; those of the neck unless given")
                               .at_least(1)
                               .or_null())
                     .with(integer("num_classes", "classes of objects, without a background").at_least(1))
                     .for_tasks({task_name(kMasks ? Task::kInstance : Task::kDetection)});
    return with_two_stage_params(std::move(own), kMasks);
}

template <class Base, bool kMasks>
Result<std::unique_ptr<TwoStageHead<Base, kMasks>>> TwoStageHead<Base, kMasks>::make(const Args& args,
                                                                                     const BuildContext& context) {
    if (args.is_null("in_channels")) return invalid("'in_channels' must be given when no neck says it");
    const auto channels = args.list<std::int64_t>("in_channels");
    if (std::ranges::adjacent_find(channels, std::not_equal_to<>()) != channels.end() || channels.empty())
        return invalid(
            "the two stages share their layers among all maps, but 'in_channels' is {}; put a neck between that gives "
            "every map as many channels: FPN",
            fmt::format("[{}]", fmt::join(channels, ", ")));
    const auto maps = static_cast<std::int64_t>(channels.size());
    if (!args.is_null("pooled_maps") && args.integer("pooled_maps") > maps)
        return invalid("'pooled_maps' is {}, but there are {} maps; set it to at most that",
                       args.integer("pooled_maps"), maps);
    GOETIA_ASSIGN(auto rpn, Rpn::make(args, context, channels.front(), channels.size()));
    GOETIA_ASSIGN(auto roi_heads, RoiHeads::make(args, context, channels.front(), kMasks));
    return std::unique_ptr<TwoStageHead>(new TwoStageHead(args, maps, std::move(rpn), std::move(roi_heads)));
}

}  // namespace

Status add_two_stage_head(HeadRegistry& registry) {
    GOETIA_TRY((registry.add<TwoStageHead<DetectionHead, false>>()));
    return registry.add<TwoStageHead<InstanceHead, true>>();
}

}  // namespace goetia
