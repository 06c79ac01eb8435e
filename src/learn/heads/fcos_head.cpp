#include <ATen/ops/binary_cross_entropy_with_logits.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>

#include "base/json.h"
#include "learn/components.h"
#include "learn/heads/dense_head.h"
#include "learn/heads/tower.h"

namespace goetia {
namespace {

const DenseDefaults& fcos_defaults() {
    static const DenseDefaults defaults{
        .anchors = {{"type", "GridAnchors"}, {"sizes", {{8}, {16}, {32}, {64}, {128}}}, {"ratios", {1.0}}},
        .assigner = {{"type", "FcosAssigner"}, {"radius", 1.5}},
        .box_coder = {{"type", "DistanceBoxCoder"}},
        .loss_cls = {{"type", "SigmoidFocalLoss"}},
        .loss_box = {{"type", "GIoULoss"}},
        .selection = {.score_thres = 0.2, .candidates = 1000, .nms = {.iou_thres = 0.6}, .max_det = 100}};
    return defaults;
}

// FCOS' head (Tian et al. 2019), with torchvision's names and arithmetic.
class FcosHead final : public DenseHead {
  public:
    static Schema schema();
    static Result<std::unique_ptr<FcosHead>> make(const Args& args, const BuildContext& context);

    Outputs forward(const std::vector<torch::Tensor>& features) override;
    Losses losses(const Outputs& outputs, const Targets& targets) override;

  private:
    FcosHead(Parts parts, std::int64_t convs, const std::optional<NormFactory>& norms);
    [[nodiscard]] std::vector<at::Tensor> scores(const Outputs& outputs) const override;
    [[nodiscard]] std::span<const at::Tensor> center_maps(const Outputs& outputs) const {
        return std::span(outputs).subspan(2 * levels(), levels());
    }

    std::shared_ptr<Branch> classes_, boxes_;
};

Schema FcosHead::schema() {
    return with_dense_params(Schema("FcosHead", "FCOS': classes, distances to the edges and centredness of points"),
                             fcos_defaults())
        .with(integer("num_convs", "convolutions before the last one of each branch").at_least(0).fallback(4))
        .with(object("norm_cfg", "normalisation in the branches; null: none")
                  .fallback(Json{{"type", "GN"}, {"num_groups", 32}})
                  .or_null());
}

Result<std::unique_ptr<FcosHead>> FcosHead::make(const Args& args, const BuildContext& context) {
    GOETIA_ASSIGN(Parts parts, make_parts(args, context, fcos_defaults()));
    GOETIA_TRY(check_alike(parts.in_channels, "in_channels"));
    GOETIA_TRY(check_alike(parts.per_cell, "anchors"));
    if (parts.per_cell[0] != 1)
        return invalid("'anchors' gives {} places to a cell, but this head takes one; use one size and one ratio",
                       parts.per_cell[0]);
    GOETIA_ASSIGN(const auto norms,
                  optional_norms(args.at("norm_cfg"), "norm_cfg", parts.in_channels[0], context.ranks));
    return std::unique_ptr<FcosHead>(new FcosHead(std::move(parts), args.integer("num_convs"), norms));
}

FcosHead::FcosHead(Parts given, std::int64_t convs, const std::optional<NormFactory>& norms)
    : DenseHead(std::move(given)) {
    const BranchShape shape{.channels = parts().in_channels[0], .convs = convs, .names = BranchShape::Names::kFcos};
    classes_ = register_module("classification_head", std::make_shared<Branch>(shape, norms));
    classes_->tell("cls_logits", parts().classes, kRareClassBias);
    boxes_ = register_module("regression_head", std::make_shared<Branch>(shape, norms));
    boxes_->tell("bbox_reg", 4);
    boxes_->tell("bbox_ctrness", 1);
}

Outputs FcosHead::forward(const std::vector<torch::Tensor>& features) {
    Outputs classes, codes, centers;
    for (const torch::Tensor& maps : features) {
        classes.push_back(classes_->forward(maps)[0]);
        const std::vector<at::Tensor> of_boxes = boxes_->forward(maps);
        codes.push_back(of_boxes[0].relu());
        centers.push_back(of_boxes[1]);
    }
    classes.insert(classes.end(), codes.begin(), codes.end());
    classes.insert(classes.end(), centers.begin(), centers.end());
    return classes;
}

// A place far from the middle of its object is less sure of it.
std::vector<at::Tensor> FcosHead::scores(const Outputs& outputs) const {
    std::vector<at::Tensor> found;
    for (std::size_t level = 0; level < levels(); ++level) {
        found.push_back((by_place(class_maps(outputs)[level], outcomes()).sigmoid() *
                         by_place(center_maps(outputs)[level], 1).sigmoid())
                            .sqrt());
    }
    return found;
}

// How near the middle of the box a place lies: 1 in the middle, 0 at an edge. [places].
at::Tensor centredness(const BoxCoder& coder, const at::Tensor& boxes, const at::Tensor& places) {
    const at::Tensor distances = coder.encode(boxes, places);
    const auto share = [&](std::int64_t one, std::int64_t other) {
        const at::Tensor both = at::stack({distances.select(-1, one), distances.select(-1, other)}, -1);
        return both.amin(-1) / both.amax(-1);
    };
    return (share(0, 2) * share(1, 3)).sqrt();
}

// All losses are divided by the places of the batch that find an object.
Losses FcosHead::losses(const Outputs& outputs, const Targets& targets) {
    const Places where = places(outputs, targets.frames.at(0));
    const std::vector<Assignment> rows = assigned(outputs, targets, where);
    const at::Tensor logits = by_place(class_maps(outputs), outcomes()), codes = by_place(code_maps(outputs), 4),
                     centers = by_place(center_maps(outputs), 1);
    torch::Tensor of_classes = at::zeros({}, logits.options()), of_boxes = at::zeros({}, logits.options()),
                  of_centers = at::zeros({}, logits.options());
    double objects = 0;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto index = static_cast<std::int64_t>(row);
        const ObjectTargets& truth = targets.objects[row];
        const at::Tensor at = places_with_objects(rows[row]),
                         counts = rows[row].objects.ne(kIgnored).nonzero().squeeze(1);
        objects += static_cast<double>(at.size(0));
        of_classes =
            of_classes + parts().loss_cls->forward(logits[index].index_select(0, counts),
                                                   class_shares(rows[row], truth, outcomes()).index_select(0, counts));
        of_boxes = of_boxes + box_loss(codes[index], where, truth, rows[row], at);
        const at::Tensor boxes = truth.boxes.index_select(0, rows[row].objects.index_select(0, at));
        of_centers = of_centers + at::binary_cross_entropy_with_logits(
                                      centers[index].squeeze(1).index_select(0, at),
                                      centredness(*parts().coder, boxes, where.boxes.index_select(0, at)), {}, {},
                                      at::Reduction::Sum);
    }
    objects = std::max(1.0, objects);
    of_classes = of_classes / objects, of_boxes = of_boxes / objects, of_centers = of_centers / objects;
    return {
        of_classes + of_boxes + of_centers,
        {{"loss_cls", of_classes.detach()}, {"loss_box", of_boxes.detach()}, {"loss_centerness", of_centers.detach()}}};
}

}  // namespace

Status add_fcos_head(HeadRegistry& registry) { return registry.add<FcosHead>(); }

}  // namespace goetia
