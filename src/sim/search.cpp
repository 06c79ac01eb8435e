#include "sim/search.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "base/clock.h"

namespace goetia {
namespace {

constexpr double kCleanShare = 0.6;  // of the time

// Each schedule is run by one thread; the threads share only the counter that hands out seeds.
template <class Work>
void on_threads(int threads, Work work) {
    std::vector<std::jthread> workers;
    for (int i = 0; i < threads; ++i) workers.emplace_back(work);
}

void search_clean(const SearchPlan& plan, SearchEnd& end) {
    const double begun = steady_seconds();
    const double until = plan.seconds > 0 ? begun + plan.seconds * kCleanShare : 1e18;
    const std::int64_t most = plan.schedules > 0 ? plan.schedules : INT64_MAX;
    std::atomic<std::int64_t> next = 0, events = 0, done = 0;
    std::mutex mutex;
    on_threads(plan.threads, [&] {
        while (steady_seconds() < until) {
            const std::int64_t mine = next++;
            if (mine >= most) return;
            const std::uint64_t seed = plan.seed + static_cast<std::uint64_t>(mine);
            const ScheduleEnd one = run_schedule(seed);
            ++done, events += one.events;
            if (one.violation.empty()) continue;
            const std::lock_guard lock(mutex);
            end.violations.push_back({seed, Plant::kNone, one.violation});
        }
    });
    end.schedules = done, end.events = events;
    end.seconds = steady_seconds() - begun;
}

void search_planted(const SearchPlan& plan, SearchEnd& end) {
    const double until = plan.seconds > 0 ? steady_seconds() + plan.seconds * (1 - kCleanShare) : 1e18;
    std::atomic<int> next = 1;
    std::mutex mutex;
    on_threads(plan.threads, [&] {
        for (int mine = next++; mine <= kPlants; mine = next++) {
            const auto plant = static_cast<Plant>(mine);
            for (std::int64_t i = 0; i < plan.planted_most && steady_seconds() < until; ++i) {
                const std::uint64_t seed = plan.seed + static_cast<std::uint64_t>(i);
                const ScheduleEnd one = run_schedule(seed, plant);
                if (one.violation.empty()) continue;
                const std::lock_guard lock(mutex);
                end.planted.push_back({seed, plant, one.violation});
                break;
            }
        }
    });
    std::ranges::sort(end.planted, {}, &FoundViolation::plant);
    end.planted_found = static_cast<int>(end.planted.size());
}

}  // namespace

SearchEnd run_search(const SearchPlan& plan) {
    SearchEnd end;
    search_clean(plan, end);
    search_planted(plan, end);
    std::ranges::sort(end.violations, {}, &FoundViolation::seed);
    return end;
}

}  // namespace goetia
