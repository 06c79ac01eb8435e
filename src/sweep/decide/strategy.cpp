#include "sweep/decide/strategy.h"

#include <algorithm>
#include <numeric>

#include "sweep/decide/draws.h"
#include "sweep/decide/tpe.h"

namespace goetia {

const std::vector<StrategyInfo>& strategies() {
    static const std::vector<StrategyInfo> kStrategies{
        {Strategy::kGrid, "grid", "every combination"},
        {Strategy::kRandom, "random", "points drawn by a seed"},
        {Strategy::kHalving, "halving", "points drawn by a seed, of which losers are stopped early"},
        {Strategy::kTpe, "tpe", "points near those that were good"},
    };
    return kStrategies;
}

std::string_view strategy_name(Strategy strategy) {
    return std::ranges::find(strategies(), strategy, &StrategyInfo::strategy)->name;
}

std::optional<Strategy> strategy_from_name(std::string_view name) {
    const auto found = std::ranges::find(strategies(), name, &StrategyInfo::name);
    return found == strategies().end() ? std::nullopt : std::optional(found->strategy);
}

Status check_rules(const SearchSpace& space, const SweepRules& rules) {
    const std::string_view name = strategy_name(rules.strategy);
    if (rules.trials && *rules.trials < 1)
        return invalid("the sweep is to make {} trials (allowed: 1 or more)", *rules.trials);
    if (rules.first_rung < 1)
        return invalid("the first rung is after {} epochs (allowed: 1 or more)", rules.first_rung);
    if (rules.eta == 1 || rules.eta < 0)
        return invalid("one of {} is to go on at a rung (allowed: 2 or more; 0 stops nothing early)", rules.eta);
    if (rules.strategy == Strategy::kGrid && !space.size())
        return invalid(
            "the space of the sweep is too large for the strategy 'grid' or has an interval; use 'random', "
            "'halving' or 'tpe' with a number of trials");
    if (!rules.trials && (rules.strategy == Strategy::kTpe || !space.size()))
        return invalid("the strategy '{}' needs a number of trials here: --trials N", name);
    return {};
}

double uniform_value(const SearchAxis& axis, Random& random) {
    if (axis.kind != SearchAxis::Kind::kInterval) return static_cast<double>(random.below(axis.values));
    return axis.unscaled(random.uniform(axis.scaled_low(), axis.scaled_high()));
}

SweepPoint random_point(const SearchSpace& space, std::uint64_t seed, std::size_t number) {
    SweepPoint point;
    for (std::size_t i = 0; i < space.axes.size(); ++i) {
        Random random({.seed = seed, .epoch = number, .sample = i, .purpose = purpose("sweep.random")});
        point.push_back(uniform_value(space.axes[i], random));
    }
    return point;
}

std::optional<SweepPoint> shuffled_point(const SearchSpace& space, std::uint64_t seed, std::size_t number) {
    const std::size_t size = space.size().value_or(0);
    if (number >= size) return std::nullopt;
    std::vector<std::int64_t> order(size);
    std::iota(order.begin(), order.end(), 0);
    Random random({.seed = seed, .purpose = purpose("sweep.order")});
    random.shuffle(order);
    return space.at(static_cast<std::size_t>(order[number]));
}

std::optional<SweepPoint> next_point(const SearchSpace& space, const SweepRules& rules,
                                     const std::vector<TrialOutcome>& trials) {
    const std::size_t number = trials.size();
    if (rules.trials && std::cmp_greater_equal(number, *rules.trials)) return std::nullopt;
    const auto size = space.size();
    switch (rules.strategy) {
        case Strategy::kGrid: return size && number < *size ? std::optional(space.at(number)) : std::nullopt;
        case Strategy::kRandom:
        case Strategy::kHalving:
            return size ? shuffled_point(space, rules.seed, number) : random_point(space, rules.seed, number);
        case Strategy::kTpe: return tpe_point(space, rules.seed, trials);
    }
    return std::nullopt;
}

}  // namespace goetia
