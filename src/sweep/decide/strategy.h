// Which point a sweep tries next, and whether a run goes on: pure functions of the space, the rules and what the trials
// have shown so far. Whoever runs the trials (processes of this machine, tasks of a pool) asks these.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sweep/decide/space.h"

namespace goetia {

enum class Strategy {
    kGrid,     // every combination
    kRandom,   // drawn by a seed; without repetition where the space is finite
    kHalving,  // the same, and losers are stopped at rungs of epochs (ASHA)
    kTpe,      // where good trials are dense and bad ones are not (tree of Parzen estimators)
};

struct StrategyInfo {
    Strategy strategy;
    std::string_view name;
    std::string_view sentence;
};
const std::vector<StrategyInfo>& strategies();
std::string_view strategy_name(Strategy strategy);
std::optional<Strategy> strategy_from_name(std::string_view name);

struct SweepRules {
    Strategy strategy = Strategy::kGrid;
    std::optional<std::int64_t> trials;  // at most; none: all points of a finite space
    std::uint64_t seed = 0;
    std::int64_t first_rung = 1;  // epochs before the first decision; the next ones are at eta times as many
    std::int64_t eta = 0;         // one of so many goes on at a rung; 0: nothing is stopped early
};

// A strategy that needs a number of trials must have one.
Status check_rules(const SearchSpace& space, const SweepRules& rules);

// What a trial has shown. A loss is the metric with the sign that makes smaller values better.
struct TrialOutcome {
    SweepPoint point;
    bool is_over = false;
    std::optional<double> loss;  // the best one so far; none: it is running, or it failed
    std::int64_t epochs = 0;     // after which the loss was reached; fewer if it was stopped early
    bool is_early = false;       // it was stopped at a rung
};

// The point of trial number trials.size(); none when the sweep is complete. The draws depend on the seed and that
// number alone, so that a sweep that goes on later makes the same ones.
std::optional<SweepPoint> next_point(const SearchSpace& space, const SweepRules& rules,
                                     const std::vector<TrialOutcome>& trials);

}  // namespace goetia
