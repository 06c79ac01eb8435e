#include "master/accounts/password_hash.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(PasswordHash, IsArgon2idWithASaltOfItsOwn) {
    const std::string hash = *hash_password("Passw0rd", kCheapPasswords);
    EXPECT_THAT(hash, testing::StartsWith("$argon2id$v=19$m=8,t=1,p=1$"));
    EXPECT_NE(hash, *hash_password("Passw0rd", kCheapPasswords));
    EXPECT_TRUE(is_password(hash, "Passw0rd"));
    EXPECT_FALSE(is_password(hash, "Passw0rd "));
    EXPECT_FALSE(is_password(hash, ""));
    EXPECT_FALSE(is_password("", "Passw0rd"));
    EXPECT_FALSE(is_password(std::string(1000, '$'), "Passw0rd"));
}

TEST(PasswordHash, CostsWhatTheMasterAsksFor) {
    EXPECT_THAT(*hash_password("Passw0rd", {}), testing::StartsWith("$argon2id$v=19$m=65536,t=2,p=1$"));
}

}  // namespace
}  // namespace goetia
