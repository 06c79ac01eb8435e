#include <ATen/ops/mse_loss.h>

#include "learn/losses/distance.h"

namespace goetia {
namespace {

class MSELoss final : public DistanceLoss {
  public:
    explicit MSELoss(const Args& args) : DistanceLoss(args) {}

    static Schema schema() { return distance_schema("MSELoss", "The mean squared distance"); }

  private:
    [[nodiscard]] torch::Tensor distance(const torch::Tensor& found, const torch::Tensor& truth) const override {
        return at::mse_loss(found, truth, at::Reduction::None);
    }
};

}  // namespace

Status add_mse_loss(LossRegistry& registry) { return registry.add<MSELoss>(); }

}  // namespace goetia
