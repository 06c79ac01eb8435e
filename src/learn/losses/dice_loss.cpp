#include "learn/losses/overlap.h"

namespace goetia {
namespace {

class DiceLoss final : public OverlapLoss {
  public:
    explicit DiceLoss(const Args& args) : OverlapLoss(args), smooth_(args.number("smooth")) {}

    static Schema schema() {
        return overlap_schema(
            "DiceLoss", "1 less twice the overlap of found and true pixels over the sum of both, mean of classes");
    }

  private:
    [[nodiscard]] torch::Tensor index(const SharedArea& overlap) const override {
        constexpr double kNothing = 1e-12;
        const torch::Tensor both = overlap.hit * 2;
        return (both + smooth_) / (both + overlap.false_alarm + overlap.missed + smooth_).clamp_min(kNothing);
    }

    double smooth_;
};

}  // namespace

Status add_dice_loss(LossRegistry& registry) { return registry.add<DiceLoss>(); }

}  // namespace goetia
