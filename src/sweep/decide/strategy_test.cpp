#include "sweep/decide/strategy.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sweep/decide/draws.h"

namespace goetia {
namespace {

using testing::HasSubstr;

SearchAxis choice(std::size_t values) { return {.values = values}; }
SearchAxis numbers_in(double low, double high) {
    return {.kind = SearchAxis::Kind::kInterval, .low = low, .high = high};
}

std::vector<SweepPoint> all_points(const SearchSpace& space, const SweepRules& rules) {
    std::vector<TrialOutcome> trials;
    while (auto point = next_point(space, rules, trials)) trials.push_back({.point = *point, .is_over = true});
    std::vector<SweepPoint> points;
    for (const TrialOutcome& trial : trials) points.push_back(trial.point);
    return points;
}

TEST(Strategy, every_strategy_has_a_name) {
    for (const StrategyInfo& info : strategies())
        EXPECT_EQ(strategy_from_name(strategy_name(info.strategy)), info.strategy);
    EXPECT_FALSE(strategy_from_name("bayes"));
}

TEST(Strategy, a_grid_varies_its_last_axis_fastest) {
    const SearchSpace space{{choice(2), choice(3)}};
    EXPECT_THAT(all_points(space, {}), testing::ElementsAre(SweepPoint{0, 0}, SweepPoint{0, 1}, SweepPoint{0, 2},
                                                            SweepPoint{1, 0}, SweepPoint{1, 1}, SweepPoint{1, 2}));
    EXPECT_EQ(all_points(space, {.trials = 4}).size(), 4U);
}

TEST(Strategy, random_visits_every_point_of_a_finite_space_once) {
    const SearchSpace space{{choice(4), choice(5)}};
    const SweepRules rules{.strategy = Strategy::kRandom, .seed = 3};
    const auto points = all_points(space, rules);
    EXPECT_EQ(points.size(), 20U);
    EXPECT_EQ(std::set<SweepPoint>(points.begin(), points.end()).size(), 20U);
    EXPECT_EQ(points, all_points(space, rules));
    EXPECT_NE(points, all_points(space, {.strategy = Strategy::kRandom, .seed = 4}));
    EXPECT_NE(points, all_points(space, {}));
}

TEST(Strategy, random_draws_are_uniform_and_stay_in_the_interval) {
    SearchAxis log = numbers_in(1e-4, 1);
    log.is_log = true;
    SearchAxis whole = numbers_in(1, 4);
    whole.whole = true;
    const SearchSpace space{{numbers_in(-2, 6), log, whole}};
    const auto points = all_points(space, {.strategy = Strategy::kRandom, .trials = 4000, .seed = 1});
    ASSERT_EQ(points.size(), 4000U);
    double mean = 0, log_below_a_hundredth = 0;
    std::vector<int> counts(5);
    for (const SweepPoint& point : points) {
        ASSERT_TRUE(point[0] >= -2 && point[0] <= 6 && point[1] >= 1e-4 && point[1] <= 1);
        mean += point[0] / 4000;
        log_below_a_hundredth += point[1] < 1e-2 ? 1.0 / 4000 : 0;
        ++counts.at(static_cast<std::size_t>(point[2]));
    }
    EXPECT_NEAR(mean, 2, 0.15);                      // four deviations
    EXPECT_NEAR(log_below_a_hundredth, 0.5, 0.032);  // half of the decades
    for (int value = 1; value <= 4; ++value) EXPECT_NEAR(counts[static_cast<std::size_t>(value)], 1000, 110);
}

TEST(Strategy, what_needs_a_number_of_trials_says_so) {
    const SearchSpace finite{{choice(2)}}, infinite{{numbers_in(0, 1)}};
    EXPECT_TRUE(check_rules(finite, {.strategy = Strategy::kHalving, .eta = 3}));
    const auto fault = [](const SearchSpace& space, const SweepRules& rules) {
        const Status checked = check_rules(space, rules);
        return checked ? "" : checked.error().message;
    };
    EXPECT_THAT(fault(infinite, {}), HasSubstr("too large for the strategy 'grid' or has an interval"));
    EXPECT_THAT(fault(infinite, {.strategy = Strategy::kRandom}), HasSubstr("'random' needs a number of trials here"));
    EXPECT_THAT(fault(finite, {.strategy = Strategy::kTpe}), HasSubstr("'tpe' needs a number of trials"));
    EXPECT_THAT(fault(finite, {.trials = 0}), HasSubstr("0 trials (allowed: 1 or more)"));
    EXPECT_THAT(fault(finite, {.first_rung = 0}), HasSubstr("after 0 epochs"));
    EXPECT_THAT(fault(finite, {.eta = 1}), HasSubstr("one of 1"));
    EXPECT_EQ(fault(infinite, {.strategy = Strategy::kTpe, .trials = 5}), "");
}

TEST(SearchSpace, faults_of_intervals_are_reported_together) {
    const auto axis = [](const char* line, double low, double high, std::vector<std::string> tags) {
        return SweepAxis{.key = "lr",
                         .line = line,
                         .lines = {},
                         .tags = std::move(tags),
                         .interval = SweepAxis::Interval{.low = low, .high = high}};
    };
    const auto space =
        search_space({axis("a=interval(3,1)", 3, 1, {}), axis("b=tag(log,interval(0,1))", 0, 1, {"log"})});
    ASSERT_FALSE(space);
    EXPECT_EQ(space.error().message,
              "override 'a=interval(3,1)': interval() needs two finite numbers, the smaller one first\n"
              "override 'b=tag(log,interval(0,1))': a logarithm needs an interval above 0, found one from 0");
}

TEST(SearchSpace, probes_contain_every_value_and_both_ends) {
    const SearchSpace space{{choice(3), numbers_in(0.5, 2), choice(1)}};
    EXPECT_THAT(probe_points(space),
                testing::ElementsAre(SweepPoint{0, 0.5, 0}, SweepPoint{1, 2, 0}, SweepPoint{2, 2, 0}));
}

}  // namespace
}  // namespace goetia
