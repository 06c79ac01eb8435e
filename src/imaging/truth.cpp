#include "imaging/truth.h"

#include <algorithm>
#include <array>

namespace goetia {
namespace {

Box around(const Box& box, const PointMap& map) {
    const std::array corners{map({box.x1, box.y1}), map({box.x2, box.y1}), map({box.x1, box.y2}),
                             map({box.x2, box.y2})};
    const auto [left, right] = std::minmax({corners[0].x, corners[1].x, corners[2].x, corners[3].x});
    const auto [top, bottom] = std::minmax({corners[0].y, corners[1].y, corners[2].y, corners[3].y});
    return {static_cast<float>(left), static_cast<float>(top), static_cast<float>(right), static_cast<float>(bottom)};
}

Box cut(const Box& box, int width, int height) {
    const auto right = static_cast<float>(width), bottom = static_cast<float>(height);
    return {std::clamp(box.x1, 0.0F, right), std::clamp(box.y1, 0.0F, bottom), std::clamp(box.x2, 0.0F, right),
            std::clamp(box.y2, 0.0F, bottom)};
}

}  // namespace

Box Frame::content() const {
    const Box row{0, 0, static_cast<float>(row_width), static_cast<float>(row_height)};
    if (width == 0 || height == 0) return row;
    const Box original{0, 0, static_cast<float>(width), static_cast<float>(height)};
    return cut(around(original, to_original.inverse()), row_width, row_height);
}

Box Frame::in_original(const Box& box) const {
    if (width == 0 || height == 0) return box;
    return cut(around(box, to_original), width, height);
}

}  // namespace goetia
