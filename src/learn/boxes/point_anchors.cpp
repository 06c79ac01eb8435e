#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>

#include "component/args.h"
#include "learn/boxes/places.h"
#include "learn/tensor.h"

namespace goetia {
namespace {

// One point for each cell, as a square of the cell's size around it: for heads that tell distances to the edges.
class PointAnchors final : public Anchors {
  public:
    static Schema schema() {
        return Schema("PointAnchors", "One point for each cell, as a square of the cell's size around it")
            .with(number("offset", "where in its cell a point lies: 0 at the upper left corner, 0.5 in the middle")
                      .between(0, 1)
                      .fallback(0.5))
            .with(integers("strides", "pixels of a cell, for each map; unless given, the row's size by the map's")
                      .at_least(1)
                      .or_null());
    }
    explicit PointAnchors(const Args& args) : offset_(args.number("offset")) {
        if (!args.is_null("strides")) strides_ = args.list<std::int64_t>("strides");
    }

    [[nodiscard]] Places places(const Grid& grid) const override {
        Places all;
        std::vector<at::Tensor> boxes, strides;
        for (std::size_t level = 0; level < grid.maps.size(); ++level) {
            const GridSize cell = strides_.empty() ? cell_size(grid.maps[level], grid.row)
                                                   : GridSize{strides_.at(level), strides_.at(level)};
            const at::Tensor size = at::cat({at::full({1}, static_cast<double>(cell.width), floats(grid.device)),
                                             at::full({1}, static_cast<double>(cell.height), floats(grid.device))});
            const at::Tensor points = cell_corners(grid.maps[level], cell, grid.device) + size * offset_;
            boxes.push_back(at::cat({points - size / 2, points + size / 2}, 1));
            all.counts.push_back(points.size(0));
            strides.push_back(at::full({points.size(0)}, static_cast<double>(cell.width), points.options()));
        }
        all.boxes = at::cat(boxes), all.strides = at::cat(strides);
        return all;
    }

    [[nodiscard]] Result<std::vector<std::int64_t>> per_cell(std::size_t maps) const override {
        if (!strides_.empty() && strides_.size() != maps)
            return invalid("'strides' has {} entries, but there are {} maps; give one for each map, or leave it out",
                           strides_.size(), maps);
        return std::vector<std::int64_t>(maps, 1);
    }

  private:
    static at::TensorOptions floats(at::Device device) { return at::TensorOptions(torch::kFloat32).device(device); }

    double offset_;
    std::vector<std::int64_t> strides_;  // empty: by the sizes of row and map
};

}  // namespace

Status add_point_anchors(AnchorsRegistry& registry) { return registry.add<PointAnchors>(); }

}  // namespace goetia
