// A projective map of points: how an image's pixels move when it is cropped, scaled, turned or deformed.
#pragma once

#include <array>

namespace goetia {

struct PixelPoint {
    double x = 0, y = 0;
};

// A projective map of points, row by row of a 3x3 matrix over (x, y, 1).
struct PointMap {
    std::array<double, 9> m{1, 0, 0, 0, 1, 0, 0, 0, 1};

    PixelPoint operator()(PixelPoint p) const;
    [[nodiscard]] PointMap inverse() const;                   // the map must be invertible
    [[nodiscard]] PointMap then(const PointMap& next) const;  // first this, then `next`
    [[nodiscard]] bool upright() const;                       // only scales, flips and shifts: boxes stay boxes
    [[nodiscard]] bool affine() const { return m[6] == 0 && m[7] == 0; }
    friend bool operator==(const PointMap&, const PointMap&) = default;
};

}  // namespace goetia
