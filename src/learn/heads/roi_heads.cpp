#include "learn/heads/roi_heads.h"

#include <ATen/core/Reduction.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/binary_cross_entropy_with_logits.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/smooth_l1_loss.h>
#include <ATen/ops/zeros.h>

#include "learn/boxes/box_math.h"
#include "learn/components.h"
#include "learn/heads/paste_masks.h"
#include "learn/heads/rpn.h"
#include "learn/heads/two_stage_params.h"

namespace goetia {
namespace {

constexpr double kLeastSide = 0.01;  // of a box that is found, in pixels

// One of each row's columns: [K, columns, ...] and int64 [K] -> [K, ...].
torch::Tensor of_column(const torch::Tensor& values, const torch::Tensor& columns) {
    return values.index({torch::arange(columns.size(0), columns.options()), columns});
}

}  // namespace

Result<std::shared_ptr<RoiHeads>> RoiHeads::make(const Args& args, const BuildContext& context, std::int64_t channels,
                                                 bool with_masks) {
    const Components& all = context.components;
    Parts parts;
    GOETIA_ASSIGN(parts.assigner, make_stage_assigner(args, "box_assigner", context));
    GOETIA_ASSIGN(parts.sampler, all.box_samplers.make(args.at("box_sampler"), "box_sampler"));
    if (parts.sampler->reads_losses())
        return invalid("'box_sampler' asks for losses, which proposals do not have; use RandomBoxSampler");
    GOETIA_ASSIGN(parts.coder, all.box_coders.make(args.at("box_coder"), "box_coder"));
    GOETIA_ASSIGN(parts.selection, make_selection(args, two_stage_selection()));
    if (!args.is_null("norm_cfg")) {
        GOETIA_ASSIGN(parts.norms, NormFactory::make(args.at("norm_cfg"), "norm_cfg", context.ranks));
        std::vector<std::int64_t> widths = args.list<std::int64_t>("box_channels");
        if (with_masks) {
            const auto of_masks = args.list<std::int64_t>("mask_channels");
            widths.insert(widths.end(), of_masks.begin(), of_masks.end());
        }
        for (const std::int64_t width : widths) GOETIA_TRY(parts.norms->fits(width));
    }
    return std::shared_ptr<RoiHeads>(new RoiHeads(args, std::move(parts), channels, with_masks));
}

RoiHeads::RoiHeads(const Args& args, Parts parts, std::int64_t channels, bool with_masks)
    : parts_(std::move(parts)),
      classes_(args.integer("num_classes")),
      box_grid_{.size = args.integer("box_pool_size"), .sampling_ratio = args.integer("sampling_ratio")},
      mask_grid_(box_grid_),
      levels_{args.number("canonical_scale"), args.number("canonical_level")} {
    box_branch_ = std::make_shared<BoxBranch>(*this,
                                              BoxHead::Widths{.in = channels,
                                                              .size = box_grid_.size,
                                                              .channels = args.list<std::int64_t>("box_channels"),
                                                              .features = args.integer("box_features")},
                                              classes_ + 1, parts_.norms);
    if (!with_masks) return;
    mask_grid_.size = args.integer("mask_pool_size");
    mask_branch_ =
        std::make_shared<MaskBranch>(*this,
                                     MaskBranch::Widths{.in = channels,
                                                        .channels = args.list<std::int64_t>("mask_channels"),
                                                        .predictor = args.integer("mask_predictor_channels")},
                                     classes_ + 1, parts_.norms);
}

torch::Tensor RoiHeads::read(const std::vector<torch::Tensor>& maps, const torch::Tensor& rois, const Frame& frame,
                             const RoiGrid& grid) const {
    return pyramid_roi_align(maps, rois, frame.row_height, grid, levels_);
}

RoiHeads::Lesson RoiHeads::lesson(const std::vector<torch::Tensor>& proposals, const Targets& targets) const {
    const torch::NoGradGuard no_gradients;
    std::vector<torch::Tensor> boxes, labels, codes;
    Lesson lesson;
    for (std::size_t i = 0; i < proposals.size(); ++i) {
        const ObjectTargets& objects = targets.objects[i];
        const torch::Tensor all = torch::cat({proposals[i], objects.boxes});
        const Places places{.boxes = all, .strides = torch::ones_like(all.select(1, 0)), .counts = {all.size(0)}};
        const torch::Tensor assigned =
            parts_.assigner->assign({.places = places, .objects = objects, .scores = {}, .boxes = {}}).objects;
        const SampledPlaces taken = parts_.sampler->sample(assigned, {});
        const torch::Tensor own = assigned.index_select(0, taken.positive);
        lesson.own.push_back(own);
        boxes.push_back(all.index_select(0, torch::cat({taken.positive, taken.negative})));
        labels.push_back(torch::cat({objects.labels.index_select(0, own) + 1,
                                     torch::zeros({taken.negative.size(0)}, objects.labels.options())}));
        codes.push_back(parts_.coder->encode(objects.boxes.index_select(0, own), all.index_select(0, taken.positive)));
    }
    lesson.rois = rois_of(boxes), lesson.labels = torch::cat(labels), lesson.codes = torch::cat(codes);
    return lesson;
}

RoiHeads::Named RoiHeads::losses(const std::vector<torch::Tensor>& maps, const std::vector<torch::Tensor>& proposals,
                                 const Targets& targets) const {
    const Lesson learnt = lesson(proposals, targets);
    const BoxFindings findings = box_branch_->find(read(maps, learnt.rois, targets.frames.front(), box_grid_));
    const torch::Tensor positive = learnt.labels.gt(0).nonzero().squeeze(1);
    const torch::Tensor codes =
        of_column(findings.codes.index_select(0, positive), learnt.labels.index_select(0, positive));
    Named losses{{"loss_classifier", at::cross_entropy_loss(findings.logits, learnt.labels)},
                 {"loss_box_reg", at::smooth_l1_loss(codes, learnt.codes, at::Reduction::Sum, kStageBeta) /
                                      static_cast<double>(learnt.labels.size(0))}};
    if (mask_branch_) losses.emplace_back("loss_mask", mask_loss(maps, learnt, targets));
    return losses;
}

// Only boxes with an object have a mask: that of the object, cut out by the box.
torch::Tensor RoiHeads::mask_loss(const std::vector<torch::Tensor>& maps, const Lesson& lesson,
                                  const Targets& targets) const {
    const torch::Tensor positive = lesson.labels.gt(0).nonzero().squeeze(1);
    if (positive.size(0) == 0) return mask_branch_->nothing();
    const torch::Tensor rois = lesson.rois.index_select(0, positive);
    const torch::Tensor logits = mask_branch_->find(read(maps, rois, targets.frames.front(), mask_grid_),
                                                    lesson.labels.index_select(0, positive));
    const RoiGrid whole{.size = logits.size(-1)};
    std::vector<torch::Tensor> truth;
    std::int64_t first = 0;
    for (std::size_t i = 0; i < lesson.own.size(); ++i) {
        const std::int64_t count = lesson.own[i].size(0);
        const torch::Tensor boxes = rois.narrow(0, first, count).narrow(1, 1, 4);
        const torch::Tensor of_objects = torch::cat({lesson.own[i].unsqueeze(1).to(boxes.scalar_type()), boxes}, 1);
        const torch::Tensor masks = targets.objects[i].masks.unsqueeze(1).to(boxes.scalar_type());
        truth.push_back(roi_align(masks, of_objects, 1, whole).squeeze(1));
        first += count;
    }
    return at::binary_cross_entropy_with_logits(logits, torch::cat(truth));
}

std::vector<RowObjects> RoiHeads::find(const std::vector<torch::Tensor>& maps,
                                       const std::vector<torch::Tensor>& proposals,
                                       const std::vector<Frame>& frames) const {
    const torch::NoGradGuard no_gradients;
    const BoxFindings all = box_branch_->find(read(maps, rois_of(proposals), frames.front(), box_grid_));
    std::vector<RowObjects> rows;
    std::int64_t first = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const std::int64_t count = proposals[i].size(0);
        rows.push_back(
            found_in(proposals[i], {all.logits.narrow(0, first, count), all.codes.narrow(0, first, count)}, frames[i]));
        first += count;
    }
    if (mask_branch_) add_masks(rows, maps, frames);
    return rows;
}

