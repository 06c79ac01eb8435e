#include <ATen/ops/binary_cross_entropy_with_logits.h>

#include "learn/losses/distance.h"

namespace goetia {
namespace {

// Lin et al. (2017), over logits and the share of each class that is true; equals torchvision's sigmoid_focal_loss.
class SigmoidFocalLoss final : public DistanceLoss {
  public:
    explicit SigmoidFocalLoss(const Args& args)
        : DistanceLoss(args), alpha_(args.is_null("alpha") ? -1 : args.number("alpha")), gamma_(args.number("gamma")) {}

    static Schema schema() {
        return distance_schema("SigmoidFocalLoss",
                               "Binary cross entropy of every class, in which surely right answers count for less")
            .with(number("alpha", "weight of true classes, against 1 - alpha of the others; null: all alike")
                      .between(0, 1)
                      .fallback(0.25)
                      .or_null())
            .with(number("gamma", "how much less; 0 is plain cross entropy").at_least(0).fallback(2.0));
    }

  private:
    [[nodiscard]] torch::Tensor distance(const torch::Tensor& found, const torch::Tensor& truth) const override {
        const torch::Tensor share = found.sigmoid();
        const torch::Tensor right = share * truth + (1 - share) * (1 - truth);
        torch::Tensor loss =
            at::binary_cross_entropy_with_logits(found, truth, {}, {}, at::Reduction::None) * (1 - right).pow(gamma_);
        return alpha_ < 0 ? loss : (alpha_ * truth + (1 - alpha_) * (1 - truth)) * loss;
    }

    double alpha_, gamma_;
};

}  // namespace

Status add_sigmoid_focal_loss(LossRegistry& registry) { return registry.add<SigmoidFocalLoss>(); }

}  // namespace goetia
