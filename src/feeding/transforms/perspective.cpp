#include "feeding/transforms/steps.h"

namespace goetia {
namespace {

class Perspective : public Sometimes {
  public:
    static Schema schema() {
        return Schema("Perspective", "Distorts the perspective: the corners move inwards by random amounts")
            .with(number("distortion", "The farthest a corner moves, as a share of half the side")
                      .between(0, 0.95)
                      .fallback(0.5))
            .with(interpolation_param())
            .with(warp_fill_param())
            .with(prob_param(0.5));
    }

    explicit Perspective(const Args& args)
        : Sometimes(args), distortion_(args.number("distortion")), style_(warp_style_of(args)) {}

  protected:
    Status change(Sample& sample, Random& random) const override {
        const double w = sample.image.width, h = sample.image.height;
        const auto inwards = [&](double side) { return random.uniform(0, distortion_ * side / 2); };
        const std::array<std::array<double, 2>, 4> corners{{{0, 0}, {w, 0}, {w, h}, {0, h}}};
        auto moved = corners;
        for (auto& [x, y] : moved) {
            x += x == 0 ? inwards(w) : -inwards(w);
            y += y == 0 ? inwards(h) : -inwards(h);
        }
        return warp(sample, through_corners(corners, moved), style_);
    }

  private:
    double distortion_;
    WarpStyle style_;
};

}  // namespace

Status add_perspective(TransformRegistry& registry) { return registry.add<Perspective>(); }

}  // namespace goetia
