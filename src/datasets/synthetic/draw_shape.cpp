#include "datasets/synthetic/brush.h"
#include "datasets/synthetic/shapes.h"

namespace goetia {
namespace {

// The order of random draws determines the pixels.
PlacedShape draw_placement(std::size_t kind, int size, Random& random) {
    const double radius = size * random.uniform(0.26, 0.44);
    const double centre_x = random.uniform(radius * 0.9, size - radius * 0.9);
    const double centre_y = random.uniform(radius * 0.9, size - radius * 0.9);
    return {kind, radius, centre_x, centre_y, random.uniform(0, 2 * M_PI)};
}

}  // namespace

Image draw_shape(std::size_t kind, int size, Random& random) {
    const Paint ground = draw_colour(10, 130, random), colour = draw_bright_colour(ground, random);
    const Texture texture(size, random);
    const PlacedShape shape = draw_placement(kind, size, random);
    const double noise = random.uniform(3, 9);
    Image image{size, size, 3, {}};
    image.pixels.reserve(static_cast<std::size_t>(size) * size * 3);
    for (int y = 0; y < size; ++y) {
        for (int x = 0; x < size; ++x) {
            const double cover = cover_of(shape.distance(x + 0.5, y + 0.5)), wave = texture.at(x, y);
            for (std::size_t c = 0; c < 3; ++c) {
                const double value =
                    cover * (colour[c] + 0.25 * wave) + (1 - cover) * (ground[c] + wave) + noise * random.normal();
                image.pixels.push_back(static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0)));
            }
        }
    }
    return image;
}

}  // namespace goetia
