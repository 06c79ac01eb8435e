#include "sim/search.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <thread>

#include "base/clock.h"

namespace goetia {
namespace {

constexpr double kCleanShare = 0.6;   // of the time
constexpr std::int64_t kRound = 200;  // schedules for one planted bug, then the next has its turn

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

// In rounds, so that one that is hard to find leaves time for the others.
void search_planted(const SearchPlan& plan, SearchEnd& end) {
    const double until = plan.seconds > 0 ? steady_seconds() + plan.seconds * (1 - kCleanShare) : 1e18;
    const std::int64_t rounds = (plan.planted_most + kRound - 1) / kRound;
    std::array<std::atomic<bool>, kPlants + 1> found{};
    std::atomic<std::int64_t> next = 0;
    std::mutex mutex;
    on_threads(plan.threads, [&] {
        for (std::int64_t mine = next++; mine < rounds * kPlants; mine = next++) {
            const auto plant = static_cast<Plant>(1 + mine % kPlants);
            const std::int64_t first = mine / kPlants * kRound, last = std::min(first + kRound, plan.planted_most);
            for (std::int64_t i = first; i < last; ++i) {
                if (found[static_cast<std::size_t>(plant)] || steady_seconds() > until) break;
                const std::uint64_t seed = plan.seed + static_cast<std::uint64_t>(i);
                const ScheduleEnd one = run_schedule(seed, plant);
                if (one.violation.empty() || found[static_cast<std::size_t>(plant)].exchange(true)) continue;
                const std::lock_guard lock(mutex);
                end.planted.push_back({seed, plant, one.violation});
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
