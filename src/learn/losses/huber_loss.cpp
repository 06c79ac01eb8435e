#include <ATen/ops/huber_loss.h>

#include "learn/losses/distance.h"

namespace goetia {
namespace {

class HuberLoss final : public DistanceLoss {
  public:
    explicit HuberLoss(const Args& args) : DistanceLoss(args), delta_(args.number("delta")) {}

    static Schema schema() {
        return distance_schema("HuberLoss", "Smooth L1 times its delta: near the truth half of the squared distance")
            .with(number("delta", "the distance from which on it is straight").above(0).fallback(1.0));
    }

  private:
    [[nodiscard]] torch::Tensor distance(const torch::Tensor& found, const torch::Tensor& truth) const override {
        return at::huber_loss(found, truth, at::Reduction::None, delta_);
    }

    double delta_;
};

}  // namespace

Status add_huber_loss(LossRegistry& registry) { return registry.add<HuberLoss>(); }

}  // namespace goetia