RowObjects RoiHeads::found_in(const torch::Tensor& proposals, const BoxFindings& findings, const Frame& frame) const {
    const torch::Tensor scores = findings.logits.softmax(1).narrow(1, 1, classes_);  // without the background's
    const torch::Tensor sure = scores.gt(parts_.selection.score_thres).nonzero();
    const torch::Tensor box = sure.select(1, 0), label = sure.select(1, 1);
    const torch::Tensor boxes = clip_boxes(
        parts_.coder->decode(findings.codes.index({box, label + 1}), proposals.index_select(0, box)), frame.content());
    const torch::Tensor scores_of_boxes = scores.index({box, label});
    torch::Tensor kept = boxes_at_least(boxes, kLeastSide);
    if (const std::int64_t most = parts_.selection.candidates; kept.size(0) > most)
        kept = kept.index_select(0, std::get<1>(scores_of_boxes.index_select(0, kept).topk(most)));
    return parts_.selection({.boxes = boxes.index_select(0, kept),
                             .labels = label.index_select(0, kept),
                             .scores = scores_of_boxes.index_select(0, kept),
                             .masks = {}});
}

void RoiHeads::add_masks(std::vector<RowObjects>& rows, const std::vector<torch::Tensor>& maps,
                         const std::vector<Frame>& frames) const {
    std::vector<torch::Tensor> boxes, labels;
    for (const RowObjects& row : rows) boxes.push_back(row.boxes), labels.push_back(row.labels);
    const torch::Tensor rois = rois_of(boxes);
    const torch::Tensor masks =
        rois.size(0) == 0
            ? torch::zeros({0, 2 * mask_grid_.size, 2 * mask_grid_.size}, rois.options())
            : mask_branch_->find(read(maps, rois, frames.front(), mask_grid_), torch::cat(labels) + 1).sigmoid();
    std::int64_t first = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::int64_t count = rows[i].boxes.size(0);
        rows[i].masks =
            paste_masks(masks.narrow(0, first, count), rows[i].boxes, frames[i].row_height, frames[i].row_width);
        first += count;
    }
}

}  // namespace goetia
