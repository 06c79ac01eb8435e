#include "imaging/kernels/move.h"

#include <algorithm>
#include <cmath>

#include "imaging/kernels/runs.h"
#include "imaging/kernels/warp.h"

namespace goetia {
namespace {

constexpr float kMinSide = 1;      // of what remains of a box, in pixels
constexpr int kPointsPerSide = 8;  // of a box whose sides bend
constexpr std::uint8_t kIgnored = 255;

Box around(const std::vector<PixelPoint>& points) {
    Box box{INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (const PixelPoint& p : points) {
        box.x1 = std::min(box.x1, static_cast<float>(p.x)), box.x2 = std::max(box.x2, static_cast<float>(p.x));
        box.y1 = std::min(box.y1, static_cast<float>(p.y)), box.y2 = std::max(box.y2, static_cast<float>(p.y));
    }
    return box;
}

Box within(const Box& box, int width, int height) {
    const auto w = static_cast<float>(width), h = static_cast<float>(height);
    return {std::clamp(box.x1, 0.0F, w), std::clamp(box.y1, 0.0F, h), std::clamp(box.x2, 0.0F, w),
            std::clamp(box.y2, 0.0F, h)};
}

Box moved(const Box& box, const Motion& motion) {
    std::vector<PixelPoint> points;
    const int steps = motion.straight ? 1 : kPointsPerSide;
    for (int i = 0; i <= steps; ++i) {
        const double part = static_cast<double>(i) / steps;
        const double x = box.x1 + part * box.width(), y = box.y1 + part * box.height();
        for (const PixelPoint& p :
             {PixelPoint{x, box.y1}, PixelPoint{x, box.y2}, PixelPoint{box.x1, y}, PixelPoint{box.x2, y}})
            points.push_back(motion.point(p));
    }
    return around(points);
}

Box box_of_outlines(const std::vector<Polygon>& outlines) {
    std::vector<PixelPoint> points;
    for (const Polygon& outline : outlines) {
        for (std::size_t i = 0; i + 1 < outline.size(); i += 2) points.push_back({outline[i], outline[i + 1]});
    }
    return points.empty() ? Box{} : around(points);
}

double inside(const Image& bitmap) {
    return static_cast<double>(std::count(bitmap.pixels.begin(), bitmap.pixels.end(), 1));
}

double area_of(const std::vector<Polygon>& outlines) {
    double area = 0;
    for (const Polygon& outline : outlines) area += polygon_area(outline);
    return area;
}

struct Measured {
    double before = 0, after = 0;
    Box box;  // of the moved and clipped shape
};

Measured move_outlines(Instance& instance, const Motion& motion) {
    Measured measured{.before = area_of(instance.polygons)};
    std::vector<Polygon> kept;
    for (Polygon& outline : instance.polygons) {
        for (std::size_t i = 0; i + 1 < outline.size(); i += 2) {
            const PixelPoint to = motion.point({outline[i], outline[i + 1]});
            outline[i] = static_cast<float>(to.x), outline[i + 1] = static_cast<float>(to.y);
        }
        Polygon rest = clipped(outline, motion.width, motion.height);
        if (!rest.empty()) kept.push_back(std::move(rest));
    }
    instance.polygons = std::move(kept);
    measured.after = area_of(instance.polygons);
    measured.box = box_of_outlines(instance.polygons);
    return measured;
}

Measured move_mask(Instance& instance, const Motion& motion) {
    Image bitmap = bitmap_of(*instance.mask);
    Measured measured{.before = inside(bitmap)};
    bitmap = motion.raster(bitmap, 0);
    measured.after = inside(bitmap);
    measured.box = box_of(bitmap);
    instance.mask = runs_of(bitmap);
    return measured;
}

bool move_key_points(Instance& instance, const Motion& motion, const KeyPointPairs& pairs) {
    auto& points = instance.key_points;
    bool marked = false;
    for (KeyPoint& point : points) {
        if (point.visible == 0) continue;
        const PixelPoint to = motion.point({point.x, point.y});
        const bool there = to.x >= 0 && to.y >= 0 && to.x <= motion.width && to.y <= motion.height;
        point = there ? KeyPoint{static_cast<float>(to.x), static_cast<float>(to.y), point.visible} : KeyPoint{};
        marked = marked || there;
    }
    const auto count = static_cast<int>(points.size());
    for (const auto& [left, right] : pairs) {
        if (motion.mirrors && left < count && right < count)
            std::swap(points[static_cast<std::size_t>(left)], points[static_cast<std::size_t>(right)]);
    }
    return marked;
}

PointMap shift(double x, double y) { return {{1, 0, x, 0, 1, y, 0, 0, 1}}; }

}  // namespace

Motion crop_motion(const Rect& rect) {
    return {.width = rect.width,
            .height = rect.height,
            .point = [rect](PixelPoint p) { return PixelPoint{p.x - rect.left, p.y - rect.top}; },
            .to_old = shift(rect.left, rect.top),
            .raster = [rect](const Image& raster, std::uint8_t) { return cropped(raster, rect); }};
}

Motion resize_motion(int from_width, int from_height, int width, int height) {
    const double wide = static_cast<double>(width) / from_width, high = static_cast<double>(height) / from_height;
    const PointMap to_source{{1 / wide, 0, 0, 0, 1 / high, 0, 0, 0, 1}};
    return {
        .width = width,
        .height = height,
        .point = [wide, high](PixelPoint p) { return PixelPoint{p.x * wide, p.y * high}; },
        .to_old = to_source,
        .raster = [=](const Image& raster,
                      std::uint8_t outside) { return warped(raster, to_source, width, height, {.fill = {outside}}); }};
}

Motion flip_motion(int width, int height, bool horizontal) {
    return {
        .width = width,
        .height = height,
        .point =
            [=](PixelPoint p) { return horizontal ? PixelPoint{width - p.x, p.y} : PixelPoint{p.x, height - p.y}; },
        .to_old = horizontal ? PointMap{{-1, 0, static_cast<double>(width), 0, 1, 0, 0, 0, 1}}
                             : PointMap{{1, 0, 0, 0, -1, static_cast<double>(height), 0, 0, 1}},
        .raster = [=](const Image& raster,
                      std::uint8_t) { return horizontal ? flipped_horizontally(raster) : flipped_vertically(raster); },
        .mirrors = true};
}

Motion pad_motion(int width, int height, const Border& border, PaddingMode mode) {
    return {.width = width + border.left + border.right,
            .height = height + border.top + border.bottom,
            .point = [border](PixelPoint p) { return PixelPoint{p.x + border.left, p.y + border.top}; },
            .to_old = shift(-border.left, -border.top),
            .raster = [=](const Image& raster,
                          std::uint8_t outside) { return padded(raster, border, mode, {outside, outside, outside}); }};
}

Motion warp_motion(const PointMap& to_source, int width, int height) {
    const PointMap to_new = to_source.inverse();
    return {
        .width = width,
        .height = height,
        .point = to_new,
        .to_old = to_source,
        .raster = [=](const Image& raster,
                      std::uint8_t outside) { return warped(raster, to_source, width, height, {.fill = {outside}}); },
        .upright = to_new.upright(),
        .mirrors = to_new.m[0] * to_new.m[4] - to_new.m[1] * to_new.m[3] < 0};
}

bool move_instance(Instance& instance, const Motion& motion, const KeyPointPairs& pairs) {
    const bool has_outline = !instance.polygons.empty() || instance.mask, has_box = instance.box.area() > 0;
    const bool marked = move_key_points(instance, motion, pairs);
    if (!has_box && !has_outline) return marked;
    Measured measured{.before = instance.box.area()};
    if (instance.mask) measured = move_mask(instance, motion);
    else if (has_outline) measured = move_outlines(instance, motion);

    const bool by_outline = has_outline && (!motion.upright || !has_box);
    instance.box = by_outline ? measured.box : within(moved(instance.box, motion), motion.width, motion.height);
    if (!has_outline) measured.after = instance.box.area();
    if (measured.before > 0)
        instance.area = instance.area > 0 ? instance.area * measured.after / measured.before : measured.after;
    return (!has_outline || measured.after > 0) && instance.box.width() >= kMinSide &&
           instance.box.height() >= kMinSide;
}

void move_annotations(Sample& sample, const Motion& motion, const KeyPointPairs& pairs) {
    std::erase_if(sample.instances, [&](Instance& instance) { return !move_instance(instance, motion, pairs); });
    if (!sample.mask.pixels.empty()) sample.mask = motion.raster(sample.mask, kIgnored);
    sample.to_original = motion.to_old.then(sample.to_original);
}

Polygon clipped(const Polygon& outline, double width, double height) {
    Polygon rest = outline;
    if (rest.size() % 2 != 0) rest.pop_back();
    // Clips at each side of the image in turn (Sutherland and Hodgman).
    const auto cut = [&](std::size_t axis, double edge, double sign) {
        Polygon kept;
        const std::size_t points = rest.size() / 2;
        const auto beyond = [&](std::size_t i) { return sign * (static_cast<double>(rest[2 * i + axis]) - edge); };
        for (std::size_t i = 0; i < points; ++i) {
            const std::size_t next = (i + 1) % points;
            const double here = beyond(i), there = beyond(next);
            if (here <= 0) kept.insert(kept.end(), {rest[2 * i], rest[2 * i + 1]});
            if ((here <= 0) == (there <= 0)) continue;
            const auto part = static_cast<float>(here / (here - there));
            kept.push_back(rest[2 * i] + part * (rest[2 * next] - rest[2 * i]));
            kept.push_back(rest[2 * i + 1] + part * (rest[2 * next + 1] - rest[2 * i + 1]));
            kept[kept.size() - 2 + axis] = static_cast<float>(edge);
        }
        rest = std::move(kept);
    };
    cut(0, 0, -1), cut(0, width, 1), cut(1, 0, -1), cut(1, height, 1);
    return rest.size() >= 6 && polygon_area(rest) > 0 ? rest : Polygon{};
}

double polygon_area(const Polygon& outline) {
    double twice = 0;
    const std::size_t points = outline.size() / 2;
    for (std::size_t i = 0; i < points; ++i) {
        const std::size_t next = (i + 1) % points;
        twice += static_cast<double>(outline[2 * i]) * outline[2 * next + 1] -
                 static_cast<double>(outline[2 * next]) * outline[2 * i + 1];
    }
    return std::abs(twice) / 2;
}

}  // namespace goetia
