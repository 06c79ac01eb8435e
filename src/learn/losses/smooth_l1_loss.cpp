#include <ATen/ops/smooth_l1_loss.h>

#include "learn/losses/distance.h"

namespace goetia {
namespace {

class SmoothL1Loss final : public DistanceLoss {
  public:
    explicit SmoothL1Loss(const Args& args) : DistanceLoss(args), beta_(args.number("beta")) {}

    static Schema schema() {
        return distance_schema("SmoothL1Loss", "Squared near the truth, straight farther away")
            .with(number("beta", "the distance from which on it is straight; 0: everywhere").at_least(0).fallback(1.0));
    }

  private:
    [[nodiscard]] torch::Tensor distance(const torch::Tensor& found, const torch::Tensor& truth) const override {
        return at::smooth_l1_loss(found, truth, at::Reduction::None, beta_);
    }

    double beta_;
};

}  // namespace

Status add_smooth_l1_loss(LossRegistry& registry) { return registry.add<SmoothL1Loss>(); }

}  // namespace goetia
