#include "sweep/decide/halving.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace goetia {
namespace {

using testing::ElementsAre;

TEST(Halving, rungs_multiply_and_leave_the_end_alone) {
    EXPECT_THAT(rungs_of({.first_rung = 1, .eta = 3}, 30), ElementsAre(1, 3, 9, 27));
    EXPECT_THAT(rungs_of({.first_rung = 1, .eta = 3}, 27), ElementsAre(1, 3, 9));
    EXPECT_THAT(rungs_of({.first_rung = 5, .eta = 2}, 41), ElementsAre(5, 10, 20, 40));
    EXPECT_THAT(rungs_of({.first_rung = 10, .eta = 3}, 10), ElementsAre());
    EXPECT_THAT(rungs_of({.eta = 0}, 30), ElementsAre());
    EXPECT_EQ(rungs_of({.eta = 2}, std::numeric_limits<std::int64_t>::max()).size(), 63U);
}

// By hand, with eta 3: the losses arrive in this order at one rung.
TEST(Halving, stops_exactly_those_that_the_rule_says) {
    struct Arrival {
        double loss;
        bool goes_on;
    };
    const std::vector<Arrival> arrivals = {
        {0.9, true},    // the first one of 1
        {0.8, true},    // best of 2
        {0.85, false},  // second of 3, one goes on
        {0.7, true},    // best of 4
        {0.7, true},    // shares the first place of 5
        {0.75, false},  // third of 6, two go on
        {0.72, false},  // third of 7
        {0.71, false},  // third of 8
        {0.705, true},  // third of 9, three go on
        {NAN, false},
    };
    std::vector<double> at_rung;
    for (const Arrival& arrival : arrivals) {
        EXPECT_EQ(rung_verdict(arrival.loss, at_rung, 3).goes_on, arrival.goes_on) << at_rung.size();
        at_rung.push_back(arrival.loss);
    }
}

// Against the rule written in another way: sort, and look at who is among the first.
TEST(Halving, equals_the_sorted_list_for_random_arrivals) {
    Random random({.seed = 5});
    for (const std::int64_t eta : {2, 3, 4}) {
        std::vector<double> at_rung;
        for (int arrival = 0; arrival < 300; ++arrival) {
            const double loss = random.chance(0.05) ? NAN : std::round(random.uniform() * 50);
            std::vector<double> all = at_rung;
            all.push_back(loss);
            for (double& one : all) one = std::isnan(one) ? INFINITY : one;
            std::ranges::sort(all);
            const std::size_t kept = std::max<std::size_t>(1, all.size() / static_cast<std::size_t>(eta));
            const bool expected = (std::isnan(loss) ? INFINITY : loss) <= all[kept - 1];
            ASSERT_EQ(rung_verdict(loss, at_rung, eta).goes_on, expected) << eta << " " << arrival;
            at_rung.push_back(loss);
        }
    }
}

TEST(Halving, a_run_without_a_number_does_not_go_on_when_others_have_one) {
    EXPECT_FALSE(rung_verdict(NAN, {1.0}, 2).goes_on);
    const RungVerdict verdict = rung_verdict(0.5, {0.1, 0.2, 0.9}, 2);
    EXPECT_EQ(verdict.place, 3U);
    EXPECT_EQ(verdict.among, 4U);
    EXPECT_EQ(verdict.kept, 2U);
    EXPECT_FALSE(verdict.goes_on);
}

}  // namespace
}  // namespace goetia
