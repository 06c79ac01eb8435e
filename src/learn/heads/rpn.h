// The region proposal network (Ren et al., 2015), the first of two stages: it says of every anchor of every map whether
// an object may be there, and how its box lies. Parameter names and values are torchvision's.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "component/args.h"
#include "learn/boxes/assigner.h"
#include "learn/boxes/box_coder.h"
#include "learn/boxes/box_sampler.h"
#include "learn/boxes/places.h"
#include "learn/heads/conv_tower.h"
#include "learn/model.h"

namespace goetia {

// What it found in a batch.
struct RpnFound {
    torch::Tensor logits;  // [N, places]
    torch::Tensor deltas;  // [N, places, 4], as the box coder tells boxes
    Places places;
};

struct RpnLosses {
    torch::Tensor objectness, boxes;
};

class Rpn final : public Module {
  public:
    // For so many maps of so many channels each.
    static Result<std::shared_ptr<Rpn>> make(const Args& args, const BuildContext& context, std::int64_t channels,
                                             std::size_t maps);

    // The logits of each map, then the deltas of each.
    [[nodiscard]] std::vector<torch::Tensor> forward(const std::vector<torch::Tensor>& maps) const;
    // These in one row, for images that are so large.
    [[nodiscard]] RpnFound found(std::span<const torch::Tensor> of_maps, const Frame& frame) const;

    // Boxes where objects may be, surest first, [., 4] for each image. No gradient flows through them.
    [[nodiscard]] std::vector<torch::Tensor> proposals(const RpnFound& found, const std::vector<Frame>& frames) const;
    [[nodiscard]] RpnLosses losses(const RpnFound& found, const Targets& targets) const;

  private:
    struct Parts {
        std::shared_ptr<Anchors> anchors;
        std::shared_ptr<Assigner> assigner;
        std::shared_ptr<BoxSampler> sampler;
        std::shared_ptr<BoxCoder> coder;
    };
    Rpn(const Args& args, Parts parts, std::int64_t channels, std::int64_t per_cell);

    Parts parts_;
    std::int64_t pre_nms_[2], post_nms_[2];  // in evaluation, in training
    double nms_iou_, score_thres_, min_side_;
    std::shared_ptr<ConvTower> conv_;
    std::shared_ptr<Conv2d> logits_, deltas_;
};

// The assigner of this section; one that asks what the head finds cannot serve a stage that only finds boxes.
Result<std::shared_ptr<Assigner>> make_stage_assigner(const Args& args, const std::string& name,
                                                      const BuildContext& context);

}  // namespace goetia
