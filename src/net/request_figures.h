// What a router answered: requests by route and status, and how long they took. Safe to call from several threads.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace goetia {

class RequestFigures {
  public:
    // Seconds; what took longer is in the last place.
    static constexpr std::array<double, 12> kBounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                    0.05,   0.1,   0.25,   1,     5,    30};
    struct Latency {
        std::array<std::uint64_t, kBounds.size() + 1> counts{};  // not summed up
        double seconds = 0;
    };
    struct Figures {
        std::map<std::pair<std::string, int>, std::uint64_t> requests;  // "GET /api/tasks/{id}" and status
        Latency latency;
    };

    // `route`: as it is listed, never what a client named.
    void add(const std::string& route, int status, double seconds);
    [[nodiscard]] Figures read() const;

  private:
    mutable std::mutex mutex_;
    Figures figures_;
};

}  // namespace goetia
