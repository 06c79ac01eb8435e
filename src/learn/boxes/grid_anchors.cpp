#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>

#include "base/json.h"
#include "learn/boxes/number_lists.h"
#include "learn/boxes/places.h"
#include "learn/tensor.h"

namespace goetia {
namespace {

// The anchors of one cell, around its upper left corner, rounded to whole pixels as torchvision's are.
at::Tensor around_corner(const std::vector<double>& sizes, const std::vector<double>& ratios) {
    const at::Tensor side = at::tensor(sizes, torch::kFloat32).unsqueeze(0);
    const at::Tensor tall = at::tensor(ratios, torch::kFloat32).sqrt().unsqueeze(1);
    const at::Tensor width = (1 / tall * side).view(-1), height = (tall * side).view(-1);
    return (at::stack({-width, -height, width, height}, 1) / 2).round();
}

// Boxes of several sizes and shapes on every cell, as in Faster R-CNN and RetinaNet; torchvision's AnchorGenerator.
class GridAnchors final : public Anchors {
  public:
    static Schema schema() {
        return Schema("GridAnchors", "Boxes of several sizes and shapes around the corner of every cell")
            .with(anything("sizes", "for each map, the sides of its squares in pixels: [[32, 40, 50], [64, 80, 101]]"))
            .with(numbers("ratios", "height by width of the boxes of each size").above(0).fallback({0.5, 1.0, 2.0}));
    }
    static Result<std::unique_ptr<GridAnchors>> make(const Args& args) {
        GOETIA_ASSIGN(auto sizes, number_lists(args.at("sizes"), "sizes"));
        return std::unique_ptr<GridAnchors>(new GridAnchors(std::move(sizes), args.list<double>("ratios")));
    }

    [[nodiscard]] Places places(const Grid& grid) const override {
        Places all;
        std::vector<at::Tensor> boxes, strides;
        for (std::size_t level = 0; level < grid.maps.size(); ++level) {
            const GridSize cell = cell_size(grid.maps[level], grid.row);
            const at::Tensor corners = cell_corners(grid.maps[level], cell, grid.device);
            const at::Tensor shapes = around_corner(sizes_[level], ratios_).to(grid.device);
            boxes.push_back((corners.repeat({1, 2}).unsqueeze(1) + shapes.unsqueeze(0)).reshape({-1, 4}));
            all.counts.push_back(boxes.back().size(0));
            strides.push_back(at::full({all.counts.back()}, static_cast<double>(cell.width), boxes.back().options()));
        }
        all.boxes = at::cat(boxes), all.strides = at::cat(strides);
        return all;
    }

    [[nodiscard]] Result<std::vector<std::int64_t>> per_cell(std::size_t maps) const override {
        GOETIA_TRY(check_lists(sizes_.size(), maps, "sizes"));
        std::vector<std::int64_t> counts;
        for (const auto& sizes : sizes_) counts.push_back(static_cast<std::int64_t>(sizes.size() * ratios_.size()));
        return counts;
    }

  private:
    GridAnchors(std::vector<std::vector<double>> sizes, std::vector<double> ratios)
        : sizes_(std::move(sizes)), ratios_(std::move(ratios)) {}

    std::vector<std::vector<double>> sizes_;
    std::vector<double> ratios_;
};

}  // namespace

Status add_grid_anchors(AnchorsRegistry& registry) { return registry.add<GridAnchors>(); }

}  // namespace goetia
