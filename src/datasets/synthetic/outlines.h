// The outlines of the synthetic shapes, as signed distances: negative inside, in units of the shape's radius.
#pragma once

#include <span>
#include <string_view>

namespace goetia {

// All kinds, the easiest to tell apart first: a set of K classes takes the first K.
std::span<const std::string_view> shape_names();

// (x, y) from the shape's centre, the shape reaching to about 1.
double shape_distance(std::size_t kind, double x, double y);

}  // namespace goetia
