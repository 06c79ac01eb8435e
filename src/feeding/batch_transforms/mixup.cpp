#include "feeding/batch_transforms/mixing.h"
#include "feeding/transform.h"

namespace goetia {
namespace {

class Mixup : public BatchTransform {
  public:
    static Schema schema() {
        return Schema("Mixup", "Blends each image and its label with those of another of the batch")
            .with(number("alpha", "The share is drawn from Beta(alpha, alpha)").above(0).fallback(0.8))
            .with(number("prob", "How often a batch is mixed").between(0, 1).fallback(1.0));
    }

    explicit Mixup(const Args& args) : alpha_(args.number("alpha")), probability_(args.number("prob")) {}

    Status apply(Batch& batch, Random& random) const override {
        GOETIA_TRY(make_soft_targets(batch));
        if (!random.chance(probability_)) return {};
        const auto weight = static_cast<float>(random.beta(alpha_, alpha_));
        const auto partners = draw_partners(batch, random);
        const std::size_t stride = static_cast<std::size_t>(batch.channels * batch.height * batch.width);
        const std::vector<float> own(batch.images(), batch.images() + stride * static_cast<std::size_t>(batch.size));
        for (std::int64_t row = 0; row < batch.size; ++row) {
            const float* other =
                own.data() + stride * static_cast<std::size_t>(partners[static_cast<std::size_t>(row)]);
            float* to = batch.images() + stride * static_cast<std::size_t>(row);
            for (std::size_t i = 0; i < stride; ++i) to[i] = weight * to[i] + (1 - weight) * other[i];
        }
        mix_targets(batch, partners, weight);
        return {};
    }

  private:
    double alpha_;
    double probability_;
};

}  // namespace

Status add_mixup(BatchTransformRegistry& registry) { return registry.add<Mixup>(); }

}  // namespace goetia
