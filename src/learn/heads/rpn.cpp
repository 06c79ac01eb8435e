#include "learn/heads/rpn.h"

#include <ATen/core/Reduction.h>
#include <ATen/ops/binary_cross_entropy_with_logits.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/smooth_l1_loss.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/zeros.h>

#include "learn/boxes/box_math.h"
#include "learn/boxes/nms.h"
#include "learn/components.h"
#include "learn/heads/tower.h"
#include "learn/heads/two_stage_params.h"
#include "learn/layers/initial.h"

namespace goetia {
namespace {

// [N, A * C, H, W] -> [N, H * W * A, C], the order of the places.
torch::Tensor as_places(const torch::Tensor& map, std::int64_t columns) {
    return map.view({map.size(0), -1, columns, map.size(2), map.size(3)})
        .permute({0, 3, 4, 1, 2})
        .reshape({map.size(0), -1, columns});
}

// The surest places of each map, each map for itself: int64 [N, chosen], and the number of each one's map.
struct Surest {
    torch::Tensor places, levels;
};

Surest surest_of(const RpnFound& found, std::int64_t most) {
    std::vector<torch::Tensor> places, levels;
    std::int64_t first = 0;
    for (std::size_t level = 0; level < found.places.counts.size(); ++level) {
        const std::int64_t count = found.places.counts[level], taken = std::min(count, most);
        places.push_back(std::get<1>(found.logits.narrow(1, first, count).topk(taken, 1)) + first);
        levels.push_back(torch::full({taken}, static_cast<std::int64_t>(level), places.back().options()));
        first += count;
    }
    return {torch::cat(places, 1), torch::cat(levels)};
}

}  // namespace

Result<std::shared_ptr<Assigner>> make_stage_assigner(const Args& args, const std::string& name,
                                                      const BuildContext& context) {
    GOETIA_ASSIGN(std::shared_ptr<Assigner> assigner, context.components.assigners.make(args.at(name), name));
    if (assigner->reads_predictions())
        return invalid("'{}' asks what the head finds, which neither stage tells; use one by overlap: MaxIoUAssigner",
                       name);
    return assigner;
}

Result<std::shared_ptr<Rpn>> Rpn::make(const Args& args, const BuildContext& context, std::int64_t channels,
                                       std::size_t maps) {
    const Components& all = context.components;
    Parts parts;
    GOETIA_ASSIGN(parts.anchors, all.anchors.make(args.at("anchors"), "anchors"));
    GOETIA_ASSIGN(parts.assigner, make_stage_assigner(args, "rpn_assigner", context));
    GOETIA_ASSIGN(parts.sampler, all.box_samplers.make(args.at("rpn_box_sampler"), "rpn_box_sampler"));
    GOETIA_ASSIGN(parts.coder, all.box_coders.make(args.at("rpn_box_coder"), "rpn_box_coder"));
    GOETIA_ASSIGN(const std::vector<std::int64_t> per_cell, parts.anchors->per_cell(maps));
    GOETIA_TRY(check_alike(per_cell, "anchors"));
    return std::shared_ptr<Rpn>(new Rpn(args, std::move(parts), channels, per_cell.front()));
}

Rpn::Rpn(const Args& args, Parts parts, std::int64_t channels, std::int64_t per_cell)
    : parts_(std::move(parts)),
      pre_nms_{args.integer("rpn_pre_nms"), args.integer("rpn_pre_nms_train")},
      post_nms_{args.integer("rpn_post_nms"), args.integer("rpn_post_nms_train")},
      nms_iou_(args.number("rpn_nms_iou")),
      score_thres_(args.number("rpn_score_thres")),
      min_side_(args.number("rpn_min_side")) {
    const auto head = register_module("head", std::make_shared<Module>());
    const std::vector<std::int64_t> widths(static_cast<std::size_t>(args.integer("rpn_convs")), channels);
    conv_ = head->register_module("conv", std::make_shared<ConvTower>(channels, widths, std::nullopt));
    logits_ = head->register_module("cls_logits", std::make_shared<Conv2d>(channels, per_cell, 1));
    deltas_ = head->register_module("bbox_pred", std::make_shared<Conv2d>(channels, 4 * per_cell, 1));
    constexpr double kDeviation = 0.01;
    conv_->draw_normal_weights(kDeviation);
    for (const auto& conv : {logits_, deltas_}) draw_normal(conv->weight, conv->bias, kDeviation);
}

std::vector<torch::Tensor> Rpn::forward(const std::vector<torch::Tensor>& maps) const {
    std::vector<torch::Tensor> logits, deltas;
    for (const torch::Tensor& map : maps) {
        const torch::Tensor hidden = conv_->forward(map);
        logits.push_back(logits_->forward(hidden));
        deltas.push_back(deltas_->forward(hidden));
    }
    logits.insert(logits.end(), deltas.begin(), deltas.end());
    return logits;
}

RpnFound Rpn::found(std::span<const torch::Tensor> of_maps, const Frame& frame) const {
    const std::size_t maps = of_maps.size() / 2;
    Grid grid{.row = {frame.row_height, frame.row_width}, .device = of_maps[0].device()};
    std::vector<torch::Tensor> logits, deltas;
    for (std::size_t i = 0; i < maps; ++i) {
        grid.maps.push_back({of_maps[i].size(2), of_maps[i].size(3)});
        logits.push_back(as_places(of_maps[i], 1).squeeze(2));
        deltas.push_back(as_places(of_maps[maps + i], 4));
    }
    return {torch::cat(logits, 1), torch::cat(deltas, 1), parts_.anchors->places(grid)};
}

std::vector<torch::Tensor> Rpn::proposals(const RpnFound& found, const std::vector<Frame>& frames) const {
    const torch::NoGradGuard no_gradients;
    const Surest surest = surest_of(found, pre_nms_[is_training()]);
    const torch::Tensor all_scores = found.logits.gather(1, surest.places).sigmoid();
    const torch::Tensor deltas = found.deltas.gather(1, surest.places.unsqueeze(2).expand({-1, -1, 4}));
    const torch::Tensor anchors = found.places.boxes.index_select(0, surest.places.flatten()).view_as(deltas);
    const torch::Tensor all_boxes = parts_.coder->decode(deltas, anchors);
    std::vector<torch::Tensor> list;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const auto image = static_cast<std::int64_t>(i);
        torch::Tensor boxes = clip_boxes(all_boxes[image], frames[i].content());
        torch::Tensor kept = boxes_at_least(boxes, min_side_);
        kept = kept.index_select(0, all_scores[image].index_select(0, kept).ge(score_thres_).nonzero().squeeze(1));
        boxes = boxes.index_select(0, kept);
        const torch::Tensor best =
            batched_nms(boxes, all_scores[image].index_select(0, kept), surest.levels.index_select(0, kept), nms_iou_);
        list.push_back(boxes.index_select(0, best.slice(0, 0, post_nms_[is_training()])));
    }
    return list;
}

