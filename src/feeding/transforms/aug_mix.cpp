#include <algorithm>
#include <array>
#include <cmath>

#include "feeding/transforms/augment_ops.h"
#include "feeding/transforms/steps.h"

namespace goetia {
namespace {

constexpr int kMixSteps = 10;
constexpr std::array kOps{Op::kShearX,    Op::kShearY,   Op::kTranslateX,   Op::kTranslateY, Op::kRotate,
                          Op::kPosterize, Op::kSolarize, Op::kAutoContrast, Op::kEqualize,   Op::kBrightness,
                          Op::kColor,     Op::kContrast, Op::kSharpness};
constexpr std::size_t kFewerOps = 9;  // without those of the corruption benchmark

// Shares that add up to one, from Dirichlet(alpha, ...).
std::vector<double> shares(std::int64_t count, double alpha, Random& random) {
    std::vector<double> values(static_cast<std::size_t>(count));
    double sum = 0;
    for (double& value : values) sum += value = std::max(random.gamma(alpha), 1e-300);
    for (double& value : values) value /= sum;
    return values;
}

class AugMix : public Transform {
  public:
    static Schema schema() {
        return Schema("AugMix",
                      "Blends the image with chains of drawn operations on it (Hendrycks et al., arXiv:1912.02781)")
            .with(integer("severity", "The strongest operation").between(1, 10).fallback(3))
            .with(integer("mixture_width", "How many chains").between(1, 16).fallback(3))
            .with(integer("chain_depth", "Operations in a chain; -1 draws 1 to 3").between(-1, 16).fallback(-1))
            .with(number("alpha", "The shares are drawn from Dirichlet(alpha) and Beta(alpha, alpha)")
                      .above(0)
                      .at_most(100)
                      .fallback(1.0))
            .with(boolean("all_ops", "Brightness, colour, contrast and sharpness too").fallback(true))
            .with(interpolation_param())
            .with(warp_fill_param());
    }

    explicit AugMix(const Args& args)
        : severity_(args.integer("severity")),
          width_(args.integer("mixture_width")),
          depth_(args.integer("chain_depth")),
          alpha_(args.number("alpha")),
          ops_(args.flag("all_ops") ? kOps.size() : kFewerOps),
          style_(warp_style_of(args)) {}

    Status apply(Sample& sample, Random& random) const override {
        GOETIA_TRY(needs_image(sample));
        if (!sample.instances.empty() || !sample.mask.pixels.empty()) {
            return invalid(
                "it blends copies with different geometry, so boxes and masks would not fit; use RandAugment for "
                "detection and segmentation");
        }
        const double own = random.beta(alpha_, alpha_);
        const auto weights = shares(width_, alpha_, random);
        std::vector<double> sums(sample.image.pixels.begin(), sample.image.pixels.end());
        for (double& sum : sums) sum *= own;
        for (const double weight : weights) {
            GOETIA_ASSIGN(const Image made, chain(sample.image, random));
            for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += (1 - own) * weight * made.pixels[i];
        }
        for (std::size_t i = 0; i < sums.size(); ++i)
            sample.image.pixels[i] = static_cast<std::uint8_t>(std::clamp(sums[i] + 1e-6, 0.0, 255.0));
        return {};
    }

  private:
    [[nodiscard]] Result<Image> chain(const Image& image, Random& random) const {
        Sample copy;
        copy.image = image;
        const OpRange range{
            .translate_x = image.width / 3.0, .translate_y = image.height / 3.0, .max_bits = 4, .min_bits = 0};
        const std::int64_t depth = depth_ > 0 ? depth_ : random.between(1, 3);
        for (std::int64_t i = 0; i < depth; ++i) {
            const Op op = kOps[random.below(ops_)];
            const int step = static_cast<int>(random.below(static_cast<std::uint64_t>(severity_)));
            const double magnitude = magnitude_of(op, range, kMixSteps, step);
            GOETIA_TRY(apply_op(copy, op, has_direction(op) && random.chance(0.5) ? -magnitude : magnitude, style_));
        }
        return std::move(copy.image);
    }

    std::int64_t severity_, width_, depth_;
    double alpha_;
    std::size_t ops_;
    WarpStyle style_;
};

}  // namespace

Status add_aug_mix(TransformRegistry& registry) { return registry.add<AugMix>(); }

}  // namespace goetia
