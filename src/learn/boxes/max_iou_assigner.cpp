#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/where.h>

#include "component/args.h"
#include "learn/boxes/assigner.h"
#include "learn/boxes/box_math.h"
#include "learn/tensor.h"

namespace goetia {
namespace {

// By overlap, as in Faster R-CNN, RetinaNet and SSD: a place is to find the object it overlaps most.
class MaxIoUAssigner final : public Assigner {
  public:
    static Schema schema() {
        return Schema("MaxIoUAssigner", "Each place is to find the object it overlaps most, where that is enough")
            .with(number("pos_iou_thres", "overlap from which on a place finds the object").between(0, 1).fallback(0.5))
            .with(number("neg_iou_thres", "overlap below which it is background; in between it is ignored")
                      .between(0, 1)
                      .fallback(0.4))
            .with(
                text("low_quality",
                     "what an object gets that no place overlaps enough: none; ties: the places that overlap it most, "
                     "each of which finds its own best object; best: one place, which finds it")
                    .one_of({"none", "ties", "best"})
                    .fallback("none"));
    }
    static Result<std::unique_ptr<MaxIoUAssigner>> make(const Args& args) {
        if (args.number("neg_iou_thres") > args.number("pos_iou_thres"))
            return invalid("'neg_iou_thres' is {}, above 'pos_iou_thres' ({}); set it to at most that",
                           args.number("neg_iou_thres"), args.number("pos_iou_thres"));
        return std::make_unique<MaxIoUAssigner>(args);
    }
    explicit MaxIoUAssigner(const Args& args)
        : enough_(args.number("pos_iou_thres")),
          background_below_(args.number("neg_iou_thres")),
          low_quality_(args.text("low_quality")) {}

    [[nodiscard]] Assignment assign(const AssignerInput& input) const override {
        const at::Tensor& places = input.places.boxes;
        const std::int64_t objects = input.objects.boxes.size(0);
        if (objects == 0) return {at::full({places.size(0)}, kBackground, places.options().dtype(torch::kInt64)), {}};
        const at::Tensor iou = pairwise_iou(input.objects.boxes, places);
        const auto [best, nearest] = iou.max(0);
        at::Tensor found = nearest.clone();
        found.masked_fill_(best < background_below_, kBackground);
        found.masked_fill_((best >= background_below_).logical_and(best < enough_), kIgnored);
        if (low_quality_ == "ties") {
            const at::Tensor most = std::get<0>(iou.max(1, /*keepdim=*/true));
            found = at::where(iou.eq(most).any(0), nearest, found);
        } else if (low_quality_ == "best") {
            give_best(found, iou);
        }
        return {found, {}};
    }

  private:
    // A place that several objects overlap most finds the last of them, in one order on every device.
    static void give_best(at::Tensor& found, const at::Tensor& iou) {
        const at::Tensor places = std::get<1>(iou.max(1)).to(torch::kCPU);
        for (std::int64_t object = 0; object < places.size(0); ++object)
            found[places.const_data_ptr<std::int64_t>()[object]].fill_(object);
    }

    double enough_, background_below_;
    std::string low_quality_;
};

}  // namespace

Status add_max_iou_assigner(AssignerRegistry& registry) { return registry.add<MaxIoUAssigner>(); }

}  // namespace goetia
