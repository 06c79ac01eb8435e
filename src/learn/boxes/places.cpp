#include "learn/boxes/places.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/meshgrid.h>
#include <ATen/ops/stack.h>

#include "learn/tensor.h"

namespace goetia {

at::Tensor cell_corners(const GridSize& map, const GridSize& cell, at::Device device) {
    const at::TensorOptions floats = at::TensorOptions(torch::kFloat32).device(device);
    const auto lines =
        at::meshgrid({at::arange(map.height, floats) * cell.height, at::arange(map.width, floats) * cell.width}, "ij");
    return at::stack({lines[1].reshape(-1), lines[0].reshape(-1)}, 1);
}

GridSize cell_size(const GridSize& map, const GridSize& row) {
    return {row.height / map.height, row.width / map.width};
}

}  // namespace goetia
