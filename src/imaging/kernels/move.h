// Moves annotations with their image: boxes, polygons, masks, key points and the semantic mask.
//
// One rule decides what is dropped: an object is dropped when less than one pixel of its box's width or height remains
// in the new image, or when it had a shape of which nothing remains. A key point outside the new image becomes "not
// labelled" (0, 0, 0); on the edge is inside, as flips map one edge to the other. An object with key points and no box
// is kept while one of them is labelled. Pixels of the semantic mask that the old image does not cover become 255
// (ignored).
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "imaging/kernels/geometry.h"
#include "imaging/kernels/point_map.h"
#include "imaging/sample.h"

namespace goetia {

// A geometric change from an image to a new one.
struct Motion {
    int width = 0, height = 0;                    // of the new image
    std::function<PixelPoint(PixelPoint)> point;  // from the old image to the new one
    PointMap to_old;                              // its inverse; the identity where lines bend, which is near enough
    // The same for one channel of class numbers or inside/outside: nearest pixels, `outside` where nothing was.
    std::function<Image(const Image& raster, std::uint8_t outside)> raster;
    bool upright = true;   // boxes stay boxes
    bool straight = true;  // lines stay lines
    bool mirrors = false;  // left becomes right
};

Motion crop_motion(const Rect& rect);
Motion resize_motion(int from_width, int from_height, int width, int height);
Motion flip_motion(int width, int height, bool horizontal);
Motion pad_motion(int width, int height, const Border& border, PaddingMode mode);
// `to_source` maps the new image to the old one.
Motion warp_motion(const PointMap& to_source, int width, int height);

// Pairs of key points, numbered from 0, that a flip swaps (left and right eye).
using KeyPointPairs = std::vector<std::pair<int, int>>;

// False: the object must be dropped; its box and shape are then what remains of them.
bool move_instance(Instance& instance, const Motion& motion, const KeyPointPairs& pairs = {});
void move_annotations(Sample& sample, const Motion& motion, const KeyPointPairs& pairs = {});

// The polygon clipped to the image; empty when nothing remains.
Polygon clipped(const Polygon& outline, double width, double height);
double polygon_area(const Polygon& outline);

}  // namespace goetia
