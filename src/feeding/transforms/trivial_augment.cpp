#include "feeding/transforms/augment_ops.h"
#include "feeding/transforms/steps.h"

namespace goetia {
namespace {

class TrivialAugment : public Transform {
  public:
    static Schema schema() {
        return Schema("TrivialAugment",
                      "Applies one drawn operation of drawn strength, the wide set (Mueller and Hutter, "
                      "arXiv:2103.10158)")
            .with(integer("num_magnitude_bins", "How many strengths there are").between(2, 1000).fallback(31))
            .with(interpolation_param())
            .with(warp_fill_param());
    }

    explicit TrivialAugment(const Args& args)
        : steps_(static_cast<int>(args.integer("num_magnitude_bins"))), style_(warp_style_of(args)) {}

    Status apply(Sample& sample, Random& random) const override {
        GOETIA_TRY(needs_image(sample));
        constexpr OpRange kWide{.shear = 0.99,
                                .translate_x = 32,
                                .translate_y = 32,
                                .rotate = 135,
                                .colour = 0.99,
                                .max_bits = 8,
                                .min_bits = 2};
        const Op op = fourteen_ops()[random.below(fourteen_ops().size())];
        const int step = static_cast<int>(random.below(static_cast<std::uint64_t>(steps_)));
        const double magnitude = magnitude_of(op, kWide, steps_, step);
        GOETIA_TRY(apply_op(sample, op, has_direction(op) && random.chance(0.5) ? -magnitude : magnitude, style_));
        return {};
    }

  private:
    int steps_;
    WarpStyle style_;
};

}  // namespace

Status add_trivial_augment(TransformRegistry& registry) { return registry.add<TrivialAugment>(); }

}  // namespace goetia
