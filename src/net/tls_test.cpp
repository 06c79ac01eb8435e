#include "net/tls.h"

#include <set>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/files.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

TEST(Tls, makes_its_own_identity_once_and_keeps_it) {
    const testkit::TemporaryFolder folder;
    const auto first = own_identity(folder / "tls", {"localhost", "127.0.0.1"});
    ASSERT_TRUE(first.ok()) << first.error().message;
    EXPECT_TRUE(is_pin(first->pin)) << first->pin;
    struct stat facts{};
    ASSERT_EQ(::stat(first->key.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777, 0600);
    const auto second = own_identity(folder / "tls", {"other"});
    ASSERT_TRUE(second.ok());
    EXPECT_EQ(second->pin, first->pin);
}

TEST(Tls, refuses_a_key_that_is_not_the_certificates) {
    const testkit::TemporaryFolder folder;
    const auto a = own_identity(folder / "a", {"h"}), b = own_identity(folder / "b", {"h"});
    ASSERT_TRUE(a.ok() && b.ok());
    EXPECT_NE(a->pin, b->pin);
    const auto mixed = given_identity(a->certificate, b->key);
    ASSERT_FALSE(mixed.ok());
    EXPECT_NE(mixed.error().message.find("is not that of the certificate"), std::string::npos);
    EXPECT_FALSE(given_identity(folder.write("empty", ""), a->key).ok());
}

TEST(Tls, writes_base64_in_both_alphabets) {
    const std::string bytes("\xfb\xff\xfe\0a", 5);
    EXPECT_EQ(base64(bytes), "+//+AGE=");
    EXPECT_EQ(base64_url(bytes), "-__-AGE");
    EXPECT_EQ(base64_decoded(base64(bytes)), bytes);
    EXPECT_EQ(base64_decoded(base64_url(bytes)), bytes);
    EXPECT_EQ(base64_decoded("a*b"), "");
}

TEST(Tls, draws_secrets_that_do_not_repeat) {
    std::set<std::string> drawn;
    for (int i = 0; i < 1000; ++i) drawn.insert(random_secret());
    EXPECT_EQ(drawn.size(), 1000U);
    EXPECT_EQ(drawn.begin()->size(), 43U);
    EXPECT_TRUE(same_secret("abc", "abc"));
    EXPECT_FALSE(same_secret("abc", "abd"));
    EXPECT_FALSE(same_secret("abc", "abcd"));
}

}  // namespace
}  // namespace goetia
