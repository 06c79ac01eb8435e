#include "master/service/live_points.h"

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "base/json_text.h"

namespace goetia {
namespace {

bool is_less(const LivePoint& a, const LivePoint& b) {
    return std::isnan(b.value) ? !std::isnan(a.value) : a.value < b.value;
}

// The first, the least, the largest and the last one, in their order.
void thin_out(std::vector<LivePoint>& points) {
    const auto [least, largest] = std::minmax_element(points.begin(), points.end(), is_less);
    std::vector<std::size_t> kept{0, static_cast<std::size_t>(least - points.begin()),
                                  static_cast<std::size_t>(largest - points.begin()), points.size() - 1};
    std::ranges::sort(kept);
    kept.erase(std::ranges::unique(kept).begin(), kept.end());
    std::vector<LivePoint> thin;
    for (const std::size_t at : kept) thin.push_back(std::move(points[at]));
    points = std::move(thin);
}

}  // namespace

void LivePoints::add(LivePoint point) {
    const auto known = points_.find(point.name);
    if (known == points_.end() && points_.size() >= kMostMetrics) {
        is_over_ = true;
        return;
    }
    std::vector<LivePoint>& points = known == points_.end() ? points_[point.name] : known->second;
    points.push_back(std::move(point));
    if (points.size() > kMostPoints) thin_out(points);
}

std::optional<std::string> LivePoints::take() {
    const auto taken = std::exchange(points_, {});
    if (std::exchange(is_over_, false)) return std::nullopt;
    Json points = Json::array();
    for (const auto& [name, of_one] : taken) {
        for (const LivePoint& point : of_one) {
            points.push_back({{"name", name},
                              {"step", point.step},
                              {"epoch", point.epoch},
                              {"time", point.time},
                              {"relative", point.relative},
                              {"value", std::isfinite(point.value) ? Json(point.value) : Json()}});
        }
    }
    return json_text({{"points", std::move(points)}});
}

}  // namespace goetia
