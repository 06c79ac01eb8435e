#include "learn/boxes/box_loss.h"
#include "learn/boxes/box_math.h"
#include "learn/losses/distance.h"

namespace goetia {
namespace {

struct OverlapName {
    const char *name, *sentence;
};

constexpr OverlapName name_of(Overlap kind) {
    switch (kind) {
        case Overlap::kGIoU:
            return {"GIoULoss", "1 - GIoU of boxes: apart, the smaller the box around both the better"};
        case Overlap::kDIoU: return {"DIoULoss", "1 - DIoU of boxes: also the distance of their centres counts"};
        case Overlap::kCIoU:
            return {"CIoULoss", "1 - CIoU of boxes: also the distance of centres and the aspect count"};
        case Overlap::kIoU: break;
    }
    return {"IoULoss", "1 - IoU of boxes"};
}

// Of boxes [n, 4] in pixels: one distance for each pair. Equals torchvision's *_box_iou_loss.
template <Overlap kKind>
class IoULoss final : public DistanceLoss, public ComparesBoxes {
  public:
    explicit IoULoss(const Args& args) : DistanceLoss(args), eps_(args.number("eps")) {}

    static Schema schema() {
        return distance_schema(name_of(kKind).name, name_of(kKind).sentence)
            .with(number("eps", "added to what is divided by").above(0).fallback(1e-7));
    }

  private:
    [[nodiscard]] torch::Tensor distance(const torch::Tensor& found, const torch::Tensor& truth) const override {
        return 1 - box_overlap(kKind, found, truth, eps_);
    }

    double eps_;
};

}  // namespace

Status add_iou_loss(LossRegistry& registry) {
    GOETIA_TRY(registry.add<IoULoss<Overlap::kIoU>>());
    GOETIA_TRY(registry.add<IoULoss<Overlap::kGIoU>>());
    GOETIA_TRY(registry.add<IoULoss<Overlap::kDIoU>>());
    return registry.add<IoULoss<Overlap::kCIoU>>();
}

}  // namespace goetia
