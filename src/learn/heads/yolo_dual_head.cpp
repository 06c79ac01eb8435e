#include "base/json.h"
#include "learn/heads/yolo_head.h"

namespace goetia {
namespace {

// YOLOv10's head. One branch is taught by many places for each object and teaches backbone and neck; the other reads
// the same maps without teaching them, learns one place for each object, and so needs no NMS.
class YoloDualHead final : public DetectionHead {
  public:
    static Schema schema() {
        const Selection fallback = yolo_selection();
        return with_yolo_loss_params(
                   with_yolo_head_params(
                       Schema("YoloDualHead",
                              "YOLOv10's head: trained with many and with one place for each object, so "
                              "that it finds objects without NMS")
                           .for_tasks({task_name(Task::kDetection)})))
            .with(number("score_thres", "objects less sure are left out").between(0, 1).fallback(fallback.score_thres))
            .with(integer("max_det", "most objects of an image").at_least(1).fallback(fallback.max_det))
            .with(object("assigner", "which places are to find which object, in the branch that is for training only")
                      .fallback(task_aligned_section(10)))
            .with(object("one2one_assigner", "the same for the branch that finds objects: one place for each")
                      .fallback(task_aligned_section(1)));
    }

    static Result<std::unique_ptr<YoloDualHead>> make(const Args& args, const BuildContext& context) {
        GOETIA_ASSIGN(const YoloHeadParts parts, YoloHeadParts::make(args, context, true));
        GOETIA_ASSIGN(YoloLoss many, make_yolo_loss(args, context, "assigner"));
        GOETIA_ASSIGN(YoloLoss one, make_yolo_loss(args, context, "one2one_assigner"));
        Selection selection = yolo_selection();
        selection.nms.type = NmsSettings::Type::kNone;
        selection.score_thres = args.number("score_thres");
        selection.candidates = selection.max_det = args.integer("max_det");
        std::unique_ptr<YoloDualHead> made(
            new YoloDualHead(parts, std::move(many), std::move(one), std::move(selection)));
        GOETIA_TRY(check_norms(*made, parts.norms));
        return made;
    }

    // What every place says in the branch that finds, the sizes of the maps, and the branch for training.
    Outputs forward(const std::vector<torch::Tensor>& features) override {
        std::vector<torch::Tensor> detached;
        for (const torch::Tensor& map : features) detached.push_back(map.detach());
        return {one2one_->forward(detached), sizes_of(features), one2many_->forward(features)};
    }

    Losses losses(const Outputs& outputs, const Targets& targets) override {
        const YoloLosses many = many_loss_(read(outputs, 2, targets.frames), reader_, targets),
                         one = one_loss_(read(outputs, 0, targets.frames), reader_, targets);
        Losses losses{many.box + many.cls + many.dfl + one.box + one.cls + one.dfl, {}};
        for (const auto& [name, branch] : {std::pair("one2many", &many), std::pair("one2one", &one)}) {
            losses.parts.emplace_back(fmt::format("loss_box_{}", name), branch->box.detach());
            losses.parts.emplace_back(fmt::format("loss_cls_{}", name), branch->cls.detach());
            losses.parts.emplace_back(fmt::format("loss_dfl_{}", name), branch->dfl.detach());
        }
        return losses;
    }

    [[nodiscard]] Predictions predict(const Outputs& outputs, const std::vector<Frame>& frames) const override {
        const YoloReading found = read(outputs, 0, frames);
        std::vector<RowObjects> rows;
        for (std::size_t row = 0; row < frames.size(); ++row)
            rows.push_back(objects_of_row(found, static_cast<std::int64_t>(row), selection_, frames[row]));
        return in_original_images(rows, frames);
    }

    [[nodiscard]] std::int64_t outcomes() const override { return classes_; }

  private:
    YoloDualHead(const YoloHeadParts& parts, YoloLoss many, YoloLoss one, Selection selection)
        : classes_(parts.shape.classes),
          reader_(parts.reader),
          many_loss_(std::move(many)),
          one_loss_(std::move(one)),
          selection_(std::move(selection)) {
        one2many_ = register_module("one2many", std::make_shared<YoloBranch>(parts.shape, parts.norms));
        one2one_ = register_module("one2one", std::make_shared<YoloBranch>(parts.shape, parts.norms));
        register_module("dfl", reader_.expectation());
    }

    [[nodiscard]] YoloReading read(const Outputs& outputs, std::size_t branch, const std::vector<Frame>& frames) const {
        return reader_.read(outputs.at(branch), classes_, outputs.at(1), frames.at(0));
    }

    std::int64_t classes_;
    YoloReader reader_;
    YoloLoss many_loss_, one_loss_;
    Selection selection_;
    std::shared_ptr<YoloBranch> one2many_, one2one_;
};

}  // namespace

Status add_yolo_dual_head(HeadRegistry& registry) { return registry.add<YoloDualHead>(); }

}  // namespace goetia
