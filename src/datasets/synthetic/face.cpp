#include "datasets/synthetic/face.h"

namespace goetia {
namespace {

double rise(double from, double to, double x) {
    const double t = std::clamp((x - from) / (to - from), 0.0, 1.0);
    return t * t * (3 - 2 * t);
}

double ellipse(double x, double y, double width, double height) {
    return (std::hypot(x / width, y / height) - 1) * std::min(width, height);
}

// The effects of age on a face, in units of the head height.
struct AgeEffects {
    double head, eye, hairline, grey, lines, folds, bags;

    AgeEffects(const Person& person, double age)
        : head(0.20 + 0.22 * rise(0, 20, age)),
          eye(0.21 - 0.11 * rise(0, 20, age)),
          hairline(-0.42 - 0.38 * rise(25, 80, age)),
          grey(rise(person.greying - 18, person.greying + 18, age)),
          lines(age / 18),
          folds(rise(25, 75, age)),
          bags(rise(40, 85, age)) {}
};

// A face in its own coordinates: the centre of the head at 0, its crown at -1, its chin at 1.
class Face {
  public:
    Face(const Person& person, double age, double pixel) : person_(person), effects_(person, age), pixel_(pixel) {}

    [[nodiscard]] Paint at(Paint under, double x, double y) const {
        const Paint hair = mix(person_.hair, {205, 205, 210}, effects_.grey);
        over(under, hair, ellipse(x, y + 0.12, 1.10 * person_.width, 1.04));
        over(under, person_.skin, ellipse(x, y, person_.width, 1.0));
        if (ellipse(x, y, person_.width, 1.0) < pixel_) {  // including the edge, to avoid a seam
            over(under, hair, y - effects_.hairline - 0.12 * std::abs(x));
            add_lines(under, x, y);
        }
        add_eyes(under, x, y);
        over(under, mix(person_.skin, {120, 60, 50}, 0.35), ellipse(x, y - 0.22, 0.07, 0.16));
        over(under, {165, 60, 65}, ellipse(x, y - 0.58, 0.30, 0.075));
        return under;
    }

  private:
    void over(Paint& under, const Paint& colour, double distance, double strength = 1) const {
        under = mix(under, colour, strength * cover_of(distance / pixel_));
    }

    // Wrinkles on the forehead one after another, beside the mouth and below the eyes, deepening with age.
    void add_lines(Paint& under, double x, double y) const {
        const Paint dark = mix(person_.skin, {60, 35, 30}, 0.75);
        for (int i = 0; i < 5; ++i) {
            const double line = std::abs(y + 0.36 + 0.085 * i + 0.05 * x * x) - 0.014;
            if (std::abs(x) < 0.5 * person_.width) over(under, dark, line, std::clamp(effects_.lines - i, 0.0, 1.0));
        }
        const double fold = std::abs(std::abs(x) - 0.26 - 0.28 * (y - 0.2)) - 0.018;
        if (y > 0.2 && y < 0.66) over(under, dark, fold, effects_.folds);
        const double bag = std::abs(ellipse(std::abs(x) - eye_x(), y + 0.02, 0.17, 0.13)) - 0.015;
        if (y > 0.02) over(under, dark, bag, effects_.bags);
    }

    void add_eyes(Paint& under, double x, double y) const {
        const double dx = std::abs(x) - eye_x(), dy = y + 0.08;
        over(under, {245, 245, 245}, ellipse(dx, dy, effects_.eye, 0.7 * effects_.eye));
        over(under, person_.eyes, ellipse(dx, dy, 0.5 * effects_.eye, 0.5 * effects_.eye));
    }

    [[nodiscard]] double eye_x() const { return 0.40 * person_.width * person_.between; }

    const Person& person_;
    AgeEffects effects_;
    double pixel_;
};

}  // namespace

Person draw_person(Random& random) {
    Person person;
    const double tone = random.uniform(0, 1);
    person.skin = mix({240, 205, 180}, {130, 85, 60}, tone);
    person.hair = mix({40, 28, 22}, {150, 95, 45}, random.uniform(0, 1) * (1 - 0.7 * tone));
    person.eyes = mix({60, 40, 25}, {70, 120, 170}, random.uniform(0, 1));
    person.width = random.uniform(0.74, 0.88);
    person.between = random.uniform(0.92, 1.08);
    person.greying = random.uniform(45, 58);
    return person;
}

Image draw_face(const Person& person, double age, int size, Random& random) {
    const Paint ground = draw_colour(20, 150, random);
    const Texture texture(size, random);
    const double radius = size * AgeEffects(person, age).head * random.uniform(0.97, 1.03),
                 centre_x = size * random.uniform(0.47, 0.53), centre_y = size * random.uniform(0.48, 0.54),
                 tilt = random.uniform(-0.15, 0.15), light = random.uniform(0.85, 1.12), noise = random.uniform(2, 6);
    const Face face(person, age, 1 / radius);
    Image image{size, size, 3, {}};
    image.pixels.reserve(static_cast<std::size_t>(size) * size * 3);
    for (int y = 0; y < size; ++y) {
        for (int x = 0; x < size; ++x) {
            const double right = (x + 0.5 - centre_x) / radius, down = (y + 0.5 - centre_y) / radius,
                         wave = texture.at(x, y);
            const Paint colour =
                face.at({ground[0] + wave, ground[1] + wave, ground[2] + wave},
                        std::cos(tilt) * right + std::sin(tilt) * down, std::cos(tilt) * down - std::sin(tilt) * right);
            for (const double value : colour)
                image.pixels.push_back(
                    static_cast<std::uint8_t>(std::clamp(light * value + noise * random.normal(), 0.0, 255.0)));
        }
    }
    return image;
}

}  // namespace goetia
