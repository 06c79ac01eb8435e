#include "master/accounts/sign_in_limits.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace goetia {
namespace {

constexpr TryLimit kOfName{10, 40}, kOfAddress{30, 2};

// A04: guessing one account from many addresses.
TEST(SignInLimits, AHundredAddressesTryANameAHundredTimesAnHour) {
    SignInLimits limits(kOfName, kOfAddress);
    int evaluated = 0;
    for (int i = 0; i < 10000; ++i) {
        const std::string address = fmt::format("10.0.0.{}", i % 100);
        if (limits.take("anna_1", address, i * 0.359) == 0) ++evaluated;
    }
    EXPECT_LE(evaluated, 100);
    EXPECT_GE(evaluated, 90);
    EXPECT_EQ(limits.take("bertram", "10.0.0.101", 3600), 0) << "others are not hindered";
}

TEST(SignInLimits, AnAddressCannotTryManyNames) {
    SignInLimits limits(kOfName, kOfAddress);
    int evaluated = 0;
    for (int i = 0; i < 1000; ++i) evaluated += limits.take(fmt::format("name{}", i), "10.0.0.1", 0) == 0 ? 1 : 0;
    EXPECT_EQ(evaluated, 30);
    EXPECT_NEAR(limits.take("anna_1", "10.0.0.1", 0), 2, 1e-9) << "seconds until the next one";
    EXPECT_EQ(limits.take("anna_1", "10.0.0.1", 2), 0);
}

TEST(SignInLimits, WhoKnowsThePasswordIsNeverRefused) {
    SignInLimits limits(kOfName, kOfAddress);
    for (int i = 0; i < 1000; ++i) {
        ASSERT_EQ(limits.take("anna_1", "10.0.0.1", 0), 0);
        limits.give_back("anna_1", "10.0.0.1", 0);
    }
}

TEST(SignInLimits, KeepsABoundedNumber) {
    SignInLimits limits(kOfName, {1e9, 1}, 100);
    for (int i = 0; i < 10000; ++i)
        ASSERT_EQ(limits.take(fmt::format("name{}", i), fmt::format("10.0.{}.{}", i / 256, i % 256), 0), 0);
}

TEST(AddressKey, IsTheNetworkOfIpv6) {
    EXPECT_EQ(address_key("2001:db8:1:2::3"), address_key("2001:db8:1:2:ffff::9"));
    EXPECT_NE(address_key("2001:db8:1:2::3"), address_key("2001:db8:1:3::3"));
    EXPECT_EQ(address_key("::ffff:10.0.0.1"), "10.0.0.1");
    EXPECT_EQ(address_key("10.0.0.1"), "10.0.0.1");
    EXPECT_EQ(address_key(""), "");
}

}  // namespace
}  // namespace goetia
