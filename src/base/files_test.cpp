#include "base/files.h"

#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include <gtest/gtest.h>

#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

class Files : public testing::Test {
  protected:
    [[nodiscard]] std::vector<std::string> listing() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(folder_)) names.push_back(entry.path().filename());
        return names;
    }

    testkit::TemporaryFolder temporary_;
    const std::filesystem::path& folder_ = temporary_.path();
};

TEST_F(Files, writes_and_reads_back_every_byte) {
    std::string bytes(200'000, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31);
    ASSERT_TRUE(write_file_atomic(folder_ / "a.bin", bytes));
    EXPECT_EQ(*read_file(folder_ / "a.bin"), bytes);
    ASSERT_TRUE(write_file_atomic(folder_ / "a.bin", "short"));
    EXPECT_EQ(*read_file(folder_ / "a.bin"), "short");
    EXPECT_EQ(listing(), std::vector<std::string>{"a.bin"});
}

TEST_F(Files, a_full_disk_keeps_the_old_text_and_leaves_no_temporary_file) {
    ASSERT_TRUE(write_file_atomic(folder_ / "kept", "old"));
    const std::string big(100'000, 'x');
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const rlimit small{4096, before.rlim_max};
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &small);  // like a full disk: the write fails partway
    const Status written = write_file_atomic(folder_ / "kept", big);
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().message, "cannot write '" + (folder_ / "kept").native() + "': File too large");
    EXPECT_EQ(*read_file(folder_ / "kept"), "old");
    EXPECT_EQ(listing(), std::vector<std::string>{"kept"});
}

TEST_F(Files, a_folder_as_target_is_refused_and_leaves_no_temporary_file) {
    ASSERT_TRUE(make_folders(folder_ / "taken" / "deep"));
    const Status written = write_file_atomic(folder_ / "taken", "text");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().message, "cannot rename '" + (folder_ / "taken").native() + "': Is a directory");
    EXPECT_EQ(listing(), std::vector<std::string>{"taken"});
}

TEST_F(Files, what_is_not_there_is_not_found) {
    const auto read = read_file(folder_ / "none");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Code::kNotFound);
    EXPECT_EQ(read.error().message, "cannot open '" + (folder_ / "none").native() + "': No such file or directory");
    EXPECT_EQ(write_file_atomic(folder_ / "none" / "a", "x").error().code, Code::kNotFound);
}

TEST_F(Files, a_folder_is_not_read_as_a_file) {
    const auto read = read_file(folder_);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().message, "cannot read '" + folder_.native() + "': it is a folder, a file is needed");
}

TEST_F(Files, make_folders_twice_is_fine_and_through_a_file_is_not) {
    EXPECT_TRUE(make_folders(folder_ / "a" / "b"));
    EXPECT_TRUE(make_folders(folder_ / "a" / "b"));
    ASSERT_TRUE(write_file_atomic(folder_ / "file", ""));
    const Status made = make_folders(folder_ / "file" / "c");
    ASSERT_FALSE(made);
    EXPECT_NE(made.error().message.find("cannot make folder"), std::string::npos);
}

TEST(FileDescriptor, closes_what_it_owns_and_not_what_was_moved_from) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    {
        FileDescriptor first(ends[0]);
        FileDescriptor second(std::move(first));
        EXPECT_FALSE(first.valid());  // NOLINT(bugprone-use-after-move)
        EXPECT_EQ(second.get(), ends[0]);
    }
    EXPECT_EQ(::fcntl(ends[0], F_GETFD), -1);
    FileDescriptor(ends[1]).reset();
    EXPECT_EQ(::fcntl(ends[1], F_GETFD), -1);
}

}  // namespace
}  // namespace goetia
