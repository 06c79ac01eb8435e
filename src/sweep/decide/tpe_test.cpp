#include "sweep/decide/tpe.h"

#include <cmath>
#include <functional>
#include <numbers>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sweep/decide/parzen.h"

namespace goetia {
namespace {

using Function = std::function<double(const SweepPoint&)>;

constexpr int kSeeds = 20;
constexpr int kMostTrials = 400;

SearchAxis interval(double low, double high, bool is_log = false) {
    return {.kind = SearchAxis::Kind::kInterval, .low = low, .high = high, .is_log = is_log};
}

// How many trials it takes to come below `target`.
int trials_to(double target, const SearchSpace& space, Strategy strategy, int seed, const Function& loss_of) {
    const SweepRules rules{.strategy = strategy, .trials = kMostTrials, .seed = static_cast<std::uint64_t>(seed)};
    std::vector<TrialOutcome> trials;
    while (auto point = next_point(space, rules, trials)) {
        const double loss = loss_of(*point);
        trials.push_back({.point = *point, .is_over = true, .loss = loss});
        if (loss < target) break;
    }
    return static_cast<int>(trials.size());
}

struct Comparison {
    double tpe = 0, random = 0;  // mean trials
    int tpe_first = 0;           // seeds in which TPE needed no more trials than random
};

Comparison compare(double target, const SearchSpace& space, const Function& loss_of) {
    Comparison all;
    for (int seed = 0; seed < kSeeds; ++seed) {
        const int tpe = trials_to(target, space, Strategy::kTpe, seed, loss_of);
        const int random = trials_to(target, space, Strategy::kRandom, seed, loss_of);
        all.tpe += static_cast<double>(tpe) / kSeeds, all.random += static_cast<double>(random) / kSeeds;
        all.tpe_first += tpe <= random;
    }
    return all;
}

TEST(Tpe, finds_the_optimum_of_a_quadratic_sooner_than_random) {
    const auto quadratic = [](const SweepPoint& x) { return std::pow(x[0] - 1, 2) + std::pow(x[1] + 2, 2); };
    const Comparison found = compare(0.05, {{interval(-5, 5), interval(-5, 5)}}, quadratic);
    RecordProperty("figures", std::to_string(found.tpe) + " " + std::to_string(found.random));
    EXPECT_LT(found.tpe, 0.5 * found.random) << found.tpe << " trials, random " << found.random;
    EXPECT_GE(found.tpe_first, 15) << found.tpe << " trials, random " << found.random;
}

double branin(const SweepPoint& x) {
    constexpr double kPi = std::numbers::pi;
    const double inner = x[1] - 5.1 / (4 * kPi * kPi) * x[0] * x[0] + 5 / kPi * x[0] - 6;
    return inner * inner + 10 * (1 - 1 / (8 * kPi)) * std::cos(x[0]) + 10;
}

TEST(Tpe, finds_the_optimum_of_branin_sooner_than_random) {
    ASSERT_NEAR(branin({std::numbers::pi, 2.275}), 0.397887, 1e-5);
    const Comparison found = compare(0.397887 + 0.1, {{interval(-5, 10), interval(0, 15)}}, branin);
    EXPECT_LT(found.tpe, 0.7 * found.random) << found.tpe << " trials, random " << found.random;
    EXPECT_GE(found.tpe_first, 13) << found.tpe << " trials, random " << found.random;
}

TEST(Tpe, finds_a_rate_by_its_logarithm_and_the_right_choice) {
    const auto loss = [](const SweepPoint& x) {
        return std::abs(std::log10(x[0]) + 3) + (x[1] == 2 ? 0 : 1) + std::abs(x[2] - 6) / 10;
    };
    SearchAxis whole = interval(1, 8);
    whole.whole = true;
    const SearchSpace space{{interval(1e-6, 1, true), {.values = 5}, whole}};
    const Comparison found = compare(0.25, space, loss);
    EXPECT_LT(found.tpe, 0.8 * found.random) << found.tpe << " trials, random " << found.random;
}

TEST(Tpe, visits_every_point_of_a_finite_space_once) {
    const SearchSpace space{{SearchAxis{.values = 5}, SearchAxis{.kind = SearchAxis::Kind::kOrdered, .values = 6}}};
    std::vector<TrialOutcome> trials;
    std::set<SweepPoint> seen;
    while (auto point = tpe_point(space, 1, trials)) {
        EXPECT_TRUE(seen.insert(*point).second);
        trials.push_back({.point = *point, .is_over = true, .loss = (*point)[0] + (*point)[1]});
    }
    EXPECT_EQ(seen.size(), 30U);
}

TEST(Tpe, does_not_look_where_a_trial_is_running_or_has_failed) {
    const SearchSpace space{{interval(0, 1)}};
    std::vector<TrialOutcome> trials;
    for (int i = 0; i < 20; ++i) {
        const double x = i / 20.0;
        trials.push_back({.point = {x}, .is_over = true, .loss = std::abs(x - 0.5)});
    }
    const auto distance_after = [&](std::vector<TrialOutcome> more) {
        double sum = 0;
        for (std::uint64_t seed = 0; seed < 50; ++seed) {
            std::vector<TrialOutcome> all = trials;
            all.insert(all.end(), more.begin(), more.end());
            sum += std::abs((*tpe_point(space, seed, all))[0] - 0.5);
        }
        return sum / 50;
    };
    const std::vector<TrialOutcome> running(8, {.point = {0.5}});
    const std::vector<TrialOutcome> failed(8, {.point = {0.5}, .is_over = true});
    const double alone = distance_after({});
    EXPECT_GT(distance_after(running), alone);
    EXPECT_EQ(distance_after(running), distance_after(failed));
}

TEST(Parzen, densities_integrate_to_one) {
    for (const bool is_log : {false, true}) {
        const SearchAxis axis = interval(0.01, 2, is_log);
        const ParzenDensity density(axis, {0.01, 0.5, 0.5, 1.9});
        double sum = 0;
        constexpr int kSteps = 20000;
        for (int i = 0; i < kSteps; ++i) {
            const double scaled = axis.scaled_low() + (axis.scaled_high() - axis.scaled_low()) * (i + 0.5) / kSteps;
            sum += std::exp(density.log_density(is_log ? std::exp(scaled) : scaled));
        }
        EXPECT_NEAR(sum * (axis.scaled_high() - axis.scaled_low()) / kSteps, 1, 1e-3);
    }
}

TEST(Parzen, draws_follow_the_density_of_a_choice) {
    const ParzenDensity density({.values = 4}, {1, 1, 3});
    std::vector<double> shares(4);
    Random random({.seed = 2});
    for (int i = 0; i < 8000; ++i) shares.at(static_cast<std::size_t>(density.draw(random))) += 1.0 / 8000;
    for (std::size_t i = 0; i < 4; ++i)
        EXPECT_NEAR(shares[i], std::exp(density.log_density(static_cast<double>(i))), 0.025);
    EXPECT_NEAR(shares[1], 2.25 / 4, 0.025);
}

}  // namespace
}  // namespace goetia
