// Attacks of docs/reference/attacks.md on what a node fetches, each by its name there.
#include <atomic>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "agent/fetch/object_cache.h"
#include "agent/fetch/object_fetch.h"
#include "base/files.h"
#include "base/hash.h"
#include "testkit/tar.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

// A package of several files, some of which do not compress.
std::string package_bytes() {
    std::string noise(20'000, '\0');
    std::uint32_t state = 1;
    for (char& byte : noise) byte = static_cast<char>((state = state * 1664525U + 1013904223U) >> 24U);
    return testkit::compressed(testkit::tar_of({{.name = "task.json", .content = R"({"format": 1})"},
                                                {.name = "run.cbor", .content = noise},
                                                {.name = "plugins/loss.cpp", .content = "int main() {}"}}));
}

class PackageAttacks : public testing::Test {
  protected:
    void put(const std::string& bytes) const {
        const FileDescriptor file(::open(cache_.file(sha256_).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        ASSERT_TRUE(write_all(file.get(), bytes, "the package"));
    }
    testkit::TemporaryFolder folder_;
    std::string bytes_ = package_bytes(), sha256_ = sha256_hex(bytes_);
    ObjectCache cache_ = ObjectCache::open(folder_.path(), 1 << 30).value();
};

TEST_F(PackageAttacks, A45_a_package_with_any_region_changed_is_not_unpacked) {
    for (std::size_t at = 0; at < bytes_.size(); at += 97) {
        std::string changed = bytes_;
        changed[at] = static_cast<char>(changed[at] ^ (1 << at % 8));
        put(changed);
        EXPECT_FALSE(cache_.unpack(sha256_)) << "byte " << at;
        ASSERT_FALSE(cache_.has_unpacked(sha256_)) << "byte " << at;
        ASSERT_TRUE(fs::is_empty(folder_ / "unpacked")) << "something of it is left, byte " << at;
    }
    put(bytes_);
    EXPECT_TRUE(cache_.unpack(sha256_));
    EXPECT_EQ(read_file(cache_.unpacked(sha256_) / "plugins/loss.cpp").value(), "int main() {}");
}

TEST_F(PackageAttacks, A45_a_package_that_changes_on_its_way_is_not_kept) {
    for (std::size_t at = 0; at < bytes_.size(); at += 997) {
        std::string changed = bytes_;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        auto fetch = ObjectFetch::open(folder_ / "coming", {sha256_, static_cast<std::int64_t>(bytes_.size())});
        ASSERT_TRUE(fetch);
        while (const auto span = fetch->next(4096)) {
            ASSERT_TRUE(fetch->take(*span, changed.substr(static_cast<std::size_t>(span->begin),
                                                          static_cast<std::size_t>(span->end - span->begin))));
        }
        const auto right = fetch->finish();
        EXPECT_FALSE(right && *right) << "byte " << at;
        EXPECT_FALSE(fs::exists(folder_ / "coming")) << "byte " << at;
        fs::remove(folder_ / "coming.part");
    }
}

// What is unpacked is what was hashed, whatever happens to the file in between: both come from one reading of it.
TEST_F(PackageAttacks, A33_a_package_that_is_swapped_while_it_is_unpacked_is_right_or_not_there) {
    const std::string good_source = "int main() {}";
    const std::string evil =
        testkit::compressed(testkit::tar_of({{.name = "plugins/loss.cpp", .content = "int evil() {}"}}));
    std::atomic<bool> over{false};
    put(bytes_);
    const fs::path file = cache_.file(sha256_);
    std::thread swapper([&] {
        for (int round = 0; !over; ++round) {
            const std::string& next = round % 2 == 0 ? evil : bytes_;
            if (round % 3 == 0) {  // another file of the same name
                const fs::path beside = folder_ / "beside";
                const FileDescriptor out(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
                if (write_all(out.get(), next, "evil")) ::rename(beside.c_str(), file.c_str());
            } else {  // other bytes in the same file
                const FileDescriptor out(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
                if (write_all(out.get(), next, "evil") && ::ftruncate(out.get(), static_cast<off_t>(next.size())) != 0)
                    break;
            }
        }
    });
    int unpacked = 0, refused = 0;
    for (int round = 0; round < 2000; ++round) {
        const bool done = cache_.unpack(sha256_).ok();
        ++(done ? unpacked : refused);
        EXPECT_EQ(done, cache_.has_unpacked(sha256_));
        if (done) {
            EXPECT_EQ(read_file(cache_.unpacked(sha256_) / "plugins/loss.cpp").value(), good_source);
        }
        fs::remove_all(cache_.unpacked(sha256_));
    }
    over = true;
    swapper.join();
    EXPECT_GT(refused, 0) << "the swapper was never in time";
}

}  // namespace
}  // namespace goetia
