#include "sweep/decide/tpe.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "sweep/decide/draws.h"
#include "sweep/decide/parzen.h"

namespace goetia {
namespace {

constexpr std::size_t kCandidates = 24;
constexpr std::size_t kMostGood = 25;

bool has_value(const TrialOutcome& trial) { return trial.loss && !std::isnan(*trial.loss); }

// Best first: those that ran to their end by their loss, then those that were stopped early, the later the better, then
// those without a value. One that is still running counts as bad: another one should look elsewhere.
std::vector<const TrialOutcome*> ranked(const std::vector<TrialOutcome>& trials) {
    std::vector<const TrialOutcome*> order;
    for (const TrialOutcome& trial : trials) order.push_back(&trial);
    const auto key = [](const TrialOutcome* trial) {
        const bool is_valued = trial->is_over && has_value(*trial);
        const int tier = !is_valued ? 2 : trial->is_early ? 1 : 0;
        return std::tuple(tier, tier == 1 ? -trial->epochs : 0, is_valued ? *trial->loss : 0.0);
    };
    std::ranges::stable_sort(order, {}, key);
    return order;
}

struct Densities {
    std::vector<ParzenDensity> good, bad;  // one for each axis
};

Densities densities_of(const SearchSpace& space, const std::vector<TrialOutcome>& trials, std::size_t valued) {
    const std::vector<const TrialOutcome*> order = ranked(trials);
    const std::size_t good = std::min((valued + 9) / 10, kMostGood);  // a tenth, rounded up
    Densities densities;
    for (std::size_t axis = 0; axis < space.axes.size(); ++axis) {
        std::vector<double> near, far;
        for (std::size_t i = 0; i < order.size(); ++i) (i < good ? near : far).push_back(order[i]->point.at(axis));
        densities.good.emplace_back(space.axes[axis], near);
        densities.bad.emplace_back(space.axes[axis], far);
    }
    return densities;
}

bool was_tried(const std::vector<TrialOutcome>& trials, const SweepPoint& point) {
    return std::ranges::find(trials, point, &TrialOutcome::point) != trials.end();
}

std::optional<SweepPoint> untried(const SearchSpace& space, std::uint64_t seed,
                                  const std::vector<TrialOutcome>& trials) {
    for (std::size_t i = 0; auto point = shuffled_point(space, seed, i); ++i) {
        if (!was_tried(trials, *point)) return point;
    }
    return std::nullopt;
}

}  // namespace

std::optional<SweepPoint> tpe_point(const SearchSpace& space, std::uint64_t seed,
                                    const std::vector<TrialOutcome>& trials) {
    const bool is_finite = space.size().has_value();
    const auto valued = static_cast<std::size_t>(
        std::ranges::count_if(trials, [](const TrialOutcome& trial) { return trial.is_over && has_value(trial); }));
    if (valued < kTpeStartup)
        return is_finite ? untried(space, seed, trials) : std::optional(random_point(space, seed, trials.size()));
    const Densities densities = densities_of(space, trials, valued);
    std::optional<SweepPoint> best;
    double best_ratio = -std::numeric_limits<double>::infinity();
    for (std::size_t candidate = 0; candidate < kCandidates; ++candidate) {
        Random random({.seed = seed, .epoch = trials.size(), .sample = candidate, .purpose = purpose("sweep.tpe")});
        SweepPoint point;
        double ratio = 0;
        for (std::size_t axis = 0; axis < space.axes.size(); ++axis) {
            point.push_back(densities.good[axis].draw(random));
            ratio += densities.good[axis].log_density(point.back()) - densities.bad[axis].log_density(point.back());
        }
        if (ratio <= best_ratio || (is_finite && was_tried(trials, point))) continue;
        best = std::move(point), best_ratio = ratio;
    }
    return best || !is_finite ? best : untried(space, seed, trials);
}

}  // namespace goetia
