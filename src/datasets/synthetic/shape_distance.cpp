#include "datasets/synthetic/shape_distance.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace goetia {
namespace {

struct Corner {
    double x, y;
};

using Corners = std::vector<Corner>;

// Distance to the nearest edge, negative inside (even-odd rule).
double polygon(const Corners& points, double x, double y) {
    double nearest = 1e9;
    bool inside = false;
    for (std::size_t i = 0, j = points.size() - 1; i < points.size(); j = i++) {
        const Corner a = points[j], b = points[i];
        const double edge_x = b.x - a.x, edge_y = b.y - a.y;
        const double along =
            std::clamp(((x - a.x) * edge_x + (y - a.y) * edge_y) / (edge_x * edge_x + edge_y * edge_y), 0.0, 1.0);
        nearest = std::min(nearest, std::hypot(x - a.x - along * edge_x, y - a.y - along * edge_y));
        if ((a.y > y) != (b.y > y) && x < (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x) inside = !inside;
    }
    return inside ? -nearest : nearest;
}

double disc(double x, double y, double radius) { return std::hypot(x, y) - radius; }

// Corners on circles with these radii in turn: one radius gives a regular polygon, two a star.
Corners wheel(std::size_t corners, std::initializer_list<double> radii) {
    Corners points;
    for (std::size_t i = 0; i < corners; ++i) {
        const double angle = 2 * M_PI * static_cast<double>(i) / static_cast<double>(corners) - M_PI / 2,
                     radius = radii.begin()[i % radii.size()];
        points.push_back({radius * std::cos(angle), radius * std::sin(angle)});
    }
    return points;
}

double circle(double x, double y) { return disc(x, y, 0.85); }

double square(double x, double y) {
    static const Corners outline{{-0.75, -0.75}, {0.75, -0.75}, {0.75, 0.75}, {-0.75, 0.75}};
    return polygon(outline, x, y);
}

double triangle(double x, double y) {
    static const Corners outline = wheel(3, {1.0});
    return polygon(outline, x, y);
}

double star(double x, double y) {
    static const Corners outline = wheel(10, {1.0, 0.42});
    return polygon(outline, x, y);
}

double ring(double x, double y) { return std::abs(disc(x, y, 0.7)) - 0.2; }

double cross(double x, double y) {
    static const Corners outline{{-0.3, -0.95}, {0.3, -0.95}, {0.3, -0.3}, {0.95, -0.3}, {0.95, 0.3},   {0.3, 0.3},
                                 {0.3, 0.95},   {-0.3, 0.95}, {-0.3, 0.3}, {-0.95, 0.3}, {-0.95, -0.3}, {-0.3, -0.3}};
    return polygon(outline, x, y);
}

double crescent(double x, double y) { return std::max(disc(x, y, 0.95), -disc(x - 0.45, y, 0.75)); }

double arrow(double x, double y) {
    static const Corners outline{{0, -1},       {0.75, -0.1},  {0.28, -0.1}, {0.28, 0.95},
                                 {-0.28, 0.95}, {-0.28, -0.1}, {-0.75, -0.1}};
    return polygon(outline, x, y);
}

double bar(double x, double y) {
    static const Corners outline{{-1, -0.25}, {1, -0.25}, {1, 0.25}, {-1, 0.25}};
    return polygon(outline, x, y);
}

double frame(double x, double y) { return std::abs(square(x, y) + 0.2) - 0.2; }

double heart(double x, double y) {
    static const Corners outline = [] {
        Corners points;
        for (int i = 0; i < 48; ++i) {
            const double t = 2 * M_PI * i / 48;
            points.push_back({std::pow(std::sin(t), 3) * 0.95,
                              -(13 * std::cos(t) - 5 * std::cos(2 * t) - 2 * std::cos(3 * t) - std::cos(4 * t)) / 17});
        }
        return points;
    }();
    return polygon(outline, x, y);
}

double hexagon(double x, double y) {
    static const Corners outline = wheel(6, {0.95});
    return polygon(outline, x, y);
}

double bolt(double x, double y) {
    static const Corners outline{{0.15, -1}, {-0.6, 0.15}, {-0.1, 0.15}, {-0.25, 1}, {0.6, -0.25}, {0.1, -0.25}};
    return polygon(outline, x, y);
}

double half_disc(double x, double y) { return std::max(disc(x, y + 0.4, 0.95), -(y + 0.4)); }

double corner(double x, double y) {
    static const Corners outline{{-0.75, -0.85}, {-0.2, -0.85}, {-0.2, 0.3}, {0.75, 0.3}, {0.75, 0.85}, {-0.75, 0.85}};
    return polygon(outline, x, y);
}

double burst(double x, double y) {
    static const Corners outline = wheel(24, {1.0, 0.7});
    return polygon(outline, x, y);
}

constexpr std::array<std::string_view, 16> kNames{"circle",   "square",    "triangle", "star",  "ring",  "cross",
                                                  "crescent", "arrow",     "bar",      "frame", "heart", "hexagon",
                                                  "bolt",     "half_disc", "corner",   "burst"};
constexpr std::array<double (*)(double, double), 16> kDistances{circle,   square,    triangle, star,  ring,  cross,
                                                                crescent, arrow,     bar,      frame, heart, hexagon,
                                                                bolt,     half_disc, corner,   burst};

}  // namespace

std::span<const std::string_view> shape_names() { return kNames; }

double shape_distance(std::size_t kind, double x, double y) { return kDistances[kind](x, y); }

}  // namespace goetia
