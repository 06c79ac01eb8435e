// Anchors of your own: where a detector looks for objects. See my_component.yaml for their use.
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <goetia/component.h>

using namespace goetia;

namespace {

class MyComponent final : public Anchors {
  public:
    static Schema schema() {
        return Schema("MyComponent", "One square in the middle of each cell, larger than the cell by a factor")
            .with(number("scale", "side of the square in cells").above(0).fallback(4.0));
    }

    explicit MyComponent(const Args& args) : scale_(args.number("scale")) {}

    Places places(const Grid& grid) const override {
        Places all;
        std::vector<torch::Tensor> boxes, strides;
        for (const GridSize& map : grid.maps) {
            const GridSize cell = cell_size(map, grid.row);
            const auto side = static_cast<double>(cell.width);
            const torch::Tensor middles = cell_corners(map, cell, grid.device) + side / 2;
            boxes.push_back(at::cat({middles - side * scale_ / 2, middles + side * scale_ / 2}, 1));
            strides.push_back(at::full({middles.size(0)}, side, middles.options()));
            all.counts.push_back(middles.size(0));
        }
        all.boxes = at::cat(boxes), all.strides = at::cat(strides);
        return all;
    }

    Result<std::vector<std::int64_t>> per_cell(std::size_t maps) const override {
        return std::vector<std::int64_t>(maps, 1);
    }

  private:
    double scale_;
};

}  // namespace

GOETIA_COMPONENTS(registry) { return registry.anchors.add<MyComponent>(); }
