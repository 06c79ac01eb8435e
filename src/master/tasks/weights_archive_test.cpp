#include "master/tasks/weights_archive.h"

#include <gtest/gtest.h>

#include "archive/unpack_package.h"
#include "base/files.h"
#include "base/hash.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

TEST(WeightsArchive, is_the_same_for_the_same_weights_and_unpacks_to_them) {
    const testkit::TemporaryFolder folder;
    const std::filesystem::path weights = folder.write("best.pth", std::string(3'000'000, 'w'));
    const auto one = write_weights_archive(weights, folder / "one.tar.zst");
    const auto two = write_weights_archive(weights, folder / "two.tar.zst");
    ASSERT_TRUE(one.ok()) << to_string(one.error());
    EXPECT_EQ(one->sha256, two->sha256);
    EXPECT_EQ(one->sha256, sha256_file(one->file).value());
    EXPECT_EQ(static_cast<std::uintmax_t>(one->bytes), std::filesystem::file_size(one->file));
    EXPECT_FALSE(write_weights_archive(folder / "none.pth", folder / "three.tar.zst").ok());
}

}  // namespace
}  // namespace goetia
