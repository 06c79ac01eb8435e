// What is asked of a curve and what is answered: as many values as a plot has pixels, whatever the curve's length.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

enum class CurveX { kStep, kEpoch, kTime, kRelative };  // kRelative: seconds since the run began

std::string_view curve_x_name(CurveX x);
std::optional<CurveX> curve_x_from(std::string_view name);

constexpr std::uint64_t kMostBuckets = 20'000;

struct CurveQuery {
    std::vector<std::string> names;  // empty: all of them
    CurveX x = CurveX::kStep;
    std::optional<double> from, to;  // of x, both included; times that run backwards are not searched exactly
    std::uint64_t points = 1000;
};

// Raw: each point's x and value, in `last` ([min] and [max] are empty). Else `points` buckets with nearly as many
// points each; x is that of a bucket's last point. NaN is a value that was not finite.
struct Curve {
    std::string name;
    std::uint64_t count = 0;  // points between from and to
    bool is_raw = true;
    std::vector<double> x, min, max, last;
};

// {"curves": [{"name", "count", "raw", "x": [...], "value": [...]}, or "min", "max", "last"]}; null for NaN.
Json to_json(const std::vector<Curve>& curves);

// "goetiaC1", the length of the JSON header (u32, little-endian), the header padded with spaces to whole 8 bytes from
// the beginning: {"curves": [{"name", "count", "raw", "rows", "columns": ["x", "value"]}]}, then each column as
// float64.
std::string to_binary(const std::vector<Curve>& curves);

}  // namespace goetia
