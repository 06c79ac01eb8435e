#include "learn/boxes/roi_align.h"

#include <cmath>

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace goetia {
namespace {

// The definition, point by point.
double point(const torch::Tensor& map, double y, double x) {
    const auto height = static_cast<double>(map.size(0)), width = static_cast<double>(map.size(1));
    if (y < -1 || y > height || x < -1 || x > width) return 0;
    const auto value = [&](double row, double column) {
        return map[static_cast<std::int64_t>(std::min(row, height - 1))]
                  [static_cast<std::int64_t>(std::min(column, width - 1))]
                      .item<double>();
    };
    y = std::min(std::max(y, 0.0), height - 1), x = std::min(std::max(x, 0.0), width - 1);
    const double top = std::floor(y), left = std::floor(x), down = y - top, right = x - left;
    return (1 - down) * ((1 - right) * value(top, left) + right * value(top, left + 1)) +
           down * ((1 - right) * value(top + 1, left) + right * value(top + 1, left + 1));
}

torch::Tensor by_definition(const torch::Tensor& maps, const torch::Tensor& rois, double scale, const RoiGrid& grid) {
    const std::int64_t size = grid.size;
    torch::Tensor all = torch::zeros({rois.size(0), maps.size(1), size, size}, torch::kFloat64);
    for (std::int64_t k = 0; k < rois.size(0); ++k) {
        const double shift = grid.aligned ? 0.5 : 0;
        std::array<double, 4> side{};
        for (std::int64_t i = 0; i < 4; ++i)
            side[static_cast<std::size_t>(i)] = rois[k][i + 1].item<double>() * scale - shift;
        double width = side[2] - side[0], height = side[3] - side[1];
        if (!grid.aligned) width = std::max(width, 1.0), height = std::max(height, 1.0);
        const double bin_y = height / static_cast<double>(size), bin_x = width / static_cast<double>(size);
        const std::int64_t rows = grid.sampling_ratio > 0 ? grid.sampling_ratio : std::lround(std::ceil(bin_y));
        const std::int64_t columns = grid.sampling_ratio > 0 ? grid.sampling_ratio : std::lround(std::ceil(bin_x));
        for (std::int64_t c = 0; c < maps.size(1); ++c) {
            const torch::Tensor map = maps[rois[k][0].item<std::int64_t>()][c];
            for (std::int64_t i = 0; i < size; ++i) {
                for (std::int64_t j = 0; j < size; ++j) {
                    double sum = 0;
                    for (std::int64_t a = 0; a < rows; ++a) {
                        for (std::int64_t b = 0; b < columns; ++b) {
                            sum += point(map,
                                         side[1] + (static_cast<double>(i) +
                                                    (static_cast<double>(a) + 0.5) / static_cast<double>(rows)) *
                                                       bin_y,
                                         side[0] + (static_cast<double>(j) +
                                                    (static_cast<double>(b) + 0.5) / static_cast<double>(columns)) *
                                                       bin_x);
                        }
                    }
                    all[k][c][i][j] = sum / static_cast<double>(std::max<std::int64_t>(rows * columns, 1));
                }
            }
        }
    }
    return all;
}

// Boxes within, across and outside the border of an image of 40 x 48 pixels, and one without a size.
torch::Tensor some_rois() {
    return torch::tensor({{0., 3.2, 5.1, 30.7, 28.9},
                          {1., 0., 0., 48., 40.},
                          {1., 20.25, 10.5, 20.25, 10.5},
                          {0., -9.5, -7.25, 12.5, 60.},
                          {1., 55.5, 44.5, 70.5, 66.5},
                          {0., 7.9, 7.9, 11.3, 39.9}});
}

TEST(RoiAlign, is_the_mean_of_the_points_of_each_bin) {
    torch::manual_seed(0);
    const torch::Tensor maps = torch::randn({2, 3, 10, 12}, torch::kFloat64);
    for (const std::int64_t ratio : {2, 3, -1}) {
        for (const bool aligned : {false, true}) {
            const RoiGrid grid{.size = 3, .sampling_ratio = ratio, .aligned = aligned};
            const torch::Tensor found = roi_align(maps, some_rois().to(torch::kFloat64), 0.25, grid);
            const torch::Tensor expected = by_definition(maps, some_rois(), 0.25, grid);
            EXPECT_TRUE(found.allclose(expected, 1e-5, 1e-6)) << ratio << aligned << (found - expected).abs().max();
            EXPECT_GT(expected.abs().max().item<double>(), 0.1);
        }
    }
}

TEST(RoiAlign, has_the_gradient_of_its_values) {
    torch::manual_seed(1);
    const torch::Tensor rois = some_rois().to(torch::kFloat64);
    const torch::Tensor maps = torch::randn({2, 20, 5, 6}, torch::kFloat64), along = torch::randn_like(maps);
    for (const std::int64_t ratio : {2, -1}) {
        const RoiGrid grid{.size = 4, .sampling_ratio = ratio};
        const torch::Tensor leaf = maps.clone().set_requires_grad(true);
        const torch::Tensor out = roi_align(leaf, rois, 0.125, grid), weight = torch::randn_like(out);
        (out * weight).sum().backward();
        // The function is linear in the maps: a step of any length measures its slope.
        const double slope =
            ((roi_align(maps + along, rois, 0.125, grid) - roi_align(maps, rois, 0.125, grid)) * weight)
                .sum()
                .item<double>();
        EXPECT_NEAR((leaf.grad() * along).sum().item<double>(), slope, 1e-9 * std::abs(slope) + 1e-9);
        EXPECT_GT(std::abs(slope), 1e-3);
    }
}

TEST(RoiAlign, reads_each_box_from_the_level_of_its_size) {
    const torch::Tensor boxes = torch::tensor({{0., 0., 10., 10.},
                                               {0., 0., 112., 112.},
                                               {0., 0., 223., 224.},
                                               {0., 0., 224., 224.},
                                               {0., 0., 900., 900.},
                                               {0., 0., 9000., 9000.},
                                               {5., 5., 5., 5.}});
    EXPECT_TRUE(pyramid_level_of(boxes, 2, 5, {}).equal(torch::tensor({0, 1, 1, 2, 3, 3, 0}, torch::kInt64)));

    torch::manual_seed(2);
    std::vector<torch::Tensor> maps;
    for (const std::int64_t side : {64, 32, 16}) maps.push_back(torch::randn({2, 4, side, side}));
    const torch::Tensor rois = torch::tensor(
        {{1., 3., 4., 30., 40.}, {0., 0., 0., 250., 230.}, {1., 10., 20., 150., 130.}, {0., 1., 2., 9., 9.}});
    const RoiGrid grid{.size = 7, .sampling_ratio = 2};
    const torch::Tensor all = pyramid_roi_align(maps, rois, 256, grid);
    const std::array<std::size_t, 4> level{0, 2, 1, 0};
    for (std::int64_t k = 0; k < 4; ++k) {
        const std::size_t of = level[static_cast<std::size_t>(k)];
        const torch::Tensor one = roi_align(maps[of], rois.narrow(0, k, 1), 0.25 / std::exp2(of), grid);
        EXPECT_TRUE(all[k].equal(one[0])) << k;
    }
}

TEST(RoiAlign, has_the_same_gradient_with_any_number_of_threads) {
    torch::manual_seed(3);
    const torch::Tensor maps = torch::randn({2, 48, 20, 24}), corners = torch::rand({300, 4}) * 40;
    const torch::Tensor rois = torch::cat(
        {torch::randint(0, 2, {300, 1}), corners.slice(1, 0, 2), corners.slice(1, 0, 2) + corners.slice(1, 2) + 1}, 1);
    const auto gradient = [&](int threads) {
        const int before = torch::get_num_threads();
        torch::set_num_threads(threads);
        const torch::Tensor leaf = maps.clone().set_requires_grad(true);
        roi_align(leaf, rois, 0.25, {.size = 7, .sampling_ratio = 2}).square().sum().backward();
        torch::set_num_threads(before);
        return leaf.grad();
    };
    EXPECT_TRUE(gradient(1).equal(gradient(3)));
}

TEST(RoiAlign, of_no_boxes_is_empty) {
    const torch::Tensor maps = torch::randn({1, 3, 8, 8});
    for (const std::int64_t ratio : {2, -1}) {
        const torch::Tensor none = roi_align(maps, torch::zeros({0, 5}), 1, {.size = 7, .sampling_ratio = ratio});
        EXPECT_EQ(none.sizes().vec(), (std::vector<std::int64_t>{0, 3, 7, 7}));
    }
}

TEST(RoiAlign, takes_the_boxes_of_each_image_in_turn) {
    const torch::Tensor rois = rois_of({torch::zeros({0, 4}), torch::ones({2, 4}), torch::full({1, 4}, 5.0)});
    EXPECT_TRUE(rois.equal(torch::tensor({{1., 1., 1., 1., 1.}, {1., 1., 1., 1., 1.}, {2., 5., 5., 5., 5.}})));
}

}  // namespace
}  // namespace goetia
