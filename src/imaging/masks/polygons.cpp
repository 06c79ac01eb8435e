#include "imaging/masks/polygons.h"

#include <algorithm>
#include <cmath>

namespace goetia {

Box box_around(std::span<const Polygon> polygons) {
    Box box;
    bool first = true;
    for (const Polygon& polygon : polygons) {
        for (std::size_t i = 0; i + 1 < polygon.size(); i += 2) {
            const float x = polygon[i], y = polygon[i + 1];
            if (first) box = {x, y, x, y};
            first = false;
            box = {std::min(box.x1, x), std::min(box.y1, y), std::max(box.x2, x), std::max(box.y2, y)};
        }
    }
    return box;
}

double total_polygon_area(std::span<const Polygon> polygons) {
    double area = 0;
    for (const Polygon& polygon : polygons) {
        double twice = 0;
        const std::size_t size = polygon.size() / 2 * 2;
        for (std::size_t i = 0; i < size; i += 2) {
            const std::size_t next = i + 2 == size ? 0 : i + 2;
            twice += static_cast<double>(polygon[i]) * polygon[next + 1] -
                     static_cast<double>(polygon[next]) * polygon[i + 1];
        }
        area += std::abs(twice) / 2;
    }
    return area;
}

}  // namespace goetia
