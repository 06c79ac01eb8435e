#include <algorithm>
#include <array>
#include <cmath>

#include "data/synthetic/outlines.h"
#include "data/synthetic/shapes.h"

namespace goetia {
namespace {

using Colour = std::array<double, 3>;

Colour draw_colour(double low, double high, Random& random) {
    return {random.uniform(low, high), random.uniform(low, high), random.uniform(low, high)};
}

double sum(const Colour& colour) { return colour[0] + colour[1] + colour[2]; }

// A bright colour that stands out from the dark ground: drawn until it is far enough.
Colour draw_bright_colour(const Colour& ground, Random& random) {
    constexpr double kFar = 270;
    for (;;) {
        const Colour colour = draw_colour(60, 255, random);
        if (sum(colour) - sum(ground) >= kFar) return colour;
    }
}

// Waves in drawn directions: the texture of the background.
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

// Where the shape lies: its distance at a pixel, in pixels.
class Placed {
  public:
    Placed(std::size_t kind, int size, Random& random) : kind_(kind) {
        radius_ = size * random.uniform(0.26, 0.44);
        centre_x_ = random.uniform(radius_ * 0.9, size - radius_ * 0.9);
        centre_y_ = random.uniform(radius_ * 0.9, size - radius_ * 0.9);
        const double angle = random.uniform(0, 2 * M_PI);
        cosine_ = std::cos(angle), sine_ = std::sin(angle);
    }

    [[nodiscard]] double distance(double x, double y) const {
        const double right = (x - centre_x_) / radius_, down = (y - centre_y_) / radius_;
        return radius_ * shape_distance(kind_, cosine_ * right + sine_ * down, cosine_ * down - sine_ * right);
    }

  private:
    std::size_t kind_;
    double radius_ = 0, centre_x_ = 0, centre_y_ = 0, cosine_ = 1, sine_ = 0;
};

}  // namespace

Image draw_shape(std::size_t kind, int size, Random& random) {
    const Colour ground = draw_colour(10, 130, random), colour = draw_bright_colour(ground, random);
    const Texture texture(size, random);
    const Placed shape(kind, size, random);
    const double noise = random.uniform(3, 9);
    Image image{size, size, 3, {}};
    image.pixels.reserve(static_cast<std::size_t>(size) * size * 3);
    for (int y = 0; y < size; ++y) {
        for (int x = 0; x < size; ++x) {
            const double cover = std::clamp(0.5 - shape.distance(x + 0.5, y + 0.5), 0.0, 1.0), wave = texture.at(x, y);
            for (std::size_t c = 0; c < 3; ++c) {
                const double level =
                    cover * (colour[c] + 0.25 * wave) + (1 - cover) * (ground[c] + wave) + noise * random.normal();
                image.pixels.push_back(static_cast<std::uint8_t>(std::clamp(level, 0.0, 255.0)));
            }
        }
    }
    return image;
}

}  // namespace goetia
