// Signed distances of the synthetic shapes: negative inside, in units of the radius of the shape.
#pragma once

#include <span>
#include <string_view>

namespace goetia {

// All kinds, easiest to distinguish first: a set with K classes uses the first K.
std::span<const std::string_view> shape_names();

// (x, y) relative to the centre; the shape extends to about 1.
double shape_distance(std::size_t kind, double x, double y);

}  // namespace goetia
