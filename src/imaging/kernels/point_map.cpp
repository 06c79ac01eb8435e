#include "imaging/kernels/point_map.h"

#include <cmath>

namespace goetia {

PixelPoint PointMap::operator()(PixelPoint p) const {
    const double depth = m[6] * p.x + m[7] * p.y + m[8];
    return {(m[0] * p.x + m[1] * p.y + m[2]) / depth, (m[3] * p.x + m[4] * p.y + m[5]) / depth};
}

PointMap PointMap::inverse() const {
    PointMap result;
    const auto minor = [&](int a, int b, int c, int d) {
        return m[static_cast<std::size_t>(a)] * m[static_cast<std::size_t>(d)] -
               m[static_cast<std::size_t>(b)] * m[static_cast<std::size_t>(c)];
    };
    result.m = {minor(4, 5, 7, 8),  -minor(1, 2, 7, 8), minor(1, 2, 4, 5),  -minor(3, 5, 6, 8), minor(0, 2, 6, 8),
                -minor(0, 2, 3, 5), minor(3, 4, 6, 7),  -minor(0, 1, 6, 7), minor(0, 1, 3, 4)};
    const double whole = m[0] * result.m[0] + m[1] * result.m[3] + m[2] * result.m[6];
    for (double& value : result.m) value /= whole;
    return result;
}

PointMap PointMap::then(const PointMap& next) const {
    PointMap result;
    for (std::size_t row = 0; row < 3; ++row) {
        for (std::size_t column = 0; column < 3; ++column) {
            double sum = 0;
            for (std::size_t k = 0; k < 3; ++k) sum += next.m[row * 3 + k] * m[k * 3 + column];
            result.m[row * 3 + column] = sum;
        }
    }
    return result;
}

bool PointMap::upright() const { return m[1] == 0 && m[3] == 0 && affine(); }

}  // namespace goetia
