// The space that a sweep searches, in numbers: what a strategy decides on. A point has a number for each axis: that of
// one of its values, or the value itself within an interval.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/sweep_axes.h"

namespace goetia {

using SweepPoint = std::vector<double>;

struct SearchAxis {
    enum class Kind {
        kChoice,    // values without an order
        kOrdered,   // values whose neighbours are alike
        kInterval,  // any number from low to high
    };
    Kind kind = Kind::kChoice;
    std::size_t values = 1;    // how many; not of an interval
    double low = 0, high = 0;  // of an interval
    bool whole = false;
    bool is_log = false;

    // The range in which neighbours are compared: a logarithm where is_log, half a step beyond whole numbers.
    [[nodiscard]] double scaled_low() const;
    [[nodiscard]] double scaled_high() const;
    [[nodiscard]] double scaled(double value) const;
    [[nodiscard]] double unscaled(double scaled) const;  // the nearest value of the axis
};

struct SearchSpace {
    std::vector<SearchAxis> axes;

    // How many points there are; none when an axis is an interval or they are too many to count.
    [[nodiscard]] std::optional<std::size_t> size() const;
    // The points in the order of Hydra's basic sweeper: the last axis varies fastest. Only of a space that has a size.
    [[nodiscard]] SweepPoint at(std::size_t index) const;
};

// Faults of intervals and tags are reported all at once.
Result<SearchSpace> search_space(const std::vector<SweepAxis>& axes);

// The overrides of a point, and those of them that vary.
std::vector<std::string> lines_at(const std::vector<SweepAxis>& axes, const SweepPoint& point);
std::vector<std::string> varying_lines_at(const std::vector<SweepAxis>& axes, const SweepPoint& point);

// Few points in which every value of every axis occurs, and both ends of the intervals: what is composed and checked
// before the first run starts.
std::vector<SweepPoint> probe_points(const SearchSpace& space);

}  // namespace goetia
