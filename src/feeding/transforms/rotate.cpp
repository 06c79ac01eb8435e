#include "feeding/transforms/steps.h"

namespace goetia {
namespace {

class Rotate : public Sometimes {
  public:
    static Schema schema() {
        return Schema("Rotate", "Turns the image about its middle by a drawn angle; its size stays")
            .with(numbers("degrees", "Counter-clockwise: a number x draws from -x to x, [low, high] from there")
                      .length(2)
                      .or_scalar()
                      .between(-360, 360)
                      .fallback(15.0))
            .with(interpolation_param())
            .with(warp_fill_param())
            .with(prob_param(1.0));
    }

    static Result<std::unique_ptr<Rotate>> make(const Args& args) {
        auto made = std::make_unique<Rotate>(args);
        GOETIA_ASSIGN(made->degrees_, range_about_zero(args, "degrees"));
        return made;
    }

    explicit Rotate(const Args& args) : Sometimes(args), style_(warp_style_of(args)) {}

  protected:
    Status change(Sample& sample, Random& random) const override {
        const double angle = random.uniform(degrees_[0], degrees_[1]);
        return warp(sample, turn_about(sample.image.width / 2.0, sample.image.height / 2.0, angle), style_);
    }

  private:
    WarpStyle style_;
    std::array<double, 2> degrees_{};
};

}  // namespace

Status add_rotate(TransformRegistry& registry) { return registry.add<Rotate>(); }

}  // namespace goetia
