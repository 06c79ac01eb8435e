#include "datasets/file_hashes.h"

#include <sys/stat.h>
#include <thread>

#include "base/files.h"
#include "base/hash.h"
#include "testkit/datasets.h"

namespace goetia {
namespace {

using namespace testkit;

// Files with an mtime in the past, unlike those of a set that was just created; their ctime is barely old enough.
class FileHashesTest : public testing::Test {
  protected:
    fs::path file(const std::string& name, const std::string& bytes, int seconds_ago = 100) {
        const fs::path path = folder_ / ("set/" + name);
        write_text(path, bytes);
        fs::last_write_time(path, then_ - std::chrono::seconds(seconds_ago));
        return path;
    }
    static void wait() { std::this_thread::sleep_for(std::chrono::milliseconds(25)); }
    fs::path kept() {
        for (const auto& one : fs::directory_iterator(folder_ / "cache")) {
            if (one.path().extension().empty()) return one.path();
        }
        return {};
    }

    TempFolder folder_;
    fs::file_time_type then_ = fs::file_time_type::clock::now();
};

TEST_F(FileHashesTest, a_second_call_does_not_read_the_file) {
    const fs::path path = file("a.jpg", "first");
    struct stat info{};
    ASSERT_EQ(::stat(path.c_str(), &info), 0);
    wait();
    {
        FileHashes hashes(folder_ / "set", folder_ / "cache");
        hashes.store(path, state_of(info), sha256_hex("stored hash"));
        ASSERT_TRUE(hashes.save());
    }
    FileHashes hashes(folder_ / "set", folder_ / "cache");
    EXPECT_EQ(hashes.size(), 1U);
    EXPECT_EQ(hashes.sha256(path).value(), sha256_hex("stored hash"));
}

TEST_F(FileHashesTest, changed_bytes_with_restored_size_and_mtime_are_rehashed) {
    const fs::path path = file("a.jpg", "first");
    wait();
    FileHashes before(folder_ / "set", folder_ / "cache");
    ASSERT_TRUE(before.sha256(path));
    ASSERT_TRUE(before.save());
    file("a.jpg", "FIRST");
    FileHashes after(folder_ / "set", folder_ / "cache");
    EXPECT_EQ(after.size(), 1U);
    EXPECT_EQ(after.sha256(path).value(), sha256_hex("FIRST"));
}

TEST_F(FileHashesTest, another_size_or_time_is_rehashed) {
    const fs::path path = file("a.jpg", "first");
    FileHashes before(folder_ / "set", folder_ / "cache");
    ASSERT_TRUE(before.sha256(path));
    ASSERT_TRUE(before.save());
    FileHashes after(folder_ / "set", folder_ / "cache");
    file("a.jpg", "longer");
    EXPECT_EQ(after.sha256(path).value(), sha256_hex("longer"));
    file("a.jpg", "LONGER", 99);
    EXPECT_EQ(after.sha256(path).value(), sha256_hex("LONGER"));
}

TEST_F(FileHashesTest, a_file_that_changed_just_now_is_not_kept) {
    const fs::path changed = file("a.jpg", "first", 0);
    wait();
    const fs::path touched = file("b.jpg", "second");  // its mtime is in the past, but its ctime is recent
    FileHashes hashes(folder_ / "set", folder_ / "cache");
    ASSERT_TRUE(hashes.sha256(changed));
    ASSERT_TRUE(hashes.sha256(touched));
    ASSERT_TRUE(hashes.save());
    FileHashes later(folder_ / "set", folder_ / "cache");
    EXPECT_EQ(later.size(), 0U);
}

TEST_F(FileHashesTest, a_damaged_cache_is_rebuilt) {
    const fs::path path = file("\xE5\x9B\xBE \xE7\x89\x87.jpg", "first");
    wait();
    FileHashes before(folder_ / "set", folder_ / "cache");
    ASSERT_TRUE(before.sha256(path));
    ASSERT_TRUE(before.save());
    const std::string whole = read_file(kept()).value();
    for (const std::string& damaged : {whole.substr(0, whole.size() / 2), std::string(), std::string("nonsense\n"),
                                       whole.substr(0, 30) + "0" + whole.substr(31)}) {
        write_text(kept(), damaged);
        FileHashes hashes(folder_ / "set", folder_ / "cache");
        EXPECT_EQ(hashes.size(), 0U);
        EXPECT_EQ(hashes.sha256(path).value(), sha256_hex("first"));
        ASSERT_TRUE(hashes.save());
        EXPECT_EQ(read_file(kept()).value(), whole);
    }
}

TEST_F(FileHashesTest, writers_at_the_same_time_lose_nothing) {
    std::vector<std::jthread> writers;
    for (int i = 0; i < 8; ++i) {
        const fs::path path = file(fmt::format("{}.jpg", i), fmt::format("bytes {}", i));
        writers.emplace_back([this, path] {
            wait();
            FileHashes hashes(folder_ / "set", folder_ / "cache");
            EXPECT_TRUE(hashes.sha256(path));
            EXPECT_TRUE(hashes.save());
        });
    }
    writers.clear();
    FileHashes hashes(folder_ / "set", folder_ / "cache");
    EXPECT_EQ(hashes.size(), 8U);
}

TEST_F(FileHashesTest, reports_what_it_cannot_read_or_write) {
    FileHashes hashes(folder_ / "set", folder_ / "cache");
    EXPECT_EQ(hashes.sha256(folder_ / "none.jpg").error().code, Code::kNotFound);
    write_text(folder_ / "cache", "a file where the folder would be");
    const fs::path path = file("a.jpg", "first");
    wait();
    ASSERT_TRUE(hashes.sha256(path));
    EXPECT_FALSE(hashes.save());
}

TEST(UserCache, follows_the_environment) {
    const char* before = std::getenv("XDG_CACHE_HOME");
    const std::string kept = before != nullptr ? before : "";
    ::setenv("XDG_CACHE_HOME", "/somewhere", 1);
    EXPECT_EQ(user_cache(), "/somewhere/goetia");
    ::unsetenv("XDG_CACHE_HOME");
    if (const char* home = std::getenv("HOME")) {
        EXPECT_EQ(user_cache(), fs::path(home) / ".cache/goetia");
    }
    if (before != nullptr) ::setenv("XDG_CACHE_HOME", kept.c_str(), 1);
}

}  // namespace
}  // namespace goetia
