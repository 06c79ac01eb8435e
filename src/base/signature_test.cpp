#include "base/signature.h"

#include <sys/stat.h>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "base/files.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using testkit::TemporaryFolder;

TEST(Signature, is_accepted_for_its_text_and_key_only) {
    const TemporaryFolder folder;
    const SigningKey key = SigningKey::open(folder / "key.pem").value();
    const SigningKey other = SigningKey::open(folder / "other.pem").value();
    const std::string signature = key.sign("a package");
    EXPECT_TRUE(check_signature("a package", signature, key.public_key()).ok());
    EXPECT_EQ(check_signature("a packagf", signature, key.public_key()).error().code, Code::kDenied);
    EXPECT_EQ(check_signature("", signature, key.public_key()).error().code, Code::kDenied);
    EXPECT_EQ(check_signature("a package", signature, other.public_key()).error().code, Code::kDenied);
    for (std::size_t i = 0; i < signature.size(); i += 5) {
        std::string changed = signature;
        changed[i] = changed[i] == '0' ? '1' : '0';
        EXPECT_FALSE(check_signature("a package", changed, key.public_key()).ok()) << i;
    }
}

TEST(Signature, of_another_form_is_refused) {
    const TemporaryFolder folder;
    const SigningKey key = SigningKey::open(folder / "key.pem").value();
    for (const std::string& signature :
         {std::string(), std::string("ab"), std::string(128, 'g'), key.sign("x").substr(1), key.sign("x") + "00"})
        EXPECT_THAT(check_signature("x", signature, key.public_key()).error().message, HasSubstr("signature must be"));
    EXPECT_EQ(check_signature("x", key.sign("x"), "").error().message,
              "a public key must be 64 hexadecimal digits, found 0 characters");
}

TEST(Signature, the_key_is_made_once_and_is_the_owners_alone) {
    const TemporaryFolder folder;
    const auto file = folder / "deep/key.pem";
    std::vector<std::string> seen(8);
    std::vector<std::thread> threads;
    threads.reserve(seen.size());
    for (std::string& one : seen) threads.emplace_back([&] { one = SigningKey::open(file).value().public_key(); });
    for (std::thread& thread : threads) thread.join();
    for (const std::string& one : seen) EXPECT_EQ(one, seen[0]);
    struct stat info{};
    ASSERT_EQ(::stat(file.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

}  // namespace
}  // namespace goetia
