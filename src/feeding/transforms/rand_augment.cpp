#include "feeding/transforms/augment_ops.h"
#include "feeding/transforms/steps.h"

namespace goetia {
namespace {

class RandAugment : public Transform {
  public:
    static Schema schema() {
        return Schema("RandAugment", "Applies drawn operations, all of one strength (Cubuk et al., arXiv:1909.13719)")
            .with(integer("num_ops", "How many, one after the other").between(0, 16).fallback(2))
            .with(integer("magnitude", "The strength, a number below num_magnitude_bins").at_least(0).fallback(9))
            .with(integer("num_magnitude_bins", "How many strengths there are").between(2, 1000).fallback(31))
            .with(interpolation_param())
            .with(warp_fill_param());
    }

    static Result<std::unique_ptr<RandAugment>> make(const Args& args) {
        auto made = std::make_unique<RandAugment>();
        made->count_ = args.integer("num_ops");
        made->steps_ = static_cast<int>(args.integer("num_magnitude_bins"));
        made->step_ = static_cast<int>(args.integer("magnitude"));
        made->style_ = warp_style_of(args);
        if (made->step_ < made->steps_) return made;
        return invalid("magnitude must be below num_magnitude_bins ({}), found {}", made->steps_, made->step_);
    }

    Status apply(Sample& sample, Random& random) const override {
        GOETIA_TRY(needs_image(sample));
        for (std::int64_t i = 0; i < count_; ++i) {
            const Op op = fourteen_ops()[random.below(fourteen_ops().size())];
            const bool positive = random.chance(0.5);
            const OpRange range{.translate_x = kMaxTranslate * sample.image.width,
                                .translate_y = kMaxTranslate * sample.image.height};
            const double magnitude = magnitude_of(op, range, steps_, step_);
            GOETIA_TRY(apply_op(sample, op, has_direction(op) && !positive ? -magnitude : magnitude, style_));
        }
        return {};
    }

  private:
    std::int64_t count_ = 0;
    int steps_ = 0, step_ = 0;
    WarpStyle style_;
};

}  // namespace

Status add_rand_augment(TransformRegistry& registry) { return registry.add<RandAugment>(); }

}  // namespace goetia
