#include <cmath>
#include <limits>

#include "component/args.h"
#include "learn/boxes/assigner.h"
#include "learn/boxes/box_sampler.h"
#include "learn/tensor.h"

namespace goetia {
namespace {

// As in SSD: all places with an object, and of the others those with the highest loss, a few times as many.
class HardNegativeSampler final : public BoxSampler {
  public:
    static Schema schema() {
        return Schema("HardNegativeSampler", "All places with an object, and the hardest ones without, times as many")
            .with(number("neg_per_pos", "places without an object for each one with").at_least(0).fallback(3.0));
    }
    explicit HardNegativeSampler(const Args& args) : per_positive_(args.number("neg_per_pos")) {}

    [[nodiscard]] bool reads_losses() const override { return true; }
    [[nodiscard]] SampledPlaces sample(const at::Tensor& objects, const at::Tensor& losses) const override {
        const at::Tensor positive = objects.ge(0).nonzero().squeeze(1);
        const at::Tensor negative = objects.eq(kBackground).nonzero().squeeze(1);
        const auto wanted = static_cast<std::int64_t>(std::ceil(per_positive_ * static_cast<double>(positive.size(0))));
        const at::Tensor of_negative = losses.detach().index_select(0, negative);
        const at::Tensor hardest =
            std::get<1>(of_negative.sort(/*stable=*/true, /*dim=*/0, /*descending=*/true)).slice(0, 0, wanted);
        return {positive, negative.index_select(0, std::get<0>(hardest.sort()))};
    }

  private:
    double per_positive_;
};

}  // namespace

Status add_hard_negative_sampler(BoxSamplerRegistry& registry) { return registry.add<HardNegativeSampler>(); }

}  // namespace goetia
