#include "base/npy.h"

#include <unistd.h>

#include <filesystem>

#include <gtest/gtest.h>

#include "base/files.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

class NpyFile : public testing::Test {
  protected:
    [[nodiscard]] std::filesystem::path file() const { return folder_ / "x.npy"; }
    testkit::TemporaryFolder folder_;
};

TEST_F(NpyFile, reads_back_what_it_wrote_in_every_rank) {
    for (const NpyArray& array :
         {NpyArray{{}, {3.5F}}, NpyArray{{2}, {1, 2}}, NpyArray{{2, 3}, {1, 2, 3, 4, 5, 6}}, NpyArray{{0, 4}, {}}}) {
        ASSERT_TRUE(write_npy(file(), array).ok());
        const auto read = read_npy(file());
        ASSERT_TRUE(read.ok()) << read.error().message;
        EXPECT_EQ(read->shape, array.shape);
        EXPECT_EQ(read->values, array.values);
    }
}

TEST_F(NpyFile, aligns_its_data_to_64_bytes) {
    ASSERT_TRUE(write_npy(file(), {{1}, {1}}).ok());
    EXPECT_EQ((std::filesystem::file_size(file()) - sizeof(float)) % 64, 0U);
}

TEST_F(NpyFile, reports_what_is_wrong_with_a_file) {
    ASSERT_TRUE(write_file_atomic(file(), "no numpy").ok());
    EXPECT_EQ(read_npy(file()).error().message,
              "'" + file().string() + "' cannot be read as .npy: it does not start like an .npy file");

    ASSERT_TRUE(write_npy(file(), {{4}, {1, 2, 3, 4}}).ok());
    std::string bytes = *read_file(file());
    ASSERT_TRUE(write_file_atomic(file(), bytes.substr(0, bytes.size() - 4)).ok());
    EXPECT_NE(read_npy(file()).error().message.find("it holds 12 bytes of numbers, its shape needs 16"),
              std::string::npos);

    bytes.replace(bytes.find("<f4"), 3, "<f8");
    ASSERT_TRUE(write_file_atomic(file(), bytes).ok());
    EXPECT_NE(read_npy(file()).error().message.find("not little-endian float32; save it with np.save"),
              std::string::npos);
}

}  // namespace
}  // namespace goetia
