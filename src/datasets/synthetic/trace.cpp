#include "datasets/synthetic/trace.h"

#include <algorithm>
#include <array>

namespace goetia {
namespace {

// Directions in clockwise order.
enum Direction : int { kRight, kDown, kLeft, kUp };
constexpr std::array<int, 4> kStepX{1, 0, -1, 0}, kStepY{0, 1, 0, -1};

// The borders of the region as steps between pixel corners, with the region on the right.
class Borders {
  public:
    Borders(const RegionMap& map, std::int16_t region) : columns_(map.width + 1), rows_(map.height + 1) {
        steps_.resize(static_cast<std::size_t>(columns_) * rows_);
        for (int y = 0; y < map.height; ++y) {
            for (int x = 0; x < map.width; ++x) {
                if (map.at(x, y) != region) continue;
                if (map.at(x, y - 1) != region) add(x, y, kRight);
                if (map.at(x + 1, y) != region) add(x + 1, y, kDown);
                if (map.at(x, y + 1) != region) add(x + 1, y + 1, kLeft);
                if (map.at(x - 1, y) != region) add(x, y + 1, kUp);
            }
        }
    }

    // The corners of the next unvisited loop; empty if there is none.
    Polygon next_loop() {
        while (begin_ < steps_.size() && steps_[begin_] == 0) ++begin_;
        if (begin_ == steps_.size()) return {};
        const int start_x = static_cast<int>(begin_ % columns_), start_y = static_cast<int>(begin_ / columns_);
        int x = start_x, y = start_y, direction = first_of(steps_[begin_]);
        Polygon corners;
        do {
            corners.push_back(static_cast<float>(x)), corners.push_back(static_cast<float>(y));
            int ahead = direction;
            do {
                take(x, y, direction);
                x += kStepX[direction], y += kStepY[direction];
                ahead = turn_at(x, y, direction);
            } while (ahead == direction && !(x == start_x && y == start_y));
            direction = ahead;
        } while (!(x == start_x && y == start_y));
        return corners;
    }

  private:
    std::uint8_t& at(int x, int y) { return steps_[static_cast<std::size_t>(y) * columns_ + x]; }
    void add(int x, int y, int direction) { at(x, y) |= static_cast<std::uint8_t>(1 << direction); }
    void take(int x, int y, int direction) { at(x, y) &= static_cast<std::uint8_t>(~(1 << direction)); }
    static int first_of(std::uint8_t steps) {
        int direction = 0;
        while ((steps >> direction & 1) == 0) ++direction;
        return direction;
    }
    // Prefers right, then straight on, then left: pixels that touch only at a corner stay separate.
    int turn_at(int x, int y, int direction) {
        for (const int turn : {1, 0, 3}) {
            const int next = (direction + turn) % 4;
            if ((at(x, y) >> next & 1) != 0) return next;
        }
        return direction;  // the end of the loop: no steps are left at its start
    }

    int columns_, rows_;
    std::vector<std::uint8_t> steps_;
    std::size_t begin_ = 0;
};

// Positive for an outer loop, negative for a hole.
double turning_area(const Polygon& corners) {
    double twice = 0;
    for (std::size_t i = 0, j = corners.size() - 2; i < corners.size(); j = i, i += 2)
        twice += static_cast<double>(corners[j]) * corners[i + 1] - static_cast<double>(corners[i]) * corners[j + 1];
    return twice / 2;
}

}  // namespace

Box box_around(const RegionMap& map, std::int16_t region) {
    int left = map.width, top = map.height, right = 0, bottom = 0;
    for (int y = 0; y < map.height; ++y) {
        for (int x = 0; x < map.width; ++x) {
            if (map.at(x, y) != region) continue;
            left = std::min(left, x), top = std::min(top, y);
            right = std::max(right, x + 1), bottom = std::max(bottom, y + 1);
        }
    }
    if (right == 0) return {};
    return {static_cast<float>(left), static_cast<float>(top), static_cast<float>(right), static_cast<float>(bottom)};
}

std::int64_t count_pixels(const RegionMap& map, std::int16_t region) {
    return std::count(map.owner.begin(), map.owner.end(), region);
}

Outline trace(const RegionMap& map, std::int16_t region) {
    Borders borders(map, region);
    Outline outline;
    for (Polygon loop = borders.next_loop(); !loop.empty(); loop = borders.next_loop()) {
        if (turning_area(loop) > 0) outline.parts.push_back(std::move(loop));
        else outline.has_hole = true;
    }
    return outline;
}

Rle runs_of(const RegionMap& map, std::int16_t region) {
    Rle runs{map.height, map.width, {}};
    bool inside = false;
    std::uint32_t length = 0;
    for (int x = 0; x < map.width; ++x) {
        for (int y = 0; y < map.height; ++y) {
            if ((map.at(x, y) == region) != inside) {
                runs.counts.push_back(length);
                length = 0;
                inside = !inside;
            }
            ++length;
        }
    }
    runs.counts.push_back(length);
    return runs;
}

}  // namespace goetia
