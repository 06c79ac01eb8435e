#include "feeding/transforms/steps.h"
#include "imaging/kernels/colour.h"

namespace goetia {
namespace {

class HSV : public Sometimes {
  public:
    static Schema schema() {
        return Schema("HSV", "Changes hue, saturation and brightness by drawn amounts in the HSV space")
            .with(
                number("hue", "The colour circle is turned by -x to x of a full turn").between(0, 0.5).fallback(0.015))
            .with(number("saturation", "Multiplied by 1-x to 1+x").between(0, 1).fallback(0.7))
            .with(number("value", "Brightness: multiplied by 1-x to 1+x").between(0, 1).fallback(0.4))
            .with(prob_param(1.0));
    }

    explicit HSV(const Args& args)
        : Sometimes(args),
          hue_(args.number("hue")),
          saturation_(args.number("saturation")),
          value_(args.number("value")) {}

  protected:
    Status change(Sample& sample, Random& random) const override {
        const double turn = random.uniform(-hue_, hue_), saturation = random.uniform(1 - saturation_, 1 + saturation_);
        adjust_hsv(sample.image, turn, saturation, random.uniform(1 - value_, 1 + value_));
        return {};
    }

  private:
    double hue_, saturation_, value_;
};

}  // namespace

Status add_hsv(TransformRegistry& registry) { return registry.add<HSV>(); }

}  // namespace goetia
