#include <cmath>

#include "data/kernels/colour.h"
#include "data/kernels/geometry.h"
#include "data/transforms/auto_augment_policies.h"
#include "data/transforms/steps.h"

namespace goetia {
namespace auto_augment {
namespace {

// The strengths 0 to 9 stand evenly between two ends, counted from the nearer one in single precision: a level that
// lies on the edge of rounding falls on the side where PyTorch's linspace puts it.
double between(double low, double high, int strength) {
    const float from = static_cast<float>(low), to = static_cast<float>(high), step = (to - from) / 9;
    return strength < 5 ? from + step * static_cast<float>(strength) : to - step * static_cast<float>(9 - strength);
}

double level(double most, int strength) { return between(0, most, strength); }

constexpr double kFarthest = 150.0 / 331;  // the policies were learned on images of 331 pixels

void shift(Image& image, int right, int down) {
    image = warped(image, {1, 0, -static_cast<double>(right), 0, 1, -static_cast<double>(down)});
}

}  // namespace

void apply(Image& image, Op op, int strength, bool positive) {
    const double sign = positive ? 1 : -1;
    const auto factor = static_cast<float>(1 + sign * level(0.9, strength));
    switch (op) {
        case Op::kShearX: image = warped(image, {1, sign * level(0.3, strength), 0, 0, 1, 0}); return;
        case Op::kShearY: image = warped(image, {1, 0, 0, sign * level(0.3, strength), 1, 0}); return;
        case Op::kTranslateX: return shift(image, static_cast<int>(sign * level(kFarthest * image.width, strength)), 0);
        case Op::kTranslateY:
            return shift(image, 0, static_cast<int>(sign * level(kFarthest * image.height, strength)));
        case Op::kRotate: image = rotated(image, sign * level(30, strength)); return;
        case Op::kBrightness: return adjust_brightness(image, factor);
        case Op::kColor: return adjust_saturation(image, factor);
        case Op::kContrast: return adjust_contrast(image, factor);
        case Op::kSharpness: return adjust_sharpness(image, factor);
        case Op::kPosterize: return posterize(image, 8 - static_cast<int>(std::nearbyint(strength / 2.25)));
        case Op::kSolarize: return solarize(image, between(255, 0, strength));
        case Op::kAutoContrast: return autocontrast(image);
        case Op::kEqualize: return equalize(image);
        case Op::kInvert: return invert(image);
    }
}

}  // namespace auto_augment

namespace {

class AutoAugment : public Transform {
  public:
    static Schema schema() {
        return Schema("AutoAugment", "Applies one drawn pair of operations of a learned policy")
            .with(text("policy", "The data set the policy was learned on")
                      .one_of({"imagenet", "cifar10", "svhn"})
                      .fallback("imagenet"));
    }

    explicit AutoAugment(const Args& args) : policy_(auto_augment::policy(args.text("policy"))) {}

    Status apply(Sample& sample, Random& random) const override {
        GOETIA_TRY(needs_image(sample));
        for (const auto& [op, probability, strength] : policy_[random.below(policy_.size())]) {
            const bool applied = random.chance(probability), positive = random.chance(0.5);
            if (applied) auto_augment::apply(sample.image, op, strength, positive);
        }
        return {};
    }

  private:
    std::span<const auto_augment::SubPolicy> policy_;
};

}  // namespace

Status add_auto_augment(TransformRegistry& registry) { return registry.add<AutoAugment>(); }

}  // namespace goetia