RpnLosses Rpn::losses(const RpnFound& found, const Targets& targets) const {
    std::vector<torch::Tensor> positive, negative, codes;
    for (std::size_t i = 0; i < targets.objects.size(); ++i) {
        const ObjectTargets& objects = targets.objects[i];
        const auto image = static_cast<std::int64_t>(i);
        const torch::Tensor assigned =
            parts_.assigner->assign({.places = found.places, .objects = objects, .scores = {}, .boxes = {}}).objects;
        // As background's: only negative places are chosen by it.
        const torch::Tensor of_background =
            parts_.sampler->reads_losses() ? at::softplus(found.logits[image].detach()) : torch::Tensor();
        const SampledPlaces taken = parts_.sampler->sample(assigned, of_background);
        codes.push_back(parts_.coder->encode(objects.boxes.index_select(0, assigned.index_select(0, taken.positive)),
                                             found.places.boxes.index_select(0, taken.positive)));
        const std::int64_t first = image * found.logits.size(1);
        positive.push_back(taken.positive + first), negative.push_back(taken.negative + first);
    }
    const torch::Tensor with = torch::cat(positive), without = torch::cat(negative),
                        taken = torch::cat({with, without});
    const torch::Tensor truth = torch::cat(
        {torch::ones({with.size(0)}, found.logits.options()), torch::zeros({without.size(0)}, found.logits.options())});
    return {at::binary_cross_entropy_with_logits(found.logits.flatten().index_select(0, taken), truth),
            at::smooth_l1_loss(found.deltas.view({-1, 4}).index_select(0, with), torch::cat(codes), at::Reduction::Sum,
                               kStageBeta) /
                static_cast<double>(taken.size(0))};
}

}  // namespace goetia
