// Boxes and areas of polygons, computed without filling them.
#pragma once

#include <span>

#include "imaging/annotation.h"

namespace goetia {

// The smallest box around every point; all 0 when there is none.
Box box_around(std::span<const Polygon> polygons);

// The sum of their areas; correct where they cross neither themselves nor each other.
double total_polygon_area(std::span<const Polygon> polygons);

}  // namespace goetia
