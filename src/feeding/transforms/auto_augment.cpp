#include "feeding/transforms/auto_augment_policies.h"
#include "feeding/transforms/steps.h"

namespace goetia {
namespace {

constexpr int kPolicySteps = 10;  // the policies' strengths

class AutoAugment : public Transform {
  public:
    static Schema schema() {
        return Schema("AutoAugment", "Applies one drawn pair of operations of a learned policy")
            .with(text("policy", "The data set the policy was learned on")
                      .one_of({"imagenet", "cifar10", "svhn"})
                      .fallback("imagenet"))
            .with(interpolation_param())
            .with(warp_fill_param());
    }

    explicit AutoAugment(const Args& args)
        : policy_(auto_augment::policy(args.text("policy"))), style_(warp_style_of(args)) {}

    Status apply(Sample& sample, Random& random) const override {
        GOETIA_TRY(needs_image(sample));
        for (const auto& [op, probability, strength] : policy_[random.below(policy_.size())]) {
            const bool applied = random.chance(probability), positive = random.chance(0.5);
            if (!applied) continue;
            const OpRange range{.translate_x = kMaxTranslate * sample.image.width,
                                .translate_y = kMaxTranslate * sample.image.height};
            const double magnitude = magnitude_of(op, range, kPolicySteps, strength);
            GOETIA_TRY(apply_op(sample, op, has_direction(op) && !positive ? -magnitude : magnitude, style_));
        }
        return {};
    }

  private:
    std::span<const auto_augment::SubPolicy> policy_;
    WarpStyle style_;
};

}  // namespace

Status add_auto_augment(TransformRegistry& registry) { return registry.add<AutoAugment>(); }

}  // namespace goetia
