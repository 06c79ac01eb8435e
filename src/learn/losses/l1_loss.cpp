#include <ATen/ops/l1_loss.h>

#include "learn/losses/distance.h"

namespace goetia {
namespace {

class L1Loss final : public DistanceLoss {
  public:
    explicit L1Loss(const Args& args) : DistanceLoss(args) {}

    static Schema schema() { return distance_schema("L1Loss", "The mean distance"); }

  private:
    [[nodiscard]] torch::Tensor distance(const torch::Tensor& found, const torch::Tensor& truth) const override {
        return at::l1_loss(found, truth, at::Reduction::None);
    }
};

}  // namespace

Status add_l1_loss(LossRegistry& registry) { return registry.add<L1Loss>(); }

}  // namespace goetia
