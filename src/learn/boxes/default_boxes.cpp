#include <cmath>

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/meshgrid.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>

#include "base/json.h"
#include "learn/boxes/number_lists.h"
#include "learn/boxes/places.h"
#include "learn/tensor.h"

namespace goetia {
namespace {

// The default boxes of SSD (Liu et al. 2016), by torchvision's arithmetic: sizes are shares of the row, and every cell
// has two squares, then two boxes for each ratio.
class DefaultBoxes final : public Anchors {
  public:
    static Schema schema();
    static Result<std::unique_ptr<DefaultBoxes>> make(const Args& args);

    [[nodiscard]] Places places(const Grid& grid) const override;
    [[nodiscard]] Result<std::vector<std::int64_t>> per_cell(std::size_t maps) const override;

  private:
    DefaultBoxes(const Args& args, std::vector<std::vector<double>> ratios);
    [[nodiscard]] at::Tensor shapes(std::size_t level) const;
    [[nodiscard]] at::Tensor centers(std::size_t level, const Grid& grid) const;

    std::vector<std::vector<double>> ratios_;
    std::vector<double> scales_, steps_;  // one scale more than maps; no steps: by the sizes of the maps
    bool clip_;
};

Schema DefaultBoxes::schema() {
    return Schema("DefaultBoxes", "SSD's default boxes: two squares and two boxes for each ratio on every cell")
        .with(anything("ratios", "for each map, the aspect ratios of its boxes besides squares: [[2], [2, 3]]"))
        .with(numbers("scales", "sides of the squares as shares of the row: one for each map, and one more")
                  .above(0)
                  .or_null())
        .with(number("min_scale", "the first of evenly spaced scales, where 'scales' is not given")
                  .above(0)
                  .fallback(0.15))
        .with(number("max_scale", "the last of them").above(0).fallback(0.9))
        .with(numbers("steps", "pixels from cell to cell, for each map; unless given, the row's size by the map's")
                  .above(0)
                  .or_null())
        .with(boolean("clip", "cut sides to those of the row").fallback(true));
}

Result<std::unique_ptr<DefaultBoxes>> DefaultBoxes::make(const Args& args) {
    GOETIA_ASSIGN(auto ratios, number_lists(args.at("ratios"), "ratios", /*empty_allowed=*/true));
    const std::size_t maps = ratios.size();
    if (!args.is_null("scales") && args.list<double>("scales").size() != maps + 1)
        return invalid("'scales' has {} entries; give {}: one for each of the {} maps of 'ratios', and one more",
                       args.list<double>("scales").size(), maps + 1, maps);
    if (!args.is_null("steps") && args.list<double>("steps").size() != maps)
        return invalid("'steps' has {} entries; give one for each of the {} maps of 'ratios'",
                       args.list<double>("steps").size(), maps);
    return std::unique_ptr<DefaultBoxes>(new DefaultBoxes(args, std::move(ratios)));
}

DefaultBoxes::DefaultBoxes(const Args& args, std::vector<std::vector<double>> ratios)
    : ratios_(std::move(ratios)), clip_(args.flag("clip")) {
    if (!args.is_null("steps")) steps_ = args.list<double>("steps");
    if (!args.is_null("scales")) {
        scales_ = args.list<double>("scales");
        return;
    }
    const double least = args.number("min_scale"), most = args.number("max_scale");
    const auto gaps = static_cast<double>(ratios_.size()) - 1;
    if (gaps == 0) {
        scales_ = {least, most};
        return;
    }
    for (std::size_t k = 0; k < ratios_.size(); ++k)
        scales_.push_back(least + (most - least) * static_cast<double>(k) / gaps);
    scales_.push_back(1.0);
}

// Width and height of a cell's boxes, as shares of the row's.
at::Tensor DefaultBoxes::shapes(std::size_t level) const {
    const double scale = scales_[level], between = std::sqrt(scale * scales_[level + 1]);
    std::vector<double> sides{scale, scale, between, between};
    for (const double ratio : ratios_[level]) {
        const double wide = scale * std::sqrt(ratio), flat = scale / std::sqrt(ratio);
        sides.insert(sides.end(), {wide, flat, flat, wide});
    }
    const at::Tensor all = at::tensor(sides, torch::kFloat32).view({-1, 2});
    return clip_ ? all.clamp(0, 1) : all;
}

// Of the cells, as shares of the row's size: [height * width, 2].
at::Tensor DefaultBoxes::centers(std::size_t level, const Grid& grid) const {
    const GridSize& map = grid.maps[level];
    const auto cells = [&](std::int64_t pixels, std::int64_t count) {
        return steps_.empty() ? static_cast<double>(count) : static_cast<double>(pixels) / steps_[level];
    };
    const auto lines = at::meshgrid({(at::arange(map.height) + 0.5) / cells(grid.row.height, map.height),
                                     (at::arange(map.width) + 0.5) / cells(grid.row.width, map.width)},
                                    "ij");
    return at::stack({lines[1].reshape(-1), lines[0].reshape(-1)}, 1).to(torch::kFloat32);
}

Places DefaultBoxes::places(const Grid& grid) const {
    Places all;
    std::vector<at::Tensor> boxes, strides;
    const at::Tensor row =
        at::tensor({static_cast<float>(grid.row.width), static_cast<float>(grid.row.height)}, torch::kFloat32);
    for (std::size_t level = 0; level < grid.maps.size(); ++level) {
        const at::Tensor half = 0.5 * shapes(level).unsqueeze(0), middle = centers(level, grid).unsqueeze(1);
        boxes.push_back(at::cat({(middle - half) * row, (middle + half) * row}, 2).reshape({-1, 4}));
        all.counts.push_back(boxes.back().size(0));
        const double stride = steps_.empty()
                                  ? static_cast<double>(grid.row.width) / static_cast<double>(grid.maps[level].width)
                                  : steps_[level];
        strides.push_back(at::full({all.counts.back()}, stride, boxes.back().options()));
    }
    all.boxes = at::cat(boxes).to(grid.device), all.strides = at::cat(strides).to(grid.device);
    return all;
}

Result<std::vector<std::int64_t>> DefaultBoxes::per_cell(std::size_t maps) const {
    GOETIA_TRY(check_lists(ratios_.size(), maps, "ratios"));
    std::vector<std::int64_t> counts;
    for (const auto& ratios : ratios_) counts.push_back(static_cast<std::int64_t>(2 + 2 * ratios.size()));
    return counts;
}

}  // namespace

Status add_default_boxes(AnchorsRegistry& registry) { return registry.add<DefaultBoxes>(); }

}  // namespace goetia
