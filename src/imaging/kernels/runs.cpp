#include "imaging/kernels/runs.h"

#include <algorithm>
#include <cmath>

namespace goetia {
namespace {

Image blank_bitmap(int width, int height) {
    Image bitmap{std::max(0, width), std::max(0, height), 1, {}};
    bitmap.pixels.resize(static_cast<std::size_t>(bitmap.width) * bitmap.height);
    return bitmap;
}

// Where the polygon crosses the line y, from left to right.
void crossings(const Polygon& outline, double y, std::vector<double>& at) {
    at.clear();
    const std::size_t points = outline.size() / 2;
    for (std::size_t i = 0; i < points; ++i) {
        const std::size_t next = (i + 1) % points;
        const double x1 = outline[2 * i], y1 = outline[2 * i + 1], x2 = outline[2 * next], y2 = outline[2 * next + 1];
        if ((y1 <= y) == (y2 <= y)) continue;
        at.push_back(x1 + (y - y1) / (y2 - y1) * (x2 - x1));
    }
    std::sort(at.begin(), at.end());
}

}  // namespace

Image bitmap_of(const Rle& runs) {
    Image bitmap = blank_bitmap(runs.width, runs.height);
    const std::size_t all = bitmap.pixels.size();
    std::size_t at = 0;
    bool inside = false;
    for (const std::uint32_t count : runs.counts) {
        const std::size_t end = std::min<std::size_t>(all, at + count);
        for (; inside && at < end; ++at)
            bitmap.pixels[at % static_cast<std::size_t>(bitmap.height) * bitmap.width +
                          at / static_cast<std::size_t>(bitmap.height)] = 1;
        at = end;
        inside = !inside;
    }
    return bitmap;
}

Rle runs_of(const Image& bitmap) {
    Rle runs{bitmap.height, bitmap.width, {}};
    std::uint8_t current = 0;
    std::uint32_t count = 0;
    for (int x = 0; x < bitmap.width; ++x) {
        for (int y = 0; y < bitmap.height; ++y) {
            const std::uint8_t value = bitmap.pixels[static_cast<std::size_t>(y) * bitmap.width + x] != 0;
            if (value != current) {
                runs.counts.push_back(count);
                count = 0;
                current = value;
            }
            ++count;
        }
    }
    if (count > 0) runs.counts.push_back(count);
    return runs;
}

Image bitmap_of(const std::vector<Polygon>& polygons, int width, int height) {
    Image bitmap = blank_bitmap(width, height);
    std::vector<double> at;
    for (const Polygon& outline : polygons) {
        for (int y = 0; y < bitmap.height; ++y) {
            crossings(outline, y + 0.5, at);
            for (std::size_t i = 0; i + 1 < at.size(); i += 2) {
                const int from = static_cast<int>(std::ceil(std::clamp(at[i] - 0.5, 0.0, width * 1.0)));
                const int to = static_cast<int>(std::ceil(std::clamp(at[i + 1] - 0.5, 0.0, width * 1.0)));
                for (int x = from; x < to; ++x) bitmap.pixels[static_cast<std::size_t>(y) * width + x] = 1;
            }
        }
    }
    return bitmap;
}

Box box_of(const Image& bitmap) {
    int left = bitmap.width, top = bitmap.height, right = -1, bottom = -1;
    for (int y = 0; y < bitmap.height; ++y) {
        for (int x = 0; x < bitmap.width; ++x) {
            if (bitmap.pixels[static_cast<std::size_t>(y) * bitmap.width + x] == 0) continue;
            left = std::min(left, x), right = std::max(right, x);
            top = std::min(top, y), bottom = std::max(bottom, y);
        }
    }
    if (right < 0) return {};
    return {static_cast<float>(left), static_cast<float>(top), static_cast<float>(right + 1),
            static_cast<float>(bottom + 1)};
}

}  // namespace goetia
