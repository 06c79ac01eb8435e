#include "archive/unpack_package.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <gmock/gmock.h>

#include "base/files.h"
#include "base/hash.h"
#include "testkit/tar.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using testkit::compressed;
using testkit::tar_of;
using testkit::TarMember;
namespace fs = std::filesystem;

class UnpackPackage : public testing::Test {
  protected:
    Result<PackageTotals> unpack(const std::string& archive, const PackageLimits& limits = {}) {
        const fs::path file = folder_.write("archive", archive);
        const FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
        return unpack_package(opened.get(), sha256_hex(archive), folder_ / "out", limits);
    }
    // Why it was refused; nothing may be left then.
    std::string refusal(const std::string& archive, const PackageLimits& limits = {}) {
        const auto done = unpack(archive, limits);
        EXPECT_FALSE(fs::exists(folder_ / "out"));
        EXPECT_FALSE(fs::exists(folder_ / "out.part"));
        return done ? "" : done.error().message;
    }
    std::string refusal(const std::vector<TarMember>& members) { return refusal(compressed(tar_of(members))); }
    [[nodiscard]] std::string out(const std::string& name) const { return read_file(folder_ / "out" / name).value(); }

    testkit::TemporaryFolder folder_;
};

TEST_F(UnpackPackage, gives_files_and_folders) {
    const std::string large(300'000, 'x');
    const auto totals = unpack(compressed(tar_of({{.name = "./", .kind = '5'},
                                                  {.name = "bin/", .kind = '5'},
                                                  {.name = "bin/run", .content = "#!", .mode = 04755},
                                                  {.name = "deep/er/data", .content = large},
                                                  {.name = "empty"}})));
    ASSERT_TRUE(totals.ok()) << totals.error().message;
    EXPECT_EQ(totals->files, 3);
    EXPECT_EQ(totals->bytes, 300'002);
    EXPECT_EQ(out("deep/er/data"), large);
    EXPECT_EQ(out("empty"), "");
    struct stat info{};
    ASSERT_EQ(::stat((folder_ / "out/bin/run").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777, 0755U) << "never setuid";
}

TEST_F(UnpackPackage, long_names_of_gnu_and_pax_are_understood) {
    const std::string name = std::string(120, 'n') + "/" + std::string(120, 'm');
    ASSERT_TRUE(unpack(compressed(tar_of({{.name = "././@LongLink", .kind = 'L', .content = name + '\0'},
                                          {.name = "cut", .content = "1"},
                                          {.name = "pax", .kind = 'x', .content = "16 path=a/b/c/d\n"},
                                          {.name = "cut", .content = "2"}})))
                    .ok());
    EXPECT_EQ(out(name), "1");
    EXPECT_EQ(out("a/b/c/d"), "2");
}

TEST_F(UnpackPackage, refuses_what_leaves_the_folder) {
    for (const char* name : {"/etc/passwd", "../x", "a/../../x", "a/..", "C:/x", "a\\..\\x", "x\ny"})
        EXPECT_THAT(refusal({{.name = name, .content = "1"}}), HasSubstr("entry '")) << name;
    EXPECT_THAT(refusal({{.name = "pax", .kind = 'x', .content = "13 path=../x\n"}, {.name = "ok", .content = "1"}}),
                HasSubstr("has '..' in its name"));
}

TEST_F(UnpackPackage, refuses_everything_but_files_and_folders) {
    for (const char kind : {'1', '2', '3', '4', '6', '7', 'S', 'V', 'A'}) {
        EXPECT_THAT(refusal({{.name = "x", .kind = kind, .link = "target"}}),
                    HasSubstr("entry 'x' is neither a file nor a folder; links and devices are refused"))
            << kind;
    }
    EXPECT_THAT(refusal({{.name = "p", .kind = 'x', .content = "22 GNU.sparse.major=1\n"}, {.name = "x"}}),
                HasSubstr("sparse"));
}

TEST_F(UnpackPackage, refuses_the_same_name_twice) {
    EXPECT_THAT(refusal({{.name = "a", .content = "1"}, {.name = "./a", .content = "2"}}),
                HasSubstr("it holds 'a' twice"));
    EXPECT_NE(refusal({{.name = "a", .content = "1"}, {.name = "a/b", .content = "2"}}), "") << "a file as a folder";
}

TEST_F(UnpackPackage, stops_at_its_limits) {
    const std::string three = compressed(tar_of({{.name = "a", .content = "12345"}, {.name = "b", .content = "6"}}));
    EXPECT_THAT(refusal(three, {.bytes = 5}), HasSubstr("take more than the allowed 5 bytes"));
    EXPECT_THAT(refusal(three, {.entries = 1}), HasSubstr("more than 1 entries"));
    const std::string bomb = compressed(tar_of({{.name = "zeros", .content = std::string(8 << 20, '\0')}}));
    ASSERT_LT(bomb.size(), 4096U);
    EXPECT_THAT(refusal(bomb, {.zstd = {.ratio = 100, .free = 1 << 20}}),
                HasSubstr("decompress to more than 100 times"));
    EXPECT_THAT(refusal(tar_of({{.name = "plain"}})), HasSubstr("cannot be decompressed"));
    EXPECT_THAT(refusal(compressed("")), HasSubstr("it is empty"));
}

TEST_F(UnpackPackage, a_changed_or_cut_archive_is_refused) {
    const std::string archive = compressed(tar_of({{.name = "a", .content = std::string(5000, 'q')}}));
    for (std::size_t size = 0; size < archive.size(); size += 7)
        EXPECT_NE(refusal(archive.substr(0, size)), "") << "cut to " << size;
    const fs::path file = folder_.write("archive", archive + "more");
    const FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    const auto done = unpack_package(opened.get(), sha256_hex(archive), folder_ / "out");
    ASSERT_FALSE(done.ok());
    EXPECT_THAT(done.error().message, HasSubstr(": its SHA-256 is " + sha256_hex(archive + "more")));
}

}  // namespace
}  // namespace goetia
