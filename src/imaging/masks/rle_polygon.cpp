// Fills polygons by COCO's rule: corners are rounded to a grid five times finer, edges traced point by point, and the
// mask flips where the trace enters a new column of pixels. These steps with their rounding are the definition: any
// other rule would give other masks at the boundary.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "imaging/masks/rle.h"

namespace goetia {
namespace {

constexpr double kFiner = 5;
constexpr double kMaxCoordinate = 1e8;                     // of a coordinate: five times it still fits an int
constexpr std::int64_t kMaxTrace = std::int64_t{1} << 28;  // points of the finer grid

struct Corner {
    int x = 0, y = 0;
};

// Collects the positions, in column order, where the mask flips.
class Turns {
  public:
    Turns(int height, int width) : height_(height), width_(width) {}

    void step_to(Corner to) {
        if (started_ && to.x != last_.x) cross(last_, to);
        last_ = to;
        started_ = true;
    }

    Rle runs() && {
        turns_.push_back(static_cast<std::uint32_t>(height_) * static_cast<std::uint32_t>(width_));
        std::sort(turns_.begin(), turns_.end());
        std::vector<std::uint32_t> counts;
        std::uint32_t before = 0;
        bool joined = false;  // an empty run: what follows belongs to the run before it
        for (const std::uint32_t turn : turns_) {
            const std::uint32_t length = turn - before;
            before = turn;
            if (joined) {
                counts.back() += length;
                joined = false;
            } else if (length == 0 && !counts.empty()) {
                joined = true;
            } else {
                counts.push_back(length);
            }
        }
        return {height_, width_, std::move(counts)};
    }

  private:
    void cross(Corner from, Corner to) {
        const double column = ((to.x < from.x ? to.x : to.x - 1) + .5) / kFiner - .5;
        if (std::floor(column) != column || column < 0 || column > width_ - 1) return;
        const double row = (std::min(from.y, to.y) + .5) / kFiner - .5;
        const auto clipped = static_cast<std::uint32_t>(std::ceil(std::clamp(row, 0.0, static_cast<double>(height_))));
        turns_.push_back(static_cast<std::uint32_t>(column) * static_cast<std::uint32_t>(height_) + clipped);
    }

    int height_, width_;
    bool started_ = false;
    Corner last_;
    std::vector<std::uint32_t> turns_;
};

// Includes both ends; the points are the same in either direction.
void walk_edge(Corner from, Corner to, Turns& turns) {
    const int wide = std::abs(to.x - from.x), high = std::abs(to.y - from.y);
    const bool flat = wide >= high;
    const bool backwards = flat ? from.x > to.x : from.y > to.y;
    const Corner low = backwards ? to : from, up = backwards ? from : to;
    const int length = flat ? wide : high;
    const double slope = length == 0 ? 0 : flat ? double(up.y - low.y) / wide : double(up.x - low.x) / high;
    for (int i = 0; i <= length; ++i) {
        const int t = backwards ? length - i : i;
        turns.step_to(flat ? Corner{low.x + t, static_cast<int>(low.y + slope * t + .5)}
                           : Corner{static_cast<int>(low.x + slope * t + .5), low.y + t});
    }
}

// 100.1F is not exactly 100.1, and a fifth of a pixel may depend on it.
double as_written(float value) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    double exact = value;
    std::from_chars(digits, end, exact);
    return exact;
}

}  // namespace

Result<Rle> runs_of_polygon(std::span<const double> outline, int height, int width) {
    std::vector<Corner> corners;
    for (std::size_t i = 0; i + 1 < outline.size(); i += 2) {
        for (const double value : {outline[i], outline[i + 1]}) {
            if (!(std::abs(value) <= kMaxCoordinate))
                return invalid("an outline's coordinate is {}, allowed are numbers up to {:.0f}", value,
                               kMaxCoordinate);
        }
        corners.push_back({static_cast<int>(kFiner * outline[i] + .5), static_cast<int>(kFiner * outline[i + 1] + .5)});
    }
    Turns turns(height, width);
    std::int64_t walked = 0;
    for (std::size_t i = 0; i < corners.size(); ++i) {
        const Corner from = corners[i], to = corners[(i + 1) % corners.size()];
        walked += std::max(std::abs(to.x - from.x), std::abs(to.y - from.y)) + 1;
        if (walked > kMaxTrace)
            return invalid("an outline is more than {:.0f} pixels long", static_cast<double>(kMaxTrace) / kFiner);
        walk_edge(from, to, turns);
    }
    return std::move(turns).runs();
}

Result<Rle> runs_of_polygon(const Polygon& outline, int height, int width) {
    std::vector<double> exact(outline.size());
    std::transform(outline.begin(), outline.end(), exact.begin(), as_written);
    return runs_of_polygon(std::span<const double>(exact), height, width);
}

Result<Rle> runs_of_polygons(std::span<const Polygon> outlines, int height, int width) {
    std::vector<Rle> parts;
    for (const Polygon& outline : outlines) {
        GOETIA_ASSIGN(Rle part, runs_of_polygon(outline, height, width));
        parts.push_back(std::move(part));
    }
    if (parts.empty())
        return encode_runs(std::vector<std::uint8_t>(static_cast<std::size_t>(height) * width), height, width);
    return merge_runs(parts, Merge::kUnion);
}

}  // namespace goetia
