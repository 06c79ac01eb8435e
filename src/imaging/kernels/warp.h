// Pictures through affine and projective maps, as Pillow's Image.transform makes them.
#pragma once

#include <functional>

#include "imaging/kernels/geometry.h"

namespace goetia {

struct PixelPoint;
struct PointMap;

enum class Interpolation { kNearest, kBilinear };

struct WarpStyle {
    Interpolation interpolation = Interpolation::kNearest;
    Colour fill{};  // where the old picture has no pixel
};

// Each pixel of the new picture is taken where `to_old` says; any number of channels.
Image warped(const Image& image, const PointMap& to_old, int width, int height, const WarpStyle& style = {});

// The same for a map that bends lines.
Image warped(const Image& image, const std::function<PixelPoint(PixelPoint)>& to_old, int width, int height,
             const WarpStyle& style = {});

// One place of a picture from its four nearest pixels; false, and nothing written, outside.
bool sample_bilinear(const Image& image, double x, double y, std::uint8_t* to);

// The map that turns `degrees` counter-clockwise about (x, y), for `to_old`.
PointMap turn_about(double x, double y, double degrees);

// The map by which the four corners `to` show what lies at the four corners `from`, for `to_old`.
PointMap through_corners(const std::array<std::array<double, 2>, 4>& from,
                         const std::array<std::array<double, 2>, 4>& to);

}  // namespace goetia
