#include "imaging/masks/rle.h"

#include <algorithm>
#include <numeric>

namespace goetia {
namespace {

// Appends runs: neighbours of one value are merged, and only the first run may be empty.
class RunWriter {
  public:
    void add(bool inside, std::uint32_t length) {
        if (length == 0) return;
        if (inside != inside_) {
            counts_.push_back(0);
            inside_ = inside;
        }
        counts_.back() += length;
    }
    std::vector<std::uint32_t> take() { return std::move(counts_); }

  private:
    std::vector<std::uint32_t> counts_{0};
    bool inside_ = false;
};

// Iterates over two masks of one size: visit(inside a, inside b, length).
template <class Visit>
void walk_both(const Rle& a, const Rle& b, Visit&& visit) {
    std::size_t at_a = 0, at_b = 0;
    std::uint32_t left_a = 0, left_b = 0;
    bool in_a = true, in_b = true;  // flipped by the first run
    while (true) {
        for (; left_a == 0 && at_a < a.counts.size(); in_a = !in_a) left_a = a.counts[at_a++];
        for (; left_b == 0 && at_b < b.counts.size(); in_b = !in_b) left_b = b.counts[at_b++];
        const std::uint32_t length = std::min(left_a, left_b);
        if (length == 0) return;
        visit(in_a, in_b, length);
        left_a -= length;
        left_b -= length;
    }
}

Status check_same_size(const Rle& a, const Rle& b) {
    if (a.height == b.height && a.width == b.width) return {};
    return invalid("masks of different sizes cannot be combined, found {} x {} and {} x {} (height x width)", a.height,
                   a.width, b.height, b.width);
}

Rle merge_two(const Rle& a, const Rle& b, Merge how) {
    RunWriter writer;
    walk_both(a, b, [&](bool in_a, bool in_b, std::uint32_t length) {
        writer.add(how == Merge::kUnion ? in_a || in_b : in_a && in_b, length);
    });
    return {a.height, a.width, writer.take()};
}

}  // namespace

Rle encode_runs(std::span<const std::uint8_t> rows, int height, int width) {
    RunWriter writer;
    for (int x = 0; x < width; ++x) {
        for (int y = 0; y < height; ++y) writer.add(rows[static_cast<std::size_t>(y) * width + x] != 0, 1);
    }
    return {height, width, writer.take()};
}

std::vector<std::uint8_t> decode_runs(const Rle& runs) {
    std::vector<std::uint8_t> rows(static_cast<std::size_t>(runs.height) * runs.width);
    std::size_t at = 0;
    bool inside = false;
    for (const std::uint32_t count : runs.counts) {
        if (inside) {
            for (std::size_t i = at; i < at + count; ++i) {
                const std::size_t x = i / runs.height, y = i % runs.height;
                rows[y * runs.width + x] = 1;
            }
        }
        at += count;
        inside = !inside;
    }
    return rows;
}

Status check_runs(const Rle& runs) {
    if (runs.height < 0 || runs.width < 0)
        return invalid("a mask cannot be {} x {} (height x width)", runs.height, runs.width);
    const auto covered = std::accumulate(runs.counts.begin(), runs.counts.end(), std::uint64_t{0});
    const auto pixels = static_cast<std::uint64_t>(runs.height) * static_cast<std::uint64_t>(runs.width);
    if (covered == pixels) return {};
    return invalid("the runs cover {} pixels, a mask of {} x {} (height x width) has {}", covered, runs.height,
                   runs.width, pixels);
}

std::int64_t area_of(const Rle& runs) {
    std::int64_t area = 0;
    for (std::size_t i = 1; i < runs.counts.size(); i += 2) area += runs.counts[i];
    return area;
}

Box box_of(const Rle& runs) {
    std::int64_t left = runs.width, top = runs.height, right = -1, bottom = -1, at = 0;
    for (std::size_t i = 0; i < runs.counts.size(); ++i) {
        const std::int64_t begin = at, last = at + runs.counts[i] - 1;
        at += runs.counts[i];
        if (i % 2 == 0 || last < begin || runs.height == 0) continue;
        const std::int64_t first_column = begin / runs.height, last_column = last / runs.height;
        const bool wraps = last_column > first_column;  // from the bottom of one column to the top of the next
        left = std::min(left, first_column);
        right = std::max(right, last_column);
        top = std::min(top, wraps ? 0 : begin % runs.height);
        bottom = std::max(bottom, wraps ? runs.height - 1 : last % runs.height);
    }
    if (right < 0) return {};
    return {static_cast<float>(left), static_cast<float>(top), static_cast<float>(right + 1),
            static_cast<float>(bottom + 1)};
}

Result<Rle> merge_runs(std::span<const Rle> masks, Merge how) {
    if (masks.empty()) return Rle{};
    Rle merged = masks[0];
    for (const Rle& mask : masks.subspan(1)) {
        GOETIA_TRY(check_same_size(merged, mask));
        merged = merge_two(merged, mask, how);
    }
    return merged;
}

Result<double> iou_of(const Rle& found, const Rle& truth, bool crowd) {
    GOETIA_TRY(check_same_size(found, truth));
    std::int64_t both = 0, either = 0;
    walk_both(found, truth, [&](bool in_a, bool in_b, std::uint32_t length) {
        if (in_a && in_b) both += length;
        if (in_a || in_b) either += length;
    });
    if (both == 0) return 0.0;
    return static_cast<double>(both) / static_cast<double>(crowd ? area_of(found) : either);
}

}  // namespace goetia
