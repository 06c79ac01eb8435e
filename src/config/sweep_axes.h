// What each override of a sweep varies, for a search that does not run every combination.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace goetia {

struct ComposeRequest;  // config/config.h

struct SweepAxis {
    struct Interval {
        double low = 0, high = 0;  // both included
        bool whole = false;        // int(interval(1, 8))
    };
    std::string key;                 // with its prefix and package: "+db@x"
    std::string line;                // as the user wrote it
    std::vector<std::string> lines;  // an override for each value, one if nothing varies; none for an interval
    bool is_ordered = false;         // of a range(): neighbours are alike
    std::vector<std::string> tags;   // of tag(): "log"
    std::optional<Interval> interval;

    [[nodiscard]] bool varies() const { return interval.has_value() || lines.size() > 1; }
};

// One for each key, in the order of the overrides: what varies and what does not.
Result<std::vector<SweepAxis>> sweep_axes(const ComposeRequest& request);

// The override that gives the axis one of its values: the number of the line, or the value within the interval.
std::string line_of(const SweepAxis& axis, double value);

}  // namespace goetia
