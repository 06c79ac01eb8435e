// The points of one metric, sorted by step, each step once, with pyramids above them: a node of level n summarises 16^n
// points. The number of points says which nodes are complete, so a shorter count is all that truncation takes.
#pragma once

#include <functional>
#include <limits>
#include <span>

#include "master/series/column_file.h"

namespace goetia {

struct SeriesRow {
    std::int64_t step = 0, epoch = 0;
    double time = 0, value = 0;
};

// Of consecutive points. NaN is no minimum and no maximum, unless there is nothing else.
struct SeriesNode {
    double min = std::numeric_limits<double>::quiet_NaN(), max = min, last = min;
    double time = 0;  // of the last point, as the next two
    std::int64_t step = 0, epoch = 0;

    void add(const SeriesNode& next);
    static SeriesNode of(const SeriesRow& row);
};

class MetricColumns {
  public:
    static constexpr std::uint64_t kFan = 16;

    MetricColumns() = default;
    // As an earlier process left them.
    MetricColumns(std::uint64_t count, ColumnExtents rows, std::vector<ColumnExtents> levels)
        : count_(count), rows_(std::move(rows)), levels_(std::move(levels)) {}

    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] const ColumnExtents& rows() const { return rows_; }
    [[nodiscard]] const std::vector<ColumnExtents>& levels() const { return levels_; }

    // Adds points of any order; one of a step that is there replaces it. Calls `before_change` before it overwrites
    // rows that are there, which only points do that do not follow.
    Status add(ColumnFile& file, std::vector<SeriesRow>& points, const std::function<Status()>& before_change);
    void truncate(std::uint64_t count) { count_ = std::min(count_, count); }

    [[nodiscard]] Status read(const ColumnFile& file, std::uint64_t first, std::span<SeriesRow> into) const;
    // The first row for which `is_before` does not hold; the rows must be partitioned by it.
    Result<std::uint64_t> find(const ColumnFile& file, auto&& is_before) const {
        std::uint64_t low = 0, high = count_;
        while (low < high) {
            const std::uint64_t middle = low + (high - low) / 2;
            SeriesRow row;
            GOETIA_TRY(read(file, middle, {&row, 1}));
            if (is_before(row)) low = middle + 1;
            else high = middle;
        }
        return low;
    }
    // What [first, last) comes to, from as few nodes as possible.
    Result<SeriesNode> summary(const ColumnFile& file, std::uint64_t first, std::uint64_t last) const;

  private:
    Status insert(ColumnFile& file, std::span<const SeriesRow> points, std::uint64_t from);
    Status build_nodes(ColumnFile& file, std::uint64_t from);
    Status read_nodes(const ColumnFile& file, std::size_t level, std::uint64_t first, std::span<SeriesNode> into) const;
    Status add_nodes(const ColumnFile& file, std::size_t level, std::uint64_t first, std::uint64_t last,
                     SeriesNode& sum, bool& is_empty) const;

    std::uint64_t count_ = 0;
    ColumnExtents rows_;
    std::vector<ColumnExtents> levels_;  // of nodes: [0] summarises 16 points
};

}  // namespace goetia
