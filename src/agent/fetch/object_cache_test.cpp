#include "agent/fetch/object_cache.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <gmock/gmock.h>

#include "base/files.h"
#include "base/hash.h"
#include "testkit/tar.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

class ObjectCacheTest : public testing::Test {
  protected:
    // In the cache, last used so many seconds ago.
    std::string add(const std::string& content, int seconds_ago) {
        std::string sha256 = sha256_hex(content);
        EXPECT_TRUE(write_file_atomic(cache_.file(sha256), content).ok());
        const timespec then{::time(nullptr) - seconds_ago, 0};
        const timespec times[2] = {then, then};
        ::utimensat(AT_FDCWD, cache_.file(sha256).c_str(), times, 0);
        return sha256;
    }

    testkit::TemporaryFolder folder_;
    ObjectCache cache_ = ObjectCache::open(folder_ / "cache", 10'000).value();
};

TEST_F(ObjectCacheTest, unpacks_once_and_drops_the_archive) {
    const std::string sha256 = add(testkit::compressed(testkit::tar_of({{.name = "a", .content = "1"}})), 0);
    ASSERT_TRUE(cache_.unpack(sha256).ok());
    EXPECT_TRUE(cache_.has_unpacked(sha256));
    EXPECT_FALSE(cache_.has_file(sha256));
    EXPECT_TRUE(cache_.unpack(sha256).ok()) << "again is nothing to do";
    EXPECT_EQ(read_file(cache_.unpacked(sha256) / "a").value(), "1");
}

TEST_F(ObjectCacheTest, a_damaged_archive_is_removed_and_not_used) {
    const std::string sha256 = add(testkit::compressed(testkit::tar_of({{.name = "a", .content = "1"}})), 0);
    ASSERT_TRUE(
        write_file_atomic(cache_.file(sha256), testkit::compressed(testkit::tar_of({{.name = "b", .content = "2"}})))
            .ok());
    EXPECT_EQ(cache_.unpack(sha256).error().code, Code::kInvalid);
    EXPECT_FALSE(cache_.has_file(sha256));
    EXPECT_FALSE(cache_.has_unpacked(sha256));
}

TEST_F(ObjectCacheTest, removes_what_was_used_longest_ago_and_nothing_in_use) {
    const std::string oldest = add(std::string(4000, 'a'), 300), middle = add(std::string(3000, 'b'), 200),
                      newest = add(std::string(2000, 'c'), 100);
    ASSERT_TRUE(cache_.make_room(1000, {}).ok());
    EXPECT_TRUE(cache_.has_file(oldest)) << "it fits";
    ASSERT_TRUE(cache_.make_room(3000, {oldest}).ok());
    EXPECT_TRUE(cache_.has_file(oldest)) << "in use";
    EXPECT_FALSE(cache_.has_file(middle));
    EXPECT_TRUE(cache_.has_file(newest));
    cache_.touch(oldest);
    ASSERT_TRUE(cache_.make_room(5000, {}).ok());
    EXPECT_TRUE(cache_.has_file(oldest)) << "used a moment ago";
    EXPECT_FALSE(cache_.has_file(newest));
    const Status full = cache_.make_room(7000, {oldest});
    ASSERT_FALSE(full.ok());
    EXPECT_THAT(full.error().message, testing::HasSubstr("4000 of its 10000 bytes are in use"));
}

}  // namespace
}  // namespace goetia
