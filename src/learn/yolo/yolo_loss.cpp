#include "learn/yolo/yolo_loss.h"

#include <ATen/ops/binary_cross_entropy_with_logits.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include "base/json.h"
#include "learn/boxes/box_math.h"

namespace goetia {
namespace {

torch::Tensor joined(const std::vector<torch::Tensor>& pieces, const torch::Tensor& empty) {
    return pieces.empty() ? empty : at::cat(pieces);
}

// The soft truth of every place and class: 0, and for what a place is to find how well it suits.
torch::Tensor class_truth_of(const YoloReading& found, const YoloPositives& positives) {
    torch::Tensor truth = torch::zeros_like(found.classes);
    truth.index_put_({positives.rows, positives.places, positives.labels}, positives.weights.to(truth.scalar_type()));
    return truth;
}

}  // namespace

Schema with_yolo_loss_params(Schema schema) {
    return std::move(schema)
        .with(number("box_weight", "weight of the loss of boxes: 1 - CIoU").at_least(0).fallback(7.5))
        .with(number("cls_weight", "weight of the loss of classes: binary cross entropy").at_least(0).fallback(0.5))
        .with(number("dfl_weight", "weight of the distribution focal loss of distances").at_least(0).fallback(1.5));
}

Json task_aligned_section(std::int64_t topk) { return {{"type", "TaskAlignedAssigner"}, {"topk", topk}}; }

YoloLoss::YoloLoss(const Args& args, std::shared_ptr<Assigner> assigner)
    : assigner_(std::move(assigner)),
      box_weight_(args.number("box_weight")),
      cls_weight_(args.number("cls_weight")),
      dfl_weight_(args.number("dfl_weight")) {}

YoloPositives YoloLoss::positives(const YoloReading& found, const Targets& targets) const {
    const torch::NoGradGuard no_gradients;
    const auto whole = found.places.boxes.options().dtype(torch::kInt64), floats = found.places.boxes.options();
    std::vector<torch::Tensor> rows, places, objects, weights, boxes, labels, ignored;
    for (std::size_t row = 0; row < targets.objects.size(); ++row) {
        const ObjectTargets& truth = targets.objects[row];
        const auto index = static_cast<std::int64_t>(row);
        const Assignment assigned = assigner_->assign({.places = found.places,
                                                       .objects = truth,
                                                       .scores = found.classes[index].detach().sigmoid(),
                                                       .boxes = found.boxes[index].detach()});
        ignored.push_back(assigned.objects.eq(kIgnored));
        const torch::Tensor numbers = assigned.objects.ge(0).nonzero().squeeze(1);
        places.push_back(numbers);
        rows.push_back(torch::full_like(numbers, index));
        objects.push_back(assigned.objects.index_select(0, numbers));
        weights.push_back(assigned.weights.defined() ? assigned.weights.index_select(0, numbers)
                                                     : torch::ones({numbers.size(0)}, floats));
        boxes.push_back(truth.boxes.index_select(0, objects.back()));
        labels.push_back(truth.labels.index_select(0, objects.back()));
    }
    const torch::Tensor none = torch::empty({0}, whole);
    return {.rows = joined(rows, none),
            .places = joined(places, none),
            .objects = joined(objects, none),
            .weights = joined(weights, torch::empty({0}, floats)),
            .boxes = joined(boxes, torch::empty({0, 4}, floats)),
            .labels = joined(labels, none),
            .ignored = at::stack(ignored)};
}

YoloLosses YoloLoss::operator()(const YoloReading& found, const YoloReader& reader, const Targets& targets) const {
    YoloLosses losses{.box = {}, .cls = {}, .dfl = {}, .positives = positives(found, targets)};
    const YoloPositives& mine = losses.positives;
    const torch::Tensor total = mine.weights.sum().clamp_min(1);
    const torch::Tensor counts = mine.ignored.logical_not().unsqueeze(2).to(found.classes.scalar_type());
    losses.cls = at::binary_cross_entropy_with_logits(found.classes, class_truth_of(found, mine), counts, {},
                                                      at::Reduction::Sum) /
                 total * cls_weight_;
    const torch::Tensor boxes = found.boxes.index({mine.rows, mine.places});
    const torch::Tensor apart = 1 - box_overlap(Overlap::kCIoU, boxes, mine.boxes);
    losses.box = (apart * mine.weights).sum() / total * box_weight_;
    const torch::Tensor logits = found.distances.index({mine.rows, mine.places}).reshape({-1, reader.bins()}),
                        distances = reader.distances_to(mine.boxes, found.places.boxes.index_select(0, mine.places));
    const torch::Tensor focal = distribution_focal_loss(logits, distances.flatten()).view({-1, 4}).mean(1);
    losses.dfl = (focal * mine.weights).sum() / total * dfl_weight_;
    return losses;
}

torch::Tensor distribution_focal_loss(const torch::Tensor& logits, const torch::Tensor& values) {
    const auto last = static_cast<double>(logits.size(1) - 1);
    const torch::Tensor within = values.clamp(0, last);
    const torch::Tensor left = within.floor().clamp_max(last - 1), right_share = within - left;
    const torch::Tensor logs = logits.log_softmax(1);
    const auto log_of = [&](const torch::Tensor& bins) {
        return logs.gather(1, bins.to(torch::kInt64).unsqueeze(1)).squeeze(1);
    };
    return -(log_of(left) * (1 - right_share) + log_of(left + 1) * right_share);
}

}  // namespace goetia
