#include "datasets/synthetic/scene.h"

#include <optional>

#include "datasets/synthetic/brush.h"

namespace goetia {
namespace {

// A single shape to paint; a crowd consists of several.
struct Stroke {
    PlacedShape place;
    Paint colour;
    std::int16_t object;
};

struct Circle {
    double x, y, radius;
};

// Places objects so that they may overlap but never hide each other: circles that keep two thirds of their distance.
class PlacementArea {
  public:
    explicit PlacementArea(int size) : size_(size) {}

    // Nothing if there is no room left.
    std::optional<Circle> find_place(double radius, Random& random) {
        for (int attempt = 0; attempt < 30; ++attempt) {
            const Circle circle{random.uniform(radius, size_ - radius), random.uniform(radius, size_ - radius), radius};
            if (std::all_of(taken_.begin(), taken_.end(), [&](const Circle& other) {
                    return std::hypot(other.x - circle.x, other.y - circle.y) >= 0.65 * (other.radius + circle.radius);
                }))
                return taken_.emplace_back(circle);
        }
        return std::nullopt;
    }

  private:
    int size_;
    std::vector<Circle> taken_;
};

double difference(const Paint& a, const Paint& b) {
    return std::abs(a[0] - b[0]) + std::abs(a[1] - b[1]) + std::abs(a[2] - b[2]);
}

// A colour different from those of the others, so that borders between overlapping shapes are visible; accepts any
// colour after some attempts.
Paint draw_own_colour(const Paint& ground, const std::vector<Stroke>& others, Random& random) {
    constexpr double kMinDifference = 150;
    Paint colour{};
    for (int attempt = 0; attempt < 12; ++attempt) {
        colour = draw_bright_colour(ground, random);
        if (std::all_of(others.begin(), others.end(),
                        [&](const Stroke& other) { return difference(other.colour, colour) >= kMinDifference; }))
            break;
    }
    return colour;
}

class Composer {
  public:
    Composer(const SceneOptions& options, const Paint& ground, Random& random)
        : options_(options), ground_colour_(ground), random_(random), area_(options.size) {}

    void add_single(std::int64_t label) {
        const double radius = options_.size * random_.uniform(0.10, 0.21);
        const auto place = area_.find_place(radius, random_);
        if (!place) return;
        const Paint colour = draw_own_colour(ground_colour_, strokes, random_);
        add_stroke(label, *place, colour);
        objects.push_back({label, false});
    }

    void add_crowd(std::int64_t label) {
        const double radius = options_.size * 0.17;
        const auto place = area_.find_place(radius, random_);
        if (!place) return;
        for (std::int64_t i = 0, count = random_.between(6, 9); i < count; ++i) {
            const double angle = random_.uniform(0, 2 * M_PI), away = 0.6 * radius * std::sqrt(random_.uniform());
            add_stroke(label,
                       {place->x + away * std::cos(angle), place->y + away * std::sin(angle),
                        radius * random_.uniform(0.32, 0.42)},
                       draw_bright_colour(ground_colour_, random_));
        }
        objects.push_back({label, true});
    }

    std::vector<Stroke> strokes;
    std::vector<SceneObject> objects;

  private:
    void add_stroke(std::int64_t label, const Circle& circle, const Paint& colour) {
        const std::size_t kind = options_.kinds.at(static_cast<std::size_t>(label));
        strokes.push_back({PlacedShape(kind, circle.radius, circle.x, circle.y, random_.uniform(0, 2 * M_PI)), colour,
                           static_cast<std::int16_t>(objects.size())});
    }

