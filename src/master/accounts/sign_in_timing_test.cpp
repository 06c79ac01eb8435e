// A04: how long an answer takes does not tell whether a name is a user's.
#include <cmath>
#include <future>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/json.h"
#include "master/accounts/accounts.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

struct Times {
    double count = 0, mean = 0, squares = 0;
    void add(double time) {
        ++count;
        const double off = time - mean;
        mean += off / count;
        squares += off * (time - mean);
    }
    [[nodiscard]] double variance_of_mean() const { return squares / (count - 1) / count; }
};

TEST(SignInTiming, IsTheSameForNamesThatNobodyHas) {
    const testkit::TemporaryFolder folder;
    const auto store = std::move(*Store::open({.data = folder.path()}));
    Credentials credentials;
    const auto accounts = std::move(*Accounts::open(
        *store, credentials, {.cost = {1, 1 << 20}, .tries_of_name = {1e9, 1}, .tries_of_address = {1e9, 1}}));
    std::promise<bool> created;
    accounts->create({.name = "local"}, {.name = "anna_1", .password = "Passw0rd", .role = "trainer"},
                     [&](const Result<Json>& made) { created.set_value(made.ok()); });
    ASSERT_TRUE(created.get_future().get());
    Times known, unknown;
    for (int i = 0; i < 2000; ++i) {
        const bool is_known = (i * 7919 / 3 & 1) != 0;
        std::promise<Code> outcome;
        const double begin = steady_seconds();
        accounts->sign_in(is_known ? "anna_1" : "anna_2", "Guess0", "10.0.0.1", [&](const Result<SignedIn>& done) {
            outcome.set_value(done ? Code::kFailed : done.error().code);
        });
        ASSERT_EQ(outcome.get_future().get(), Code::kDenied);
        const double time = steady_seconds() - begin;
        if (i > 100 && time < 0.1) (is_known ? known : unknown).add(time);  // but for what the machine did meanwhile
    }
    const double t = (known.mean - unknown.mean) / std::sqrt(known.variance_of_mean() + unknown.variance_of_mean());
    EXPECT_LT(std::abs(t), 4.5) << "Welch's t: " << known.mean * 1e6 << " and " << unknown.mean * 1e6 << " us";
}

}  // namespace
}  // namespace goetia
