// Exact annotations of a pixel region: box, outline and runs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "imaging/annotation.h"

namespace goetia {

// The region of each pixel, row by row; kNoRegion if none.
struct RegionMap {
    static constexpr std::int16_t kNoRegion = -1;
    int width = 0, height = 0;
    std::vector<std::int16_t> owner;

    [[nodiscard]] std::int16_t at(int x, int y) const {
        const bool inside = x >= 0 && y >= 0 && x < width && y < height;
        return inside ? owner[static_cast<std::size_t>(y) * width + x] : kNoRegion;
    }
};

struct Outline {
    std::vector<Polygon> parts;  // along pixel borders, one per connected piece
    bool has_hole = false;       // which polygons cannot represent
};

Box box_around(const RegionMap& map, std::int16_t region);  // all 0 if the region is empty
std::int64_t count_pixels(const RegionMap& map, std::int16_t region);
Outline trace(const RegionMap& map, std::int16_t region);
Rle runs_of(const RegionMap& map, std::int16_t region);

}  // namespace goetia
