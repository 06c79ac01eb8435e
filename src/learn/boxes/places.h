// Where a head looks for objects: the places of its maps, each with a box in pixels of the row.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "component/registry.h"

namespace goetia {

struct GridSize {
    std::int64_t height = 0, width = 0;
};

// The maps a head works on, the largest first, and the row of pixels they were made of.
struct Grid {
    std::vector<GridSize> maps{};
    GridSize row{};
    at::Device device = at::kCPU;
};

// In the order of the maps, in each of them by line, by column, and then by the boxes of one cell.
struct Places {
    at::Tensor boxes;    // float [places, 4]: anchors; where a point is meant, a square of its stride around it
    at::Tensor strides;  // float [places]: pixels from one cell of its map to the next
    std::vector<std::int64_t> counts;  // places of each map
};

// Gives the places of any maps.
class Anchors {
  public:
    virtual ~Anchors() = default;
    [[nodiscard]] virtual Places places(const Grid& grid) const = 0;
    // How many places a cell has, for each of so many maps. An Error where they are meant for another number of maps.
    [[nodiscard]] virtual Result<std::vector<std::int64_t>> per_cell(std::size_t maps) const = 0;
};

using AnchorsRegistry = Registry<Anchors>;

// The upper left corners of a map's cells, float [height * width, 2] (x, y), for cells so large.
at::Tensor cell_corners(const GridSize& map, const GridSize& cell, at::Device device);
// How large a cell of a map is, in whole pixels of the row.
GridSize cell_size(const GridSize& map, const GridSize& row);

}  // namespace goetia
