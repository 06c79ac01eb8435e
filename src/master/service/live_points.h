// The points of one run between two redraws of a page: what is told of them in one message.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace goetia {

struct LivePoint {
    std::string name;
    std::int64_t step = 0, epoch = 0;
    double time = 0, relative = 0;  // seconds since 1970, and since the run began
    double value = 0;
};

class LivePoints {
  public:
    static constexpr std::size_t kMostPoints = 20;    // of one metric; more become their first, least, largest and last
    static constexpr std::size_t kMostMetrics = 500;  // in one message

    void add(LivePoint point);
    [[nodiscard]] bool empty() const { return points_.empty(); }
    // {"points": [{name, step, epoch, time, relative, value}]}, and begins anew. None: there were more metrics than a
    // message holds, so that a reader asks for the curves again.
    std::optional<std::string> take();

  private:
    std::map<std::string, std::vector<LivePoint>, std::less<>> points_;  // by metric, in the order in which they came
    bool is_over_ = false;
};

}  // namespace goetia
