// What can be told of outlines without filling them.
#pragma once

#include <span>

#include "imaging/annotation.h"

namespace goetia {

// The smallest box around every point; all 0 when there is none.
Box box_around(std::span<const Polygon> outlines);

// The area inside all of them, each counted whole; right where they cross neither themselves nor each other.
double outlined_area(std::span<const Polygon> outlines);

}  // namespace goetia
