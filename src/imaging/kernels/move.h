// Annotations move with their picture: boxes, outlines, masks, key points and the semantic mask.
//
// What is no longer there is dropped by one rule: an object goes when less than one pixel of its box's width or height
// remains in the new picture, or when it had an outline of which nothing remains. A key point outside the new picture
// (on its edge is within: a mirror lays one edge on the other) becomes "not marked" (0, 0, 0). An object that has key
// points and no box stays as long as one of them is marked. Places of the semantic mask that the old picture does not
// cover become 255 (ignored).
#pragma once

#include <array>
#include <functional>
#include <utility>
#include <vector>

#include "imaging/kernels/geometry.h"
#include "imaging/sample.h"

namespace goetia {

struct PixelPoint {
    double x = 0, y = 0;
};

// A projective map of points, row by row of a 3x3 matrix over (x, y, 1).
struct PointMap {
    std::array<double, 9> m{1, 0, 0, 0, 1, 0, 0, 0, 1};

    PixelPoint operator()(PixelPoint p) const;
    [[nodiscard]] PointMap inverse() const;                   // of a map that has one
    [[nodiscard]] PointMap then(const PointMap& next) const;  // first this, then `next`
    [[nodiscard]] bool upright() const;                       // scales, mirrors and shifts only: boxes stay boxes
    [[nodiscard]] bool affine() const { return m[6] == 0 && m[7] == 0; }
    friend bool operator==(const PointMap&, const PointMap&) = default;
};

// From a picture to the one made of it.
struct Motion {
    int width = 0, height = 0;                    // of the new picture
    std::function<PixelPoint(PixelPoint)> point;  // where a place of the old picture lies in the new one
    // The same for one channel of class numbers or inside/outside: nearest pixels, `outside` where there was none.
    std::function<Image(const Image& raster, std::uint8_t outside)> raster;
    bool upright = true;   // boxes stay boxes
    bool straight = true;  // lines stay lines
    bool mirrors = false;  // left becomes right
};

Motion crop_motion(const Rect& rect);
Motion resize_motion(int from_width, int from_height, int width, int height);
Motion flip_motion(int width, int height, bool horizontal);
Motion pad_motion(int width, int height, const Border& border, PaddingMode mode);
// `to_old` is where the new picture's places lie in the old one.
Motion warp_motion(const PointMap& to_old, int width, int height);

// Pairs of key points, numbered from 0, that are each other's mirror image (left and right eye).
using KeyPointPairs = std::vector<std::pair<int, int>>;

// Whether it is still there; when it is not, its box and outline are what remains of them.
bool move_instance(Instance& instance, const Motion& motion, const KeyPointPairs& pairs = {});
void move_annotations(Sample& sample, const Motion& motion, const KeyPointPairs& pairs = {});

// The outline within the picture; empty when nothing of it is.
Polygon clipped(const Polygon& outline, double width, double height);
double polygon_area(const Polygon& outline);

}  // namespace goetia
