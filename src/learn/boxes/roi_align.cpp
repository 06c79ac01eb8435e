#include "learn/boxes/roi_align.h"

#include <algorithm>
#include <cmath>

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/embedding_bag.h>
#include <ATen/ops/full.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

namespace goetia {
namespace {

// Everything separates into the two axes: a point's weight is the product of its weights along y and x. This is one
// axis: for each box and bin the pixels its points touch (two for each point) and their shares in the bin's mean.
struct AxisShares {
    torch::Tensor pixels;   // int64 [K, size, 2 * points]
    torch::Tensor weights;  // [K, size, 2 * points]
};

// `low` and `high` [K]: the box's sides in the map's pixels; `extent` [K]: the map's length, as a float.
AxisShares shares_along(torch::Tensor low, const torch::Tensor& high, const torch::Tensor& extent,
                        const RoiGrid& grid) {
    const double shift = grid.aligned ? 0.5 : 0;
    low = low - shift;
    torch::Tensor length = (high - shift) - low;
    if (!grid.aligned) length = length.clamp_min(1);
    const torch::Tensor bin = (length / grid.size).view({-1, 1, 1});
    const torch::Tensor points =  // of each box
        grid.sampling_ratio > 0 ? torch::full_like(length, static_cast<double>(grid.sampling_ratio))
                                : (length / grid.size).ceil();
    const std::int64_t most =
        grid.sampling_ratio > 0 ? grid.sampling_ratio : std::max<std::int64_t>(1, points.max().item<std::int64_t>());
    const torch::Tensor count = points.view({-1, 1, 1});
    const torch::Tensor bins = torch::arange(grid.size, length.options()).view({1, -1, 1});
    const torch::Tensor nth = torch::arange(most, length.options()).view({1, 1, -1});
    const torch::Tensor last = extent.view({-1, 1, 1}) - 1;

    const torch::Tensor at = low.view({-1, 1, 1}) + bins * bin + (nth + 0.5) * bin / count.clamp_min(1);
    // A point beyond the map by more than a pixel counts as zero; one that is nearer takes the border's value.
    const torch::Tensor counts = (at >= -1).logical_and(at <= last + 1).logical_and(nth < count);
    const torch::Tensor inside = torch::minimum(at.clamp_min(0), last);
    const torch::Tensor before = inside.floor();
    const torch::Tensor after = torch::minimum(before + 1, last);
    const torch::Tensor share = counts.to(at.scalar_type()) / count.clamp_min(1);
    const torch::Tensor far = inside - before;
    return {torch::cat({before, after}, 2).to(torch::kInt64), torch::cat({(1 - far) * share, far * share}, 2)};
}

// The pixels of maps as rows [all pixels, C], map after map and image after image.
struct PixelTable {
    torch::Tensor rows;
    std::vector<std::int64_t> first;  // the first row of each map
};

PixelTable table_of(const std::vector<torch::Tensor>& maps) {
    PixelTable table;
    std::vector<torch::Tensor> parts;
    std::int64_t rows = 0;
    for (const torch::Tensor& map : maps) {
        table.first.push_back(rows);
        parts.push_back(map.permute({0, 2, 3, 1}).reshape({-1, map.size(1)}));
        rows += parts.back().size(0);
    }
    table.rows = parts.size() == 1 ? parts.front() : torch::cat(parts);
    return table;
}

// table [R, C], rows and weights [B, n] -> [B, C], the b-th being the sum of weights[b, i] * table[rows[b, i]].
// Gradients reach the table, on the CPU with the same bits on any number of threads.
torch::Tensor weighted_rows(const torch::Tensor& table, const torch::Tensor& rows, const torch::Tensor& weights) {
    constexpr std::int64_t kSum = 0;
    const torch::Tensor offsets = torch::arange(0, rows.numel(), rows.size(1), rows.options());
    return std::get<0>(at::embedding_bag(table, rows.flatten(), offsets, /*scale_grad_by_freq=*/false, kSum,
                                         /*sparse=*/false, weights.flatten()));
}

// One number for each level, looked up for each box.
torch::Tensor of_level(const std::vector<double>& values, const torch::Tensor& level, torch::ScalarType type) {
    return torch::tensor(values, torch::TensorOptions().dtype(torch::kFloat64))
        .to(level.device(), type)
        .index_select(0, level);
}

// A fixed number of points: every bin is a weighted sum of (2 * ratio)^2 rows of the pixel table.
torch::Tensor by_gathering(const std::vector<torch::Tensor>& maps, const torch::Tensor& rois,
                           const torch::Tensor& level, const std::vector<double>& scales, const RoiGrid& grid) {
    const std::int64_t channels = maps.front().size(1), count = rois.size(0), size = grid.size;
    if (count == 0) return torch::zeros({0, channels, size, size}, maps.front().options());
    const PixelTable table = table_of(maps);
    std::vector<double> heights, widths;
    for (const torch::Tensor& map : maps) {
        heights.push_back(static_cast<double>(map.size(2)));
        widths.push_back(static_cast<double>(map.size(3)));
    }
    const auto type = rois.scalar_type();
    const torch::Tensor boxes = rois.narrow(1, 1, 4) * of_level(scales, level, type).unsqueeze(1);
    const AxisShares y = shares_along(boxes.select(1, 1), boxes.select(1, 3), of_level(heights, level, type), grid);
    const AxisShares x = shares_along(boxes.select(1, 0), boxes.select(1, 2), of_level(widths, level, type), grid);

    const std::vector<double> first(table.first.begin(), table.first.end());
    const torch::Tensor width = of_level(widths, level, torch::kFloat64).to(torch::kInt64);
    const torch::Tensor height = of_level(heights, level, torch::kFloat64).to(torch::kInt64);
    const torch::Tensor start = of_level(first, level, torch::kFloat64).to(torch::kInt64) +
                                rois.select(1, 0).to(torch::kInt64) * height * width;
    const torch::Tensor rows_of_y = start.view({-1, 1, 1}) + y.pixels * width.view({-1, 1, 1});
    const std::int64_t touched = y.pixels.size(2) * x.pixels.size(2);
    const torch::Tensor rows =
        (rows_of_y.view({count, size, 1, -1, 1}) + x.pixels.view({count, 1, size, 1, -1})).view({-1, touched});
    const torch::Tensor weights =
        (y.weights.view({count, size, 1, -1, 1}) * x.weights.view({count, 1, size, 1, -1})).view({-1, touched});
    return weighted_rows(table.rows, rows, weights.to(table.rows.scalar_type()))
        .view({count, size, size, channels})
        .permute({0, 3, 1, 2})
        .contiguous();
}

torch::Tensor as_matrix(const AxisShares& shares, std::int64_t extent) {
    return torch::zeros({shares.weights.size(0), shares.weights.size(1), extent}, shares.weights.options())
        .scatter_add_(2, shares.pixels, shares.weights);
}

// As many points as there are pixels, another number for each box: the two axes become dense matrices. Costs memory in
// proportion to whole maps, so it suits few channels: masks.
torch::Tensor by_matrices(const torch::Tensor& maps, const torch::Tensor& rois, double scale, const RoiGrid& grid) {
    const std::int64_t height = maps.size(2), width = maps.size(3);
    torch::Tensor found = torch::zeros({rois.size(0), maps.size(1), grid.size, grid.size}, maps.options());
    for (std::int64_t image = 0; image < maps.size(0) && rois.size(0) > 0; ++image) {
        const torch::Tensor chosen = (rois.select(1, 0) == image).nonzero().squeeze(1);
        if (chosen.size(0) == 0) continue;
        const torch::Tensor boxes = rois.index_select(0, chosen).narrow(1, 1, 4) * scale;
        const auto matrix = [&](std::int64_t low, std::int64_t extent) {
            const torch::Tensor extents = torch::full_like(boxes.select(1, 0), static_cast<double>(extent));
            const AxisShares shares = shares_along(boxes.select(1, low), boxes.select(1, low + 2), extents, grid);
            return as_matrix(shares, extent).to(maps.scalar_type()).unsqueeze(1);
        };
        const torch::Tensor across = torch::matmul(maps[image], matrix(0, width).transpose(2, 3));
        found = found.index_copy(0, chosen, torch::matmul(matrix(1, height), across));
    }
    return found;
}

}  // namespace

torch::Tensor rois_of(const std::vector<torch::Tensor>& boxes) {
    std::vector<torch::Tensor> rows;
    for (std::size_t image = 0; image < boxes.size(); ++image) {
        const torch::Tensor number =
            torch::full({boxes[image].size(0), 1}, static_cast<double>(image), boxes[image].options());
        rows.push_back(torch::cat({number, boxes[image]}, 1));
    }
    return torch::cat(rows);
}

torch::Tensor roi_align(const torch::Tensor& maps, const torch::Tensor& rois, double scale, const RoiGrid& grid) {
    if (grid.sampling_ratio <= 0) return by_matrices(maps, rois, scale, grid);
    const torch::Tensor level = torch::zeros({rois.size(0)}, rois.options().dtype(torch::kInt64));
    return by_gathering({maps}, rois, level, {scale}, grid);
}

torch::Tensor pyramid_level_of(const torch::Tensor& boxes, std::int64_t first, std::int64_t last,
                               const PyramidLevels& levels) {
    const torch::Tensor side =
        ((boxes.select(1, 2) - boxes.select(1, 0)) * (boxes.select(1, 3) - boxes.select(1, 1))).sqrt();
    const torch::Tensor level = ((side / levels.canonical_scale).log2() + levels.canonical_level + 1e-6).floor();
    return level.clamp(first, last).to(torch::kInt64) - first;
}

torch::Tensor pyramid_roi_align(const std::vector<torch::Tensor>& maps, const torch::Tensor& rois,
                                std::int64_t image_height, const RoiGrid& grid, const PyramidLevels& levels) {
    TORCH_CHECK(grid.sampling_ratio > 0, "boxes are read from a pyramid with a sampling ratio, found ",
                grid.sampling_ratio);
    std::vector<double> scales;
    std::vector<std::int64_t> halvings;
    for (const torch::Tensor& map : maps) {
        halvings.push_back(
            std::lround(std::log2(static_cast<double>(image_height) / static_cast<double>(map.size(2)))));
        scales.push_back(std::exp2(-static_cast<double>(halvings.back())));
    }
    const torch::Tensor level =
        pyramid_level_of(rois.narrow(1, 1, 4), halvings.front(), halvings.back(), levels).to(maps.front().device());
    return by_gathering(maps, rois, level, scales, grid);
}

}  // namespace goetia
