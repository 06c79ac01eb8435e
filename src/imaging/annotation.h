// What is marked in a picture: boxes, outlines, masks and key points, in pixels of the picture as it stands upright.
// A pixel's centre is at +0.5: a box that covers the whole of a 10x8 picture is (0, 0, 10, 8).
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

// Runs of pixels outside and inside in turn, beginning outside, down the columns from the left: COCO's order.
struct Rle {
    int height = 0, width = 0;
    std::vector<std::uint32_t> counts;
    friend bool operator==(const Rle&, const Rle&) = default;
};

struct KeyPoint {
    float x = 0, y = 0;
    int visible = 0;  // 0: not marked, 1: marked but hidden, 2: seen
    friend bool operator==(const KeyPoint&, const KeyPoint&) = default;
};

// One object. Its outline is polygons or runs, never both; neither when only its box is known.
struct Instance {
    std::int64_t id = -1;  // as the annotation file numbers it; -1 where it has no number
    std::int64_t label = -1;
    Box box;
    double area = 0;  // as the annotation says; else of the outline or the box
    std::vector<Polygon> polygons;
    std::optional<Rle> mask;
    std::vector<KeyPoint> key_points;
    bool crowd = false;      // a group that is not told apart (COCO's iscrowd)
    bool difficult = false;  // VOC
    bool truncated = false;  // VOC
    bool occluded = false;   // VOC
    std::int32_t line = 0;   // where its annotation begins, in a file that has lines for objects; else 0
    std::string more;        // what else COCO says of it, as the members of a JSON object: "score":0.5
};

}  // namespace goetia
