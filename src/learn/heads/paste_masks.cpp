#include "learn/heads/paste_masks.h"

#include <algorithm>

#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/upsample_bilinear2d.h>
#include <ATen/ops/zeros.h>

namespace goetia {
namespace {

constexpr std::int64_t kBorder = 1;  // pixels of zeros around each mask

// The boxes, enlarged with their masks, in whole pixels.
torch::Tensor whole_pixels(const torch::Tensor& boxes, std::int64_t side) {
    const double scale = static_cast<double>(side + 2 * kBorder) / static_cast<double>(side);
    const auto column = [&](std::int64_t i) { return boxes.select(1, i); };
    const torch::Tensor half_width = (column(2) - column(0)) * 0.5 * scale;
    const torch::Tensor half_height = (column(3) - column(1)) * 0.5 * scale;
    const torch::Tensor x = (column(2) + column(0)) * 0.5, y = (column(3) + column(1)) * 0.5;
    return at::stack({x - half_width, y - half_height, x + half_width, y + half_height}, 1)
        .to(torch::kCPU, torch::kInt64)
        .contiguous();
}

}  // namespace

torch::Tensor paste_masks(const torch::Tensor& masks, const torch::Tensor& boxes, std::int64_t height,
                          std::int64_t width) {
    const torch::Tensor padded = at::constant_pad_nd(masks, {kBorder, kBorder, kBorder, kBorder}).unsqueeze(1);
    const torch::Tensor places = whole_pixels(boxes, masks.size(-1));
    torch::Tensor drawn = torch::zeros({masks.size(0), height, width}, masks.options());
    for (std::int64_t i = 0; i < masks.size(0); ++i) {
        const std::int64_t* at = places.const_data_ptr<std::int64_t>() + 4 * i;
        const std::int64_t x1 = at[0], y1 = at[1], wide = std::max<std::int64_t>(at[2] - x1 + 1, 1),
                           tall = std::max<std::int64_t>(at[3] - y1 + 1, 1);
        const std::int64_t left = std::max<std::int64_t>(x1, 0), right = std::min(x1 + wide, width),
                           top = std::max<std::int64_t>(y1, 0), bottom = std::min(y1 + tall, height);
        if (left >= right || top >= bottom) continue;
        const torch::Tensor scaled = at::upsample_bilinear2d(padded[i].unsqueeze(0), {tall, wide}, false)[0][0];
        drawn[i]
            .slice(0, top, bottom)
            .slice(1, left, right)
            .copy_(scaled.slice(0, top - y1, bottom - y1).slice(1, left - x1, right - x1));
    }
    return drawn;
}

}  // namespace goetia
