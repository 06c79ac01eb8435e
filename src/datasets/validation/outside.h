// What lies beyond its picture: a point, a box.
#pragma once

#include "datasets/annotated_set.h"

namespace goetia {

// Formats write few digits: what rounding alone can push over the edge is no fault.
inline constexpr float kRounding = 0.5F;

inline bool is_outside(float x, float y, const AnnotatedImage& image) {
    return x < -kRounding || y < -kRounding || x > static_cast<float>(image.width) + kRounding ||
           y > static_cast<float>(image.height) + kRounding;
}

inline bool is_outside(const Box& box, const AnnotatedImage& image) {
    return is_outside(box.x1, box.y1, image) || is_outside(box.x2, box.y2, image);
}

}  // namespace goetia
