// Archives damaged in every way that a seeded generator finds: refused or unpacked, but nothing outside the folder is
// touched, and what is refused leaves nothing.
#include <fcntl.h>
#include <random>

#include <gmock/gmock.h>

#include "archive/tar_reader.h"
#include "archive/unpack_package.h"
#include "archive/zstd_sink.h"
#include "base/files.h"
#include "base/hash.h"
#include "testkit/tar.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using testkit::compressed;
using testkit::tar_of;
using testkit::TarMember;
namespace fs = std::filesystem;

class DamagedArchives : public testing::Test {
  protected:
    // Unpacks bytes of which only the hash is right; true if they were accepted.
    bool unpack(const std::string& archive) {
        const fs::path file = folder_.write("in/archive", archive);
        const FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
        const PackageLimits limits{.bytes = 1 << 20, .entries = 100, .zstd = {.ratio = 50, .free = 1 << 20}};
        const auto done = unpack_package(opened.get(), sha256_hex(archive), folder_ / "place/out", limits);
        std::error_code code;
        EXPECT_EQ(fs::exists(folder_ / "place/out", code), done.ok());
        fs::remove_all(folder_ / "place/out", code);
        EXPECT_FALSE(fs::exists(folder_ / "place/out.part", code));
        return done.ok();
    }
    // Nothing but what the test itself made.
    void expect_untouched() const {
        for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) {
            const std::string name = entry.path().lexically_relative(folder_.path());
            EXPECT_THAT(name, testing::AnyOf("in", "in/archive", "place", "place/canary"));
            EXPECT_FALSE(entry.is_symlink());
        }
        EXPECT_EQ(read_file(folder_ / "place/canary").value(), "alive");
    }

    testkit::TemporaryFolder folder_;
    fs::path canary_ = folder_.write("place/canary", "alive");
};

const std::vector<TarMember> kGoodMembers{{.name = "manifest.json", .content = "{}"},
                                          {.name = "bin/", .kind = '5'},
                                          {.name = "bin/run", .content = std::string(700, 'r'), .mode = 0755},
                                          {.name = "long", .kind = 'x', .content = "18 path=long/name\n"},
                                          {.name = "cut", .content = "content"}};

TEST_F(DamagedArchives, with_bytes_changed_in_the_headers_stay_in_their_folder) {
    const std::string good = tar_of(kGoodMembers);
    ASSERT_TRUE(unpack(compressed(good)));
    std::mt19937 random(1);
    int accepted = 0;
    for (int i = 0; i < 300; ++i) {
        std::string bad = good;
        const int changes = 1 + static_cast<int>(random() % 4);
        for (int j = 0; j < changes; ++j) bad[random() % bad.size()] = static_cast<char>(random());
        accepted += unpack(compressed(bad)) ? 1 : 0;
    }
    EXPECT_GT(accepted, 0) << "changed contents are no fault of the archive";
    EXPECT_LT(accepted, 300);
    expect_untouched();
}

// As above, but with checksums that fit, so that the fields themselves are reached.
TEST_F(DamagedArchives, with_fields_of_any_content_stay_in_their_folder) {
    std::mt19937 random(2);
    const std::vector<std::string> names{
        "../canary",          "/tmp/x", "a/../../canary", "a",     "..",   ".",  "", "a/", "canary",
        std::string(99, 'n'), "x\ny",   "\xff\xfe",       "C:\\x", "a//b", "./a"};
    const std::string kinds = "0123456789SVALxgK\0\xff";
    for (int i = 0; i < 300; ++i) {
        std::vector<TarMember> members;
        for (std::size_t j = 0; j < 1 + random() % 4; ++j)
            members.push_back({.name = names[random() % names.size()],
                               .kind = kinds[random() % kinds.size()],
                               .content = std::string(random() % 3 == 0 ? random() % 2000 : 0, 'c'),
                               .mode = static_cast<int>(random() % 010000),
                               .link = names[random() % names.size()]});
        unpack(compressed(tar_of(members)));
    }
    expect_untouched();
}

TEST_F(DamagedArchives, with_compressed_bytes_changed_are_refused) {
    ArchiveText text;
    ZstdSink sink(text);
    ASSERT_TRUE(sink.write(tar_of(kGoodMembers)).ok());
    ASSERT_TRUE(sink.finish().ok());
    const std::string good = text.take();
    ASSERT_TRUE(unpack(good));
    std::mt19937 random(3);
    for (int i = 0; i < 100; ++i) {
        std::string bad = good;
        const std::size_t at = random() % bad.size();
        bad[at] = static_cast<char>(bad[at] ^ static_cast<char>(1U << random() % 8));
        unpack(bad);  // a changed flag may mean the same; the hash is what refuses it
    }
    for (std::size_t size = 0; size + 1 < good.size(); size += 7) EXPECT_FALSE(unpack(good.substr(0, size))) << size;
    expect_untouched();
}

TEST_F(DamagedArchives, of_random_bytes_are_refused) {
    std::mt19937 random(4);
    for (int i = 0; i < 60; ++i) {
        std::string noise(random() % 3000, '\0');
        for (char& byte : noise) byte = static_cast<char>(random());
        EXPECT_FALSE(unpack(noise));
        unpack(compressed(noise));
    }
    expect_untouched();
}

}  // namespace
}  // namespace goetia
