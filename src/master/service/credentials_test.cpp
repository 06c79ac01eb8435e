#include "master/service/credentials.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/hash.h"
#include "master/service/ownership.h"

namespace goetia {
namespace {

constexpr Permission kSome{"some"}, kAdmins{"admins", kSuperAdmin};

HttpRequest asking(const std::string& name, const std::string& value, const std::string& method = "GET") {
    HttpRequest request{.method = method, .peer = "127.0.0.1"};
    request.headers.set(name, value);
    return request;
}

HttpRequest with_bearer(const std::string& secret) { return asking("Authorization", "Bearer " + secret); }

TEST(Credentials, FindTheSessionAmongCookies) {
    const auto secret = [](const std::string& cookies) { return session_secret_in(asking("Cookie", cookies)); };
    EXPECT_EQ(secret("goetia_session=abc"), "abc");
    EXPECT_EQ(secret("a=b; goetia_session=abc; c=d"), "abc");
    EXPECT_EQ(secret("a=b;goetia_session=abc"), "abc");
    EXPECT_EQ(secret("goetia_session=first; goetia_session=second"), "first");
    for (const char* none : {"", "goetia_session", "goetia_session=", "xgoetia_session=abc", "a=goetia_session=abc",
                             ";;;", "=", "Goetia_Session=abc"}) {
        EXPECT_EQ(secret(none), "") << none;
    }
}

TEST(Credentials, TakeEachSecretOnlyTheWayItIsBrought) {
    Credentials credentials;
    credentials.add(sha256_hex("token"), Caller{.id = "2", .role = "trainer"});
    credentials.add(sha256_hex("session"),
                    Credential{.caller = {.id = "2", .role = "trainer"}, .way = SecretWay::kCookie});
    EXPECT_TRUE(credentials.admit(with_bearer("token"), kSome).caller);
    EXPECT_TRUE(credentials.admit(asking("authorization", "bearer token"), kSome).caller) << "in any case";
    EXPECT_EQ(credentials.admit(with_bearer("session"), kSome).status, 401);
    EXPECT_EQ(credentials.admit(asking("Cookie", "goetia_session=token"), kSome).status, 401);
    EXPECT_TRUE(credentials.admit(asking("Cookie", "goetia_session=session"), kSome).caller);
    for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "get", "INVENT"}) {
        HttpRequest change = asking("Cookie", "goetia_session=session", method);
        EXPECT_EQ(credentials.admit(change, kSome).status, 403) << method;
        change.headers.set(kCsrfHeader, csrf_token("session"));
        EXPECT_TRUE(credentials.admit(change, kSome).caller) << method;
    }
    HttpRequest both = asking("Cookie", "goetia_session=session");
    both.headers.set("Authorization", "Bearer wrong");
    EXPECT_EQ(credentials.admit(both, kSome).status, 401) << "a wrong token is not made good by a cookie";
}

TEST(Credentials, EndWhatTheyLetInWithThem) {
    Credentials credentials;
    const auto standing = [&](const std::string& secret) { return credentials.find(secret)->standing; };
    const double soon = to_seconds(now()) + 1000;
    credentials.add(sha256_hex("a"),
                    Credential{.caller = {.id = "2", .role = "trainer", .credential = "A"}, .expires_at = soon});
    credentials.add(sha256_hex("b"), Caller{.id = "2", .role = "trainer"});
    credentials.add(sha256_hex("node"), Caller{.id = "2", .role = "node"});
    const auto a = standing("a"), b = standing("b"), node = standing("node");
    credentials.end_expired(soon - 1);
    EXPECT_FALSE(a->has_ended());
    credentials.end_expired(soon);
    EXPECT_TRUE(a->has_ended());
    EXPECT_FALSE(credentials.find("a"));
    EXPECT_EQ(credentials.admit(with_bearer("b"), kAdmins).status, 403);
    credentials.change_role("2", std::string(kSuperAdmin));
    EXPECT_TRUE(b->has_ended());
    EXPECT_FALSE(standing("b")->has_ended());
    EXPECT_TRUE(credentials.admit(with_bearer("b"), kAdmins).caller);
    EXPECT_FALSE(node->has_ended()) << "the node of the same number is not the user";
    credentials.revoke_all_of("2", "node");
    EXPECT_TRUE(node->has_ended());
    EXPECT_TRUE(credentials.find("b"));
}

TEST(Credentials, DoNotFindWhatHasExpiredBeforeItIsRemoved) {
    Credentials credentials;
    credentials.add(sha256_hex("old"),
                    Credential{.caller = {.id = "2", .role = "trainer"}, .expires_at = to_seconds(now()) - 0.001});
    EXPECT_FALSE(credentials.find("old"));
}

}  // namespace
}  // namespace goetia
