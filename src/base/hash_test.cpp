#include "base/hash.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

// FIPS 180-4's examples.
TEST(Sha256, matches_the_published_vectors) {
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, pieces_and_the_whole_have_the_same_hash) {
    Sha256 sum;
    for (const char* piece : {"a", "", "bc"}) sum.add(piece);
    EXPECT_EQ(sum.hex(), sha256_hex("abc"));
}

TEST(Sha256, hashes_a_file) {
    const testkit::TemporaryFolder folder;
    const std::string bytes(3'000'000, 'q');  // more than one buffer
    const std::string name = folder.write("bytes", bytes).native();
    EXPECT_EQ(*sha256_file(name), sha256_hex(bytes));
    std::filesystem::remove(name);
    EXPECT_EQ(sha256_file(name).error().message, "cannot open '" + name + "': No such file or directory");
}

}  // namespace
}  // namespace goetia
