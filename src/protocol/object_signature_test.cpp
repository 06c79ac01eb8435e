#include "protocol/object_signature.h"

#include <gmock/gmock.h>

#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using testing::HasSubstr;

class ObjectSignature : public testing::Test {
  protected:
    testkit::TemporaryFolder folder_;
    SigningKey key_ = SigningKey::open(folder_ / "key").value();
    const std::string hash_ = std::string(64, 'a');
};

TEST_F(ObjectSignature, fits_one_object_of_one_kind) {
    WantedObject object{.sha256 = hash_, .bytes = 5, .signature = object_signature(key_, SignedKind::kPackage, hash_)};
    EXPECT_TRUE(check_object(object, SignedKind::kPackage, key_.public_key()).ok());
    EXPECT_FALSE(check_object(object, SignedKind::kRuntime, key_.public_key()).ok());
    EXPECT_FALSE(check_object(object, SignedKind::kAgent, key_.public_key()).ok());
    object.sha256 = std::string(64, 'b');
    const Status other = check_object(object, SignedKind::kPackage, key_.public_key());
    EXPECT_EQ(other.error().code, Code::kDenied);
    EXPECT_EQ(other.error().message, "package " + object.sha256 + ": the signature is not that of the key " +
                                         key_.public_key().substr(0, 12) + "...");
}

TEST_F(ObjectSignature, must_be_there_and_be_the_masters) {
    const SigningKey other = SigningKey::open(folder_ / "other").value();
    WantedObject object{.sha256 = hash_};
    EXPECT_THAT(check_object(object, SignedKind::kRuntime, key_.public_key()).error().message,
                HasSubstr("carries no signature of the master"));
    object.signature = object_signature(other, SignedKind::kRuntime, hash_);
    EXPECT_FALSE(check_object(object, SignedKind::kRuntime, key_.public_key()).ok());
    EXPECT_TRUE(check_object(object, SignedKind::kRuntime, other.public_key()).ok());
}

}  // namespace
}  // namespace goetia
