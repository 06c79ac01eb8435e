#include <ATen/ops/cat.h>

#include "base/json.h"
#include "learn/heads/yolo_head.h"
#include "learn/yolo/yolo_masks.h"

namespace goetia {
namespace {

// YOLOv8-seg's head: YOLOv8's, and for each place the coefficients that mix the image's prototypes into its mask.
class YoloSegHead final : public InstanceHead {
  public:
    static Schema schema() {
        return with_selection_params(
                   with_yolo_loss_params(with_yolo_head_params(
                       Schema("YoloSegHead", "YOLOv8-seg's head: boxes, class scores and masks mixed from prototypes")
                           .for_tasks({task_name(Task::kInstance)}))),
                   yolo_selection())
            .with(number("mask_weight", "weight of the loss of masks: binary cross entropy within the box")
                      .at_least(0)
                      .fallback(7.5))
            .with(integer("prototypes", "images that every mask is mixed from").at_least(1).fallback(32))
            .with(object("assigner", "which places are to find which object").fallback(task_aligned_section(10)));
    }

    static Result<std::unique_ptr<YoloSegHead>> make(const Args& args, const BuildContext& context) {
        GOETIA_ASSIGN(const YoloHeadParts parts, YoloHeadParts::make(args, context, false));
        GOETIA_ASSIGN(YoloLoss loss, make_yolo_loss(args, context, "assigner"));
        GOETIA_ASSIGN(Selection selection, make_selection(args, yolo_selection()));
        std::unique_ptr<YoloSegHead> made(new YoloSegHead(args, parts, std::move(loss), std::move(selection)));
        GOETIA_TRY(check_norms(*made, parts.norms));
        return made;
    }

    // What every place says, its coefficients last; the sizes of the maps; the prototypes.
    Outputs forward(const std::vector<torch::Tensor>& features) override {
        return {at::cat({branch_->forward(features), coefficients_->forward(features)}, 2), sizes_of(features),
                prototypes_->forward(features.at(0))};
    }

    Losses losses(const Outputs& outputs, const Targets& targets) override {
        const YoloLosses found = loss_(read(outputs, targets.frames), reader_, targets);
        const torch::Tensor mask = mask_loss(outputs, found.positives, targets);
        return {found.box + found.cls + found.dfl + mask,
                {{"loss_box", found.box.detach()},
                 {"loss_cls", found.cls.detach()},
                 {"loss_dfl", found.dfl.detach()},
                 {"loss_mask", mask.detach()}}};
    }

    // Row by row: the masks of one row are as large as the row, and there are many of them.
    [[nodiscard]] Predictions predict(const Outputs& outputs, const std::vector<Frame>& frames) const override {
        const YoloReading found = read(outputs, frames);
        const torch::Tensor coefficients = coefficients_of(outputs);
        FoundObjects all;
        for (std::size_t row = 0; row < frames.size(); ++row) {
            const auto index = static_cast<std::int64_t>(row);
            RowObjects mine = objects_of_row(found, index, selection_, frames[row], coefficients[index]);
            mine.masks = masks_of(outputs.at(2)[index], mine.masks, mine.boxes, frames[row]);
            FoundObjects one = in_original_images({mine}, {frames[row]});
            all.rows.push_back(std::move(one.rows.at(0)));
        }
        return all;
    }

    [[nodiscard]] std::int64_t outcomes() const override { return classes_; }

  private:
    YoloSegHead(const Args& args, const YoloHeadParts& parts, YoloLoss loss, Selection selection)
        : classes_(parts.shape.classes),
          mask_weight_(args.number("mask_weight")),
          reader_(parts.reader),
          loss_(std::move(loss)),
          selection_(std::move(selection)) {
        const std::vector<std::int64_t>& in = parts.shape.in_channels;
        const std::int64_t count = args.integer("prototypes");
        branch_ = register_module("branch", std::make_shared<YoloBranch>(parts.shape, parts.norms));
        coefficients_ = register_module(
            "coefficients", std::make_shared<YoloTowers>(in, std::max(in[0] / 4, count), count, false, parts.norms));
        prototypes_ = register_module("proto", std::make_shared<YoloPrototypes>(in[0], in[0], count, parts.norms));
        register_module("dfl", reader_.expectation());
    }

    [[nodiscard]] YoloReading read(const Outputs& outputs, const std::vector<Frame>& frames) const {
        return reader_.read(outputs.at(0), classes_, outputs.at(1), frames.at(0));
    }
    [[nodiscard]] torch::Tensor coefficients_of(const Outputs& outputs) const {
        return outputs.at(0).slice(2, 4 * reader_.bins() + classes_);
    }

    // The mean over all places that are to find an object.
    [[nodiscard]] torch::Tensor mask_loss(const Outputs& outputs, const YoloPositives& positives,
                                          const Targets& targets) const {
        const torch::Tensor coefficients = coefficients_of(outputs).index({positives.rows, positives.places});
        // A batch without objects teaches nothing, but every parameter has its gradient.
        torch::Tensor sum = (coefficients.sum() + outputs.at(2).sum()) * 0;
        for (std::size_t row = 0; row < targets.objects.size(); ++row) {
            const torch::Tensor mine = positives.rows.eq(static_cast<std::int64_t>(row)).nonzero().squeeze(1);
            if (mine.size(0) == 0) continue;
            const torch::Tensor truth =
                targets.objects[row].masks.index_select(0, positives.objects.index_select(0, mine));
            sum = sum + mask_losses(outputs.at(2)[static_cast<std::int64_t>(row)], coefficients.index_select(0, mine),
                                    positives.boxes.index_select(0, mine), truth)
                            .sum();
        }
        return sum / static_cast<double>(std::max<std::int64_t>(1, positives.rows.size(0))) * mask_weight_;
    }

    std::int64_t classes_;
    double mask_weight_;
    YoloReader reader_;
    YoloLoss loss_;
    Selection selection_;
    std::shared_ptr<YoloBranch> branch_;
    std::shared_ptr<YoloTowers> coefficients_;
    std::shared_ptr<YoloPrototypes> prototypes_;
};

}  // namespace

Status add_yolo_seg_head(HeadRegistry& registry) { return registry.add<YoloSegHead>(); }

}  // namespace goetia
