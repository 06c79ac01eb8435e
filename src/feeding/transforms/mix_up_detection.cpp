#include <algorithm>
#include <cmath>

#include "feeding/transforms/steps.h"

namespace goetia {
namespace {

class MixUpDetection : public MixingTransform {
  public:
    static Schema schema() {
        return Schema("MixUpDetection",
                      "Blends the image with another one; the boxes of both stay (Zhang et al., arXiv:1902.04103)")
            .with(number("alpha", "The share is drawn from Beta(alpha, alpha)").above(0).at_most(1000).fallback(32.0))
            .with(prob_param(0.5));
    }

    explicit MixUpDetection(const Args& args) : alpha_(args.number("alpha")), probability_(args.number("prob")) {}

    [[nodiscard]] int partners(Random& random) const override { return random.chance(probability_) ? 1 : 0; }

    Status mix(Sample& sample, std::vector<Sample>& others, Random& random) const override {
        GOETIA_TRY(check_mixable(sample, others));
        if (!sample.mask.pixels.empty())
            return invalid("it blends two images, which one semantic mask cannot express; use Mosaic or CopyPaste");
        Sample& other = others[0];
        const double share = random.beta(alpha_, alpha_);
        // The other image is scaled to fit and placed at the upper left; the rest is blended with grey.
        const double scale = std::min(static_cast<double>(sample.image.width) / other.image.width,
                                      static_cast<double>(sample.image.height) / other.image.height);
        const int width = std::max(1, static_cast<int>(std::lround(other.image.width * scale))),
                  height = std::max(1, static_cast<int>(std::lround(other.image.height * scale)));
        GOETIA_TRY(resize(other, width, height));
        GOETIA_TRY(pad(other,
                       {0, 0, std::max(0, sample.image.width - width), std::max(0, sample.image.height - height)},
                       PaddingMode::kConstant, {114, 114, 114}));
        GOETIA_TRY(crop(other, {0, 0, sample.image.height, sample.image.width}));
        for (std::size_t i = 0; i < sample.image.pixels.size(); ++i) {
            std::uint8_t& level = sample.image.pixels[i];
            level = static_cast<std::uint8_t>(std::lround(share * level + (1 - share) * other.image.pixels[i]));
        }
        sample.instances.insert(sample.instances.end(), other.instances.begin(), other.instances.end());
        sample.original_width = sample.original_height = 0;
        return {};
    }

  private:
    double alpha_, probability_;
};

}  // namespace

Status add_mix_up_detection(TransformRegistry& registry) { return registry.add<MixUpDetection>(); }

}  // namespace goetia
