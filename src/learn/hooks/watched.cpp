#include "learn/hooks/watched.h"

#include <algorithm>

#include <fmt/ranges.h>

namespace goetia {

std::vector<std::string> names_of(const MetricValues& metrics) {
    std::vector<std::string> names;
    for (const auto& [name, value] : metrics) names.push_back(name);
    return names;
}

Status check_watched(const Watched& watched, const std::vector<std::string>& measured) {
    if (std::find(measured.begin(), measured.end(), watched.metric) != measured.end()) return {};
    const bool evaluates =
        std::any_of(measured.begin(), measured.end(), [](const std::string& name) { return name.starts_with("val/"); });
    if (!evaluates && watched.metric.starts_with("val/")) return {};
    return invalid("{} names '{}', which this run does not measure; known: {}", watched.key, watched.metric,
                   fmt::join(measured, ", "));
}

}  // namespace goetia
