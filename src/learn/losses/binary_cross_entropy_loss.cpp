#include <ATen/ops/binary_cross_entropy_with_logits.h>
#include <ATen/ops/full.h>

#include "learn/losses/distance.h"

namespace goetia {
namespace {

class BinaryCrossEntropyLoss final : public DistanceLoss {
  public:
    explicit BinaryCrossEntropyLoss(const Args& args) : DistanceLoss(args), weight_(args.number("positive_weight")) {}

    static Schema schema() {
        return distance_schema("BinaryCrossEntropyLoss",
                               "Binary cross entropy of every class by itself, over logits and 0 or 1")
            .with(number("positive_weight", "factor of the classes that are true, where these are rare")
                      .above(0)
                      .fallback(1.0));
    }

  private:
    [[nodiscard]] torch::Tensor distance(const torch::Tensor& found, const torch::Tensor& truth) const override {
        return at::binary_cross_entropy_with_logits(found, truth, {}, at::full({}, weight_, found.options()),
                                                    at::Reduction::None);
    }

    double weight_;
};

}  // namespace

Status add_binary_cross_entropy_loss(LossRegistry& registry) { return registry.add<BinaryCrossEntropyLoss>(); }

}  // namespace goetia
