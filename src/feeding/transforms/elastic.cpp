#include <algorithm>
#include <cmath>

#include "feeding/transforms/steps.h"
#include "imaging/kernels/filter.h"

namespace goetia {
namespace {

// The displacement field: from each pixel of the result to its source.
struct Field {
    int width = 0, height = 0;
    std::vector<float> right, down;

    [[nodiscard]] PixelPoint at(PixelPoint p) const {
        const double x = std::clamp(p.x - 0.5, 0.0, width - 1.0), y = std::clamp(p.y - 0.5, 0.0, height - 1.0);
        const int left = static_cast<int>(x), top = static_cast<int>(y);
        const int next_x = std::min(left + 1, width - 1), next_y = std::min(top + 1, height - 1);
        const auto between = [&](const std::vector<float>& values) {
            const auto value = [&](int px, int py) {
                return static_cast<double>(values[static_cast<std::size_t>(py) * width + px]);
            };
            const double upper = std::lerp(value(left, top), value(next_x, top), x - left);
            return std::lerp(upper, std::lerp(value(left, next_y), value(next_x, next_y), x - left), y - top);
        };
        return {between(right), between(down)};
    }

    [[nodiscard]] PixelPoint old_place(PixelPoint p) const {
        const PixelPoint by = at(p);
        return {p.x + by.x, p.y + by.y};
    }

    // Inverts old_place() by fixed-point iteration; the field is smooth, so a few rounds are enough.
    [[nodiscard]] PixelPoint new_place(PixelPoint p) const {
        PixelPoint found = p;
        for (int i = 0; i < 20; ++i) {
            const PixelPoint by = at(found);
            found = {p.x - by.x, p.y - by.y};
        }
        return found;
    }
};

std::vector<float> smooth_noise(int width, int height, double alpha, double sigma, Random& random) {
    std::vector<float> values(static_cast<std::size_t>(width) * height);
    for (float& value : values) value = static_cast<float>(random.uniform(-1, 1));
    blur(values, width, height, gaussian_weights(2 * static_cast<int>(std::ceil(4 * sigma)) + 1, sigma));
    for (float& value : values) value *= static_cast<float>(alpha);
    return values;
}

class Elastic : public Sometimes {
  public:
    static Schema schema() {
        return Schema("Elastic", "Deforms the image elastically (Simard et al., 2003)")
            .with(number("alpha", "How strongly, in pixels: the noise that is smoothed goes from -alpha to alpha")
                      .between(0, 1000)
                      .fallback(50.0))
            .with(number("sigma", "How smoothly: the deviation of the Gaussian, in pixels")
                      .between(0.5, 100)
                      .fallback(5.0))
            .with(interpolation_param())
            .with(warp_fill_param())
            .with(prob_param(1.0));
    }

    explicit Elastic(const Args& args)
        : Sometimes(args), alpha_(args.number("alpha")), sigma_(args.number("sigma")), style_(warp_style_of(args)) {}

  protected:
    Status change(Sample& sample, Random& random) const override {
        const int width = sample.image.width, height = sample.image.height;
        Field field{width, height, smooth_noise(width, height, alpha_, sigma_, random), {}};
        field.down = smooth_noise(width, height, alpha_, sigma_, random);
        const auto old_place = [&](PixelPoint p) { return field.old_place(p); };
        sample.image = warped(sample.image, old_place, width, height, style_);
        move_annotations(sample, {.width = width,
                                  .height = height,
                                  .point = [&](PixelPoint p) { return field.new_place(p); },
                                  .raster =
                                      [&](const Image& raster, std::uint8_t outside) {
                                          return warped(raster, old_place, width, height, {.fill = {outside}});
                                      },
                                  .upright = false,
                                  .straight = false});
        return {};
    }

  private:
    double alpha_, sigma_;
    WarpStyle style_;
};

}  // namespace

Status add_elastic(TransformRegistry& registry) { return registry.add<Elastic>(); }

}  // namespace goetia
