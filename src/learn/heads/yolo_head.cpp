#include "learn/heads/yolo_head.h"

#include "base/json.h"
#include "learn/components.h"

namespace goetia {

Result<YoloHeadParts> YoloHeadParts::make(const Args& args, const BuildContext& context, bool separable_classes) {
    GOETIA_ASSIGN(YoloHeadShape shape, yolo_head_shape(args, separable_classes));
    GOETIA_ASSIGN(NormFactory norms, yolo_norms(args, context));
    GOETIA_ASSIGN(YoloReader reader, YoloReader::make(shape.bins, context));
    return YoloHeadParts{std::move(shape), std::move(norms), std::move(reader)};
}

Result<YoloLoss> make_yolo_loss(const Args& args, const BuildContext& context, const std::string& assigner) {
    GOETIA_ASSIGN(auto made, context.components.assigners.make(args.get<Json>(assigner), assigner));
    return YoloLoss(args, std::move(made));
}

Selection yolo_selection() {
    Selection selection;
    selection.score_thres = 0.001;
    selection.candidates = 3000;
    selection.nms.iou_thres = 0.7;
    selection.max_det = 300;
    return selection;
}

namespace {

// YOLOv8's head: each place tells a box and the score of every class; what overlaps is thinned out.
class YoloHead final : public DetectionHead {
  public:
    static Schema schema() {
        return with_selection_params(
                   with_yolo_loss_params(with_yolo_head_params(
                       Schema("YoloHead", "YOLOv8's head: a box and class scores of every place, thinned out by NMS")
                           .for_tasks({task_name(Task::kDetection)}))),
                   yolo_selection())
            .with(object("assigner", "which places are to find which object").fallback(task_aligned_section(10)));
    }

    static Result<std::unique_ptr<YoloHead>> make(const Args& args, const BuildContext& context) {
        GOETIA_ASSIGN(const YoloHeadParts parts, YoloHeadParts::make(args, context, false));
        GOETIA_ASSIGN(YoloLoss loss, make_yolo_loss(args, context, "assigner"));
        GOETIA_ASSIGN(Selection selection, make_selection(args, yolo_selection()));
        std::unique_ptr<YoloHead> made(new YoloHead(parts, std::move(loss), std::move(selection)));
        GOETIA_TRY(check_norms(*made, parts.norms));
        return made;
    }

    // What every place says, and the sizes of the maps.
    Outputs forward(const std::vector<torch::Tensor>& features) override {
        return {branch_->forward(features), sizes_of(features)};
    }

    Losses losses(const Outputs& outputs, const Targets& targets) override {
        const YoloLosses found = loss_(read(outputs, targets.frames), reader_, targets);
        return {found.box + found.cls + found.dfl,
                {{"loss_box", found.box.detach()}, {"loss_cls", found.cls.detach()}, {"loss_dfl", found.dfl.detach()}}};
    }

    [[nodiscard]] Predictions predict(const Outputs& outputs, const std::vector<Frame>& frames) const override {
        const YoloReading found = read(outputs, frames);
        std::vector<RowObjects> rows;
        for (std::size_t row = 0; row < frames.size(); ++row)
            rows.push_back(objects_of_row(found, static_cast<std::int64_t>(row), selection_, frames[row]));
        return in_original_images(rows, frames);
    }

    [[nodiscard]] std::int64_t outcomes() const override { return classes_; }

  private:
    YoloHead(const YoloHeadParts& parts, YoloLoss loss, Selection selection)
        : classes_(parts.shape.classes),
          reader_(parts.reader),
          loss_(std::move(loss)),
          selection_(std::move(selection)) {
        branch_ = register_module("branch", std::make_shared<YoloBranch>(parts.shape, parts.norms));
        register_module("dfl", reader_.expectation());
    }

    [[nodiscard]] YoloReading read(const Outputs& outputs, const std::vector<Frame>& frames) const {
        return reader_.read(outputs.at(0), classes_, outputs.at(1), frames.at(0));
    }

    std::int64_t classes_;
    YoloReader reader_;
    YoloLoss loss_;
    Selection selection_;
    std::shared_ptr<YoloBranch> branch_;
};

}  // namespace

Status add_yolo_head(HeadRegistry& registry) { return registry.add<YoloHead>(); }

}  // namespace goetia
