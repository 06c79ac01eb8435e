#include <algorithm>

#include <ATen/ops/zeros.h>

#include "base/json.h"
#include "learn/components.h"
#include "learn/heads/dense_head.h"
#include "learn/heads/tower.h"

namespace goetia {
namespace {

const DenseDefaults& retina_defaults() {
    static const DenseDefaults defaults{
        .anchors = {{"type", "GridAnchors"},
                    {"sizes", {{32, 40, 50}, {64, 80, 101}, {128, 161, 203}, {256, 322, 406}, {512, 645, 812}}},
                    {"ratios", {0.5, 1.0, 2.0}}},
        .assigner = {{"type", "MaxIoUAssigner"},
                     {"pos_iou_thres", 0.5},
                     {"neg_iou_thres", 0.4},
                     {"low_quality", "ties"}},
        .box_coder = {{"type", "DeltaBoxCoder"}},
        .loss_cls = {{"type", "SigmoidFocalLoss"}},
        .loss_box = {{"type", "L1Loss"}},
        .selection = {.score_thres = 0.05, .candidates = 1000, .nms = {.iou_thres = 0.5}, .max_det = 300}};
    return defaults;
}

// RetinaNet's head (Lin et al. 2017), with torchvision's names and arithmetic.
class RetinaHead final : public DenseHead {
  public:
    static Schema schema();
    static Result<std::unique_ptr<RetinaHead>> make(const Args& args, const BuildContext& context);

    Outputs forward(const std::vector<torch::Tensor>& features) override;
    Losses losses(const Outputs& outputs, const Targets& targets) override;

  private:
    RetinaHead(Parts parts, std::int64_t convs, const std::optional<NormFactory>& norms);
    [[nodiscard]] std::vector<at::Tensor> scores(const Outputs& outputs) const override;

    std::shared_ptr<Branch> classes_, boxes_;
};

Schema RetinaHead::schema() {
    return with_dense_params(Schema("RetinaHead", "RetinaNet's: classes and boxes of anchors, by the focal loss"),
                             retina_defaults())
        .with(integer("num_convs", "convolutions before the last one of each branch").at_least(0).fallback(4))
        .with(object("norm_cfg", "normalisation in the branches; null: none").or_null());
}

Result<std::unique_ptr<RetinaHead>> RetinaHead::make(const Args& args, const BuildContext& context) {
    GOETIA_ASSIGN(Parts parts, make_parts(args, context, retina_defaults()));
    GOETIA_TRY(check_alike(parts.in_channels, "in_channels"));
    GOETIA_TRY(check_alike(parts.per_cell, "anchors"));
    GOETIA_ASSIGN(const auto norms,
                  optional_norms(args.at("norm_cfg"), "norm_cfg", parts.in_channels[0], context.ranks));
    return std::unique_ptr<RetinaHead>(new RetinaHead(std::move(parts), args.integer("num_convs"), norms));
}

RetinaHead::RetinaHead(Parts given, std::int64_t convs, const std::optional<NormFactory>& norms)
    : DenseHead(std::move(given)) {
    const BranchShape shape{.channels = parts().in_channels[0], .convs = convs};
    const std::int64_t per_cell = parts().per_cell[0];
    classes_ = register_module("classification_head", std::make_shared<Branch>(shape, norms));
    classes_->tell("cls_logits", per_cell * parts().classes, kRareClassBias);
    boxes_ = register_module("regression_head", std::make_shared<Branch>(shape, norms));
    boxes_->tell("bbox_reg", per_cell * 4);
}

Outputs RetinaHead::forward(const std::vector<torch::Tensor>& features) {
    Outputs found;
    for (const torch::Tensor& maps : features) found.push_back(classes_->forward(maps)[0]);
    for (const torch::Tensor& maps : features) found.push_back(boxes_->forward(maps)[0]);
    return found;
}

std::vector<at::Tensor> RetinaHead::scores(const Outputs& outputs) const {
    std::vector<at::Tensor> found;
    for (const at::Tensor& maps : class_maps(outputs)) found.push_back(by_place(maps, outcomes()).sigmoid());
    return found;
}

// Each row's losses are divided by the places that find an object in it; then the rows' mean is taken.
Losses RetinaHead::losses(const Outputs& outputs, const Targets& targets) {
    const Places where = places(outputs, targets.frames.at(0));
    const std::vector<Assignment> rows = assigned(outputs, targets, where);
    const at::Tensor logits = by_place(class_maps(outputs), outcomes()), codes = by_place(code_maps(outputs), 4);
    torch::Tensor of_classes = at::zeros({}, logits.options()), of_boxes = at::zeros({}, logits.options());
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto index = static_cast<std::int64_t>(row);
        const at::Tensor at = places_with_objects(rows[row]),
                         counts = rows[row].objects.ne(kIgnored).nonzero().squeeze(1);
        const double objects = std::max<double>(1, static_cast<double>(at.size(0)));
        const at::Tensor shares = class_shares(rows[row], targets.objects[row], outcomes());
        of_classes =
            of_classes +
            parts().loss_cls->forward(logits[index].index_select(0, counts), shares.index_select(0, counts)) / objects;
        of_boxes = of_boxes + box_loss(codes[index], where, targets.objects[row], rows[row], at) / objects;
    }
    const auto count = static_cast<double>(rows.size());
    of_classes = of_classes / count, of_boxes = of_boxes / count;
    return {of_classes + of_boxes, {{"loss_cls", of_classes.detach()}, {"loss_box", of_boxes.detach()}}};
}

}  // namespace

Status add_retina_head(HeadRegistry& registry) { return registry.add<RetinaHead>(); }

}  // namespace goetia
