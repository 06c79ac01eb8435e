#include "imaging/kernels/warp.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "imaging/kernels/move.h"

namespace goetia {
namespace {

// 16.16 fixed point, rounded half up.
std::int64_t fixed(double value) { return static_cast<std::int64_t>(std::floor(value * 65536 + 0.5)); }

std::int64_t place(double value) { return value < 0 ? -1 : static_cast<std::int64_t>(std::min(value, 1e9)); }

struct Canvas {
    const Image& from;
    Image to;

    Canvas(const Image& image, int width, int height, Colour fill)
        : from(image), to{width, height, image.channels, {}} {
        const auto area = static_cast<std::size_t>(width) * height, channels = static_cast<std::size_t>(image.channels);
        to.pixels.resize(area * channels);
        for (std::size_t i = 0; i < area && fill != Colour{}; ++i) {
            for (std::size_t c = 0; c < channels; ++c) to.pixels[i * channels + c] = fill[std::min<std::size_t>(c, 2)];
        }
    }

    std::uint8_t* at(int x, int y) {
        return to.pixels.data() + (static_cast<std::size_t>(y) * to.width + x) * to.channels;
    }
    [[nodiscard]] const std::uint8_t* source(int x, int y) const {
        return from.pixels.data() + (static_cast<std::size_t>(y) * from.width + x) * from.channels;
    }
    [[nodiscard]] bool holds(std::int64_t x, std::int64_t y) const {
        return x >= 0 && y >= 0 && x < from.width && y < from.height;
    }
    template <class Map>
    void fill_from(const Map& to_source, Interpolation interpolation) {
        for (int y = 0; y < to.height; ++y) {
            for (int x = 0; x < to.width; ++x) {
                const PixelPoint old = to_source({x + 0.5, y + 0.5});
                if (interpolation == Interpolation::kNearest) copy(x, y, place(old.x), place(old.y));
                else sample_bilinear(from, old.x, old.y, at(x, y));
            }
        }
    }
    void copy(int x, int y, std::int64_t from_x, std::int64_t from_y) {
        if (holds(from_x, from_y))
            std::memcpy(at(x, y), source(static_cast<int>(from_x), static_cast<int>(from_y)),
                        static_cast<std::size_t>(from.channels));
    }
};

// Scaling and shifting only: here Pillow steps in double, elsewhere in fixed point.
void upright_nearest(Canvas& canvas, const PointMap& map) {
    std::vector<std::int64_t> columns(static_cast<std::size_t>(canvas.to.width));
    double at = map.m[2] + map.m[0] * 0.5;
    for (std::int64_t& column : columns) column = place(at), at += map.m[0];
    double row = map.m[5] + map.m[4] * 0.5;
    for (int y = 0; y < canvas.to.height; ++y, row += map.m[4]) {
        for (int x = 0; x < canvas.to.width; ++x) canvas.copy(x, y, columns[static_cast<std::size_t>(x)], place(row));
    }
}

void affine_nearest(Canvas& canvas, const PointMap& map) {
    const auto& m = map.m;
    const std::int64_t step_x = fixed(m[0]), skew_x = fixed(m[1]), skew_y = fixed(m[3]), step_y = fixed(m[4]);
    std::int64_t row_x = fixed(m[2] + m[0] * 0.5 + m[1] * 0.5), row_y = fixed(m[5] + m[3] * 0.5 + m[4] * 0.5);
    for (int y = 0; y < canvas.to.height; ++y, row_x += skew_x, row_y += step_y) {
        std::int64_t at_x = row_x, at_y = row_y;
        for (int x = 0; x < canvas.to.width; ++x, at_x += step_x, at_y += skew_y)
            canvas.copy(x, y, at_x >> 16, at_y >> 16);
    }
}

}  // namespace

bool sample_bilinear(const Image& image, double x, double y, std::uint8_t* to) {
    if (!(x >= 0 && y >= 0 && x < image.width && y < image.height)) return false;
    x -= 0.5, y -= 0.5;
    const int left = static_cast<int>(std::floor(x)), top = static_cast<int>(std::floor(y));
    const double dx = x - left, dy = y - top;
    const int x0 = std::max(left, 0), x1 = std::min(left + 1, image.width - 1);
    const int y0 = std::max(top, 0), y1 = std::min(top + 1, image.height - 1);
    const auto channels = static_cast<std::size_t>(image.channels);
    const auto pixel = [&](int px, int py) {
        return image.pixels.data() + (static_cast<std::size_t>(py) * image.width + px) * channels;
    };
    const std::uint8_t *a = pixel(x0, y0), *b = pixel(x1, y0), *c = pixel(x0, y1), *d = pixel(x1, y1);
    for (std::size_t i = 0; i < channels; ++i) {
        const double upper = a[i] + (b[i] - a[i]) * dx, lower = c[i] + (d[i] - c[i]) * dx;
        to[i] = static_cast<std::uint8_t>(upper + (lower - upper) * dy);
    }
    return true;
}

Image warped(const Image& image, const std::function<PixelPoint(PixelPoint)>& to_source, int width, int height,
             const WarpStyle& style) {
    Canvas canvas(image, width, height, style.fill);
    canvas.fill_from(to_source, style.interpolation);
    return std::move(canvas.to);
}

Image warped(const Image& image, const PointMap& to_source, int width, int height, const WarpStyle& style) {
    Canvas canvas(image, width, height, style.fill);
    const bool nearest = style.interpolation == Interpolation::kNearest;
    if (nearest && to_source.upright()) upright_nearest(canvas, to_source);
    else if (nearest && to_source.affine()) affine_nearest(canvas, to_source);
    else canvas.fill_from(to_source, style.interpolation);
    return std::move(canvas.to);
}

PointMap turn_about(double x, double y, double degrees) {
    const double angle = -degrees * M_PI / 180, cosine = std::round(std::cos(angle) * 1e15) / 1e15,
                 sine = std::round(std::sin(angle) * 1e15) / 1e15;
    return {{cosine, sine, x - cosine * x - sine * y, -sine, cosine, y + sine * x - cosine * y, 0, 0, 1}};
}

PointMap through_corners(const std::array<std::array<double, 2>, 4>& from,
                         const std::array<std::array<double, 2>, 4>& to) {
    // Eight equations for the eight coefficients of the map, solved by elimination with pivoting.
    std::array<std::array<double, 9>, 8> rows{};
    for (std::size_t i = 0; i < 4; ++i) {
        const double x = to[i][0], y = to[i][1], u = from[i][0], v = from[i][1];
        rows[2 * i] = {x, y, 1, 0, 0, 0, -u * x, -u * y, u};
        rows[2 * i + 1] = {0, 0, 0, x, y, 1, -v * x, -v * y, v};
    }
    for (std::size_t column = 0; column < 8; ++column) {
        const auto best =
            std::max_element(rows.begin() + static_cast<std::ptrdiff_t>(column), rows.end(),
                             [&](const auto& a, const auto& b) { return std::abs(a[column]) < std::abs(b[column]); });
        std::swap(rows[column], *best);
        for (std::size_t row = 0; row < 8; ++row) {
            if (row == column) continue;
            const double factor = rows[row][column] / rows[column][column];
            for (std::size_t k = column; k < 9; ++k) rows[row][k] -= factor * rows[column][k];
        }
    }
    PointMap map;
    for (std::size_t i = 0; i < 8; ++i) map.m[i] = rows[i][8] / rows[i][i];
    map.m[8] = 1;
    return map;
}

}  // namespace goetia
