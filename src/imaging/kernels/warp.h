// Warps images by affine and projective maps, as Pillow's Image.transform does.
#pragma once

#include <functional>

#include "imaging/kernels/geometry.h"

namespace goetia {

struct PixelPoint;
struct PointMap;

enum class Interpolation { kNearest, kBilinear };

struct WarpStyle {
    Interpolation interpolation = Interpolation::kNearest;
    Colour fill{};  // where the source has no pixel
};

// Each pixel of the result is taken from where `to_source` maps it; any number of channels.
Image warped(const Image& image, const PointMap& to_source, int width, int height, const WarpStyle& style = {});

// The same for a non-linear map.
Image warped(const Image& image, const std::function<PixelPoint(PixelPoint)>& to_source, int width, int height,
             const WarpStyle& style = {});

// Interpolates between the four nearest pixels; false, and nothing is written, outside the image.
bool sample_bilinear(const Image& image, double x, double y, std::uint8_t* to);

// The `to_source` map of a rotation by `degrees` counter-clockwise about (x, y).
PointMap turn_about(double x, double y, double degrees);

// The `to_source` map that moves the four corners `from` to the four corners `to`.
PointMap through_corners(const std::array<std::array<double, 2>, 4>& from,
                         const std::array<std::array<double, 2>, 4>& to);

}  // namespace goetia
