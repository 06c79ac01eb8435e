#include <cmath>

#include "feeding/transforms/steps.h"

namespace goetia {
namespace {

class Affine : public Sometimes {
  public:
    static Schema schema() {
        return Schema("Affine", "Turns, shifts, scales and shears by drawn amounts about the middle; the size stays")
            .with(numbers("degrees", "Counter-clockwise: a number x draws from -x to x, [low, high] from there")
                      .length(2)
                      .or_scalar()
                      .between(-360, 360)
                      .fallback(0.0))
            .with(numbers("translate", "The farthest shift right and down, as shares of width and height")
                      .length(2)
                      .between(0, 1)
                      .or_scalar()
                      .fallback(0.0))
            .with(numbers("scale", "The factor, or [low, high]")
                      .length(2)
                      .above(0)
                      .at_most(100)
                      .or_scalar()
                      .fallback(1.0))
            .with(numbers("shear", "Degrees along x: a number draws from -x to x, [low, high] from there")
                      .length(2)
                      .between(-89, 89)
                      .or_scalar()
                      .fallback(0.0))
            .with(interpolation_param())
            .with(warp_fill_param())
            .with(key_point_pairs_param())
            .with(prob_param(1.0));
    }

    static Result<std::unique_ptr<Affine>> make(const Args& args) {
        auto made = std::make_unique<Affine>(args);
        GOETIA_ASSIGN(made->degrees_, range_about_zero(args, "degrees"));
        GOETIA_ASSIGN(made->shear_, range_about_zero(args, "shear"));
        GOETIA_ASSIGN(made->scale_, rising_pair(args, "scale"));
        GOETIA_ASSIGN(made->pairs_, key_point_pairs_of(args));
        return made;
    }

    explicit Affine(const Args& args)
        : Sometimes(args), style_(warp_style_of(args)), translate_(args.list<double>("translate", 2)) {}

  protected:
    Status change(Sample& sample, Random& random) const override {
        const int width = sample.image.width, height = sample.image.height;
        const double turn = random.uniform(degrees_[0], degrees_[1]) * M_PI / 180;
        const double right = std::nearbyint(random.uniform(-translate_[0], translate_[0]) * width),
                     down = std::nearbyint(random.uniform(-translate_[1], translate_[1]) * height);
        const double scale = random.uniform(scale_[0], scale_[1]);
        const double slope = std::tan(random.uniform(shear_[0], shear_[1]) * M_PI / 180);
        const double cosine = std::cos(turn), sine = std::sin(turn), x = width / 2.0, y = height / 2.0;
        // Sheared, then turned, then scaled about the middle, then shifted.
        const PointMap to_middle{{1, 0, -x, 0, 1, -y, 0, 0, 1}}, shear{{1, -slope, 0, 0, 1, 0, 0, 0, 1}};
        const PointMap rotate{{cosine * scale, sine * scale, 0, -sine * scale, cosine * scale, 0, 0, 0, 1}};
        const PointMap back{{1, 0, x + right, 0, 1, y + down, 0, 0, 1}};
        return warp(sample, to_middle.then(shear).then(rotate).then(back).inverse(), style_, pairs_);
    }

  private:
    WarpStyle style_;
    std::vector<double> translate_;
    KeyPointPairs pairs_;
    std::array<double, 2> degrees_{}, scale_{}, shear_{};
};

}  // namespace

Status add_affine(TransformRegistry& registry) { return registry.add<Affine>(); }

}  // namespace goetia
