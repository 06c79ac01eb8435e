#include "sweep/decide/space.h"

#include <algorithm>
#include <cmath>

namespace goetia {
namespace {

constexpr std::size_t kMostPoints = 100'000;  // that are counted

Status check_interval(const SweepAxis& axis) {
    const auto& [low, high, whole] = *axis.interval;
    if (!std::isfinite(low) || !std::isfinite(high) || !(low < high))
        return invalid("override '{}': interval() needs two finite numbers, the smaller one first", axis.line);
    const bool is_log = std::ranges::find(axis.tags, "log") != axis.tags.end();
    if (is_log && low <= 0)
        return invalid("override '{}': a logarithm needs an interval above 0, found one from {}", axis.line, low);
    return {};
}

}  // namespace

double SearchAxis::scaled_low() const {
    if (kind == Kind::kOrdered) return -0.5;
    const double edge = whole ? low - 0.5 : low;
    return is_log ? std::log(edge) : edge;
}

double SearchAxis::scaled_high() const {
    if (kind == Kind::kOrdered) return static_cast<double>(values) - 0.5;
    const double edge = whole ? high + 0.5 : high;
    return is_log ? std::log(edge) : edge;
}

double SearchAxis::scaled(double value) const { return is_log ? std::log(value) : value; }

double SearchAxis::unscaled(double scaled) const {
    double value = is_log ? std::exp(scaled) : scaled;
    if (kind == Kind::kOrdered) return std::clamp(std::round(value), 0.0, static_cast<double>(values) - 1);
    if (whole) value = std::round(value);
    return std::clamp(value, low, high);
}

std::optional<std::size_t> SearchSpace::size() const {
    std::size_t points = 1;
    for (const SearchAxis& axis : axes) {
        if (axis.kind == SearchAxis::Kind::kInterval || points * axis.values > kMostPoints) return std::nullopt;
        points *= axis.values;
    }
    return points;
}

SweepPoint SearchSpace::at(std::size_t index) const {
    SweepPoint point(axes.size());
    for (std::size_t i = axes.size(); i-- > 0;) {
        point[i] = static_cast<double>(index % axes[i].values);
        index /= axes[i].values;
    }
    return point;
}

Result<SearchSpace> search_space(const std::vector<SweepAxis>& axes) {
    SearchSpace space;
    std::string faults;
    for (const SweepAxis& axis : axes) {
        SearchAxis one{.kind = axis.is_ordered ? SearchAxis::Kind::kOrdered : SearchAxis::Kind::kChoice,
                       .values = axis.lines.size()};
        if (axis.interval) {
            if (const Status checked = check_interval(axis); !checked)
                faults += (faults.empty() ? "" : "\n") + checked.error().message;
            one = {.kind = SearchAxis::Kind::kInterval,
                   .low = axis.interval->low,
                   .high = axis.interval->high,
                   .whole = axis.interval->whole,
                   .is_log = std::ranges::find(axis.tags, "log") != axis.tags.end()};
        }
        space.axes.push_back(one);
    }
    if (!faults.empty()) return invalid("{}", faults);
    return space;
}

std::vector<std::string> lines_at(const std::vector<SweepAxis>& axes, const SweepPoint& point) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < axes.size(); ++i) lines.push_back(line_of(axes[i], point.at(i)));
    return lines;
}

std::vector<std::string> varying_lines_at(const std::vector<SweepAxis>& axes, const SweepPoint& point) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        if (axes[i].varies()) lines.push_back(line_of(axes[i], point.at(i)));
    }
    return lines;
}

std::vector<SweepPoint> probe_points(const SearchSpace& space) {
    std::size_t most = 1;
    const auto count = [](const SearchAxis& axis) {
        return axis.kind == SearchAxis::Kind::kInterval ? std::size_t{2} : axis.values;
    };
    for (const SearchAxis& axis : space.axes) most = std::max(most, count(axis));
    std::vector<SweepPoint> points;
    for (std::size_t i = 0; i < most; ++i) {
        SweepPoint point;
        for (const SearchAxis& axis : space.axes) {
            const std::size_t value = std::min(i, count(axis) - 1);
            const bool is_interval = axis.kind == SearchAxis::Kind::kInterval;
            point.push_back(!is_interval ? static_cast<double>(value) : value == 0 ? axis.low : axis.high);
        }
        points.push_back(std::move(point));
    }
    return points;
}

}  // namespace goetia