    const SceneOptions& options_;
    const Paint ground_colour_;
    Random& random_;
    PlacementArea area_;
};

struct Canvas {
    std::vector<Paint> colours;
    RegionMap visible;
};

// A darker rim separates a shape from a neighbour of similar colour.
void paint(const Stroke& stroke, const Texture& texture, Canvas& canvas) {
    const double reach = 1.2 * stroke.place.radius() + 1, rim = std::max(1.0, 0.09 * stroke.place.radius());
    const int left = std::max(0, static_cast<int>(stroke.place.centre_x() - reach)),
              top = std::max(0, static_cast<int>(stroke.place.centre_y() - reach)),
              right = std::min(canvas.visible.width, static_cast<int>(stroke.place.centre_x() + reach) + 1),
              bottom = std::min(canvas.visible.height, static_cast<int>(stroke.place.centre_y() + reach) + 1);
    for (int y = top; y < bottom; ++y) {
        for (int x = left; x < right; ++x) {
            const double distance = stroke.place.distance(x + 0.5, y + 0.5), cover = cover_of(distance);
            if (cover <= 0) continue;
            const std::size_t at = static_cast<std::size_t>(y) * canvas.visible.width + x;
            const double wave = 0.25 * texture.at(x, y), shade = distance > -rim ? 0.72 : 1.0;
            Paint colour{};
            for (std::size_t c = 0; c < 3; ++c) colour[c] = shade * (stroke.colour[c] + wave);
            canvas.colours[at] = mix(canvas.colours[at], colour, cover);
            if (distance < 0) canvas.visible.owner[at] = stroke.object;
        }
    }
}

Canvas ground_canvas(int size, const Paint& ground, const Texture& texture) {
    Canvas canvas{{}, {size, size, {}}};
    canvas.visible.owner.assign(static_cast<std::size_t>(size) * size, RegionMap::kNoRegion);
    for (int y = 0; y < size; ++y) {
        for (int x = 0; x < size; ++x) {
            const double wave = texture.at(x, y);
            canvas.colours.push_back({ground[0] + wave, ground[1] + wave, ground[2] + wave});
        }
    }
    return canvas;
}

Image with_noise(const Canvas& canvas, double noise, Random& random) {
    Image image{canvas.visible.width, canvas.visible.height, 3, {}};
    image.pixels.reserve(canvas.colours.size() * 3);
    for (const Paint& colour : canvas.colours) {
        for (const double value : colour)
            image.pixels.push_back(static_cast<std::uint8_t>(std::clamp(value + noise * random.normal(), 0.0, 255.0)));
    }
    return image;
}

// Drops objects without visible pixels and renumbers the others.
void drop_hidden(Scene& scene) {
    std::vector<std::int16_t> number(scene.objects.size(), RegionMap::kNoRegion);
    std::vector<SceneObject> kept;
    for (std::size_t i = 0; i < scene.objects.size(); ++i) {
        if (count_pixels(scene.visible, static_cast<std::int16_t>(i)) == 0) continue;
        number[i] = static_cast<std::int16_t>(kept.size());
        kept.push_back(scene.objects[i]);
    }
    for (std::int16_t& owner : scene.visible.owner) {
        if (owner != RegionMap::kNoRegion) owner = number[static_cast<std::size_t>(owner)];
    }
    scene.objects = std::move(kept);
}

}  // namespace

Scene draw_scene(const SceneOptions& options, Random& random) {
    const Paint ground = draw_colour(10, 120, random);
    const Texture texture(options.size, random);
    const double noise = random.uniform(3, 8);
    const auto any_label = [&] { return static_cast<std::int64_t>(random.below(options.kinds.size())); };
    Composer composer(options, ground, random);
    composer.add_single(options.first);
    if (options.crowds && options.size >= 64 && random.chance(0.15)) composer.add_crowd(any_label());
    for (std::int64_t i = 0, more = random.between(0, 4); i < more; ++i) composer.add_single(any_label());
    Canvas canvas = ground_canvas(options.size, ground, texture);
    for (const Stroke& stroke : composer.strokes) paint(stroke, texture, canvas);
    Scene scene{with_noise(canvas, noise, random), std::move(composer.objects), std::move(canvas.visible)};
    drop_hidden(scene);
    return scene;
}

std::vector<Instance> annotate(const Scene& scene, bool outlined) {
    std::vector<Instance> instances;
    for (std::size_t i = 0; i < scene.objects.size(); ++i) {
        const auto region = static_cast<std::int16_t>(i);
        Instance instance;
        instance.label = scene.objects[i].label;
        instance.crowd = scene.objects[i].crowd;
        instance.box = box_around(scene.visible, region);
        instance.area = outlined ? static_cast<double>(count_pixels(scene.visible, region)) : instance.box.area();
        if (outlined) {
            Outline outline = instance.crowd ? Outline{{}, true} : trace(scene.visible, region);
            if (outline.has_hole) instance.mask = runs_of(scene.visible, region);
            else instance.polygons = std::move(outline.parts);
        }
        instances.push_back(std::move(instance));
    }
    return instances;
}

Image class_mask(const Scene& scene) {
    Image mask{scene.visible.width, scene.visible.height, 1, {}};
    mask.pixels.reserve(scene.visible.owner.size());
    for (const std::int16_t owner : scene.visible.owner)
        mask.pixels.push_back(
            owner == RegionMap::kNoRegion
                ? 0
                : static_cast<std::uint8_t>(scene.objects[static_cast<std::size_t>(owner)].label + 1));
    return mask;
}

}  // namespace goetia
