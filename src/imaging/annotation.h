// Annotations of an image: boxes, polygons, masks and key points, in pixels of the upright image.
// A pixel's centre is at +0.5: a box that covers all of a 10x8 image is (0, 0, 10, 8).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace goetia {

struct Box {
    float x1 = 0, y1 = 0, x2 = 0, y2 = 0;

    [[nodiscard]] float width() const { return x2 - x1; }
    [[nodiscard]] float height() const { return y2 - y1; }
    [[nodiscard]] double area() const { return static_cast<double>(width()) * height(); }
    friend bool operator==(const Box&, const Box&) = default;
};

using Polygon = std::vector<float>;  // x0, y0, x1, y1 ...

// A run-length encoded mask in COCO's order: alternating runs of outside and inside pixels, the first one outside, down
// the columns from left to right.
struct Rle {
    int height = 0, width = 0;
    std::vector<std::uint32_t> counts;
    friend bool operator==(const Rle&, const Rle&) = default;
};

struct KeyPoint {
    float x = 0, y = 0;
    int visible = 0;  // 0: not labelled, 1: labelled but hidden, 2: visible
    friend bool operator==(const KeyPoint&, const KeyPoint&) = default;
};

// One object. Its shape is given by polygons or by a mask, never both; by neither when only the box is known.
struct Instance {
    std::int64_t id = -1;  // from the annotation file; -1: none
    std::int64_t label = -1;
    Box box;
    double area = 0;  // from the annotation file, else of the shape or the box
    std::vector<Polygon> polygons;
    std::optional<Rle> mask;
    std::vector<KeyPoint> key_points;
    bool crowd = false;      // a group of objects marked as one (COCO's iscrowd)
    bool difficult = false;  // VOC
    bool truncated = false;  // VOC
    bool occluded = false;   // VOC
    std::int32_t line = 0;   // where its annotation begins, in formats with a line per object; else 0
    float score = -1;        // of an object that a model found; -1: annotated
    std::string more;        // further COCO keys, as the members of a JSON object: "score":0.5
};

}  // namespace goetia
