// Drawing primitives of the synthetic images: colours, a textured background, a placed shape.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "base/random.h"
#include "datasets/synthetic/shape_distance.h"
#include "imaging/sample.h"

namespace goetia {

using Paint = std::array<double, 3>;

inline Paint draw_colour(double low, double high, Random& random) {
    return {random.uniform(low, high), random.uniform(low, high), random.uniform(low, high)};
}

inline double sum(const Paint& colour) { return colour[0] + colour[1] + colour[2]; }

// `share` of `over`, the rest of `under`.
inline Paint mix(const Paint& under, const Paint& over, double share) {
    Paint mixed{};
    for (std::size_t c = 0; c < 3; ++c) mixed[c] = (1 - share) * under[c] + share * over[c];
    return mixed;
}

// A random bright colour that stands out from the dark background.
inline Paint draw_bright_colour(const Paint& ground, Random& random) {
    constexpr double kFar = 270;
    for (;;) {
        const Paint colour = draw_colour(60, 255, random);
        if (sum(colour) - sum(ground) >= kFar) return colour;
    }
}

// Background texture: waves in random directions.
class Texture {
  public:
    Texture(int size, Random& random) {
        for (Wave& wave : waves_) {
            const double angle = random.uniform(0, 2 * M_PI), pitch = 2 * M_PI * random.uniform(1, 6) / size;
            wave = {pitch * std::cos(angle), pitch * std::sin(angle), random.uniform(0, 2 * M_PI),
                    random.uniform(3, 9)};
        }
    }

    [[nodiscard]] double at(int x, int y) const {
        double sum = 0;
        for (const Wave& wave : waves_) sum += wave.height * std::sin(wave.x * x + wave.y * y + wave.phase);
        return sum;
    }

  private:
    struct Wave {
        double x = 0, y = 0, phase = 0, height = 0;
    };
    std::array<Wave, 3> waves_;
};

// A shape with position, size and rotation; gives the signed distance in pixels, negative inside.
class PlacedShape {
  public:
    PlacedShape(std::size_t kind, double radius, double centre_x, double centre_y, double angle)
        : kind_(kind),
          radius_(radius),
          centre_x_(centre_x),
          centre_y_(centre_y),
          cosine_(std::cos(angle)),
          sine_(std::sin(angle)) {}

    [[nodiscard]] double distance(double x, double y) const {
        const double right = (x - centre_x_) / radius_, down = (y - centre_y_) / radius_;
        return radius_ * shape_distance(kind_, cosine_ * right + sine_ * down, cosine_ * down - sine_ * right);
    }

    [[nodiscard]] double radius() const { return radius_; }
    [[nodiscard]] double centre_x() const { return centre_x_; }
    [[nodiscard]] double centre_y() const { return centre_y_; }

  private:
    std::size_t kind_;
    double radius_, centre_x_, centre_y_, cosine_, sine_;
};

// Coverage of a pixel whose distance from the edge is `distance` pixels.
inline double cover_of(double distance) { return std::clamp(0.5 - distance, 0.0, 1.0); }

}  // namespace goetia
