#include "fetch/unpack.h"

#include <gmock/gmock.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/files.h"
#include "base/random.h"
#include "testkit/images.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using namespace testkit;

struct Entry {
    std::string name, content;
    int type = AE_IFREG;
    std::string target;  // of a link
};

// An archive with any entries, also those that no tool would write.
fs::path packed(const TempFolder& folder, const std::string& file, const std::vector<Entry>& entries) {
    archive* writer = archive_write_new();
    if (file.ends_with(".zip")) {
        archive_write_set_format_zip(writer);
        archive_write_set_options(writer, "hdrcharset=UTF-8");
    } else {
        archive_write_set_format_gnutar(writer);  // names as they are, whatever the locale
    }
    if (file.ends_with(".gz")) archive_write_add_filter_gzip(writer);
    if (file.ends_with(".zst")) archive_write_add_filter_zstd(writer);
    EXPECT_EQ(archive_write_open_filename(writer, (folder / file).c_str()), ARCHIVE_OK);
    for (const Entry& one : entries) {
        archive_entry* entry = archive_entry_new();
        archive_entry_set_pathname(entry, one.name.c_str());
        archive_entry_set_perm(entry, 04777);
        if (one.type == 0) archive_entry_set_hardlink(entry, one.target.c_str());
        if (one.type != 0) archive_entry_set_filetype(entry, static_cast<unsigned>(one.type));
        if (one.type == AE_IFLNK) archive_entry_set_symlink(entry, one.target.c_str());
        if (one.type == AE_IFREG) archive_entry_set_size(entry, static_cast<la_int64_t>(one.content.size()));
        EXPECT_EQ(archive_write_header(writer, entry), ARCHIVE_OK) << one.name << ": " << archive_error_string(writer);
        if (one.type == AE_IFREG) archive_write_data(writer, one.content.data(), one.content.size());
        archive_entry_free(entry);
    }
    archive_write_close(writer);
    archive_write_free(writer);
    return folder / file;
}

std::string error_of(const TempFolder& folder, const std::vector<Entry>& entries, const UnpackLimits& limits = {}) {
    const auto done = unpack(packed(folder, "x.tar", entries), folder / "out", limits);
    EXPECT_FALSE(fs::exists(folder / "out")) << "no partial folder is left";
    EXPECT_FALSE(fs::exists(folder / "out.part"));
    return done ? "" : done.error().message;
}

TEST(Unpack, every_kind_of_archive_gives_its_files) {
    for (const char* name : {"a.tar", "a.tar.gz", "a.tar.zst", "a.zip"}) {
        const TempFolder folder;
        const fs::path file =
            packed(folder, name, {{"set/", "", AE_IFDIR}, {"./set/a.txt", "one"}, {"set/b/c.txt", "two"}});
        const Unpacked done = unpack(file, folder / "out").value();
        EXPECT_EQ(done.files, 2) << name;
        EXPECT_EQ(done.bytes, 6);
        EXPECT_EQ(read_file(folder / "out/set/a.txt").value(), "one");
        EXPECT_EQ(read_file(folder / "out/set/b/c.txt").value(), "two");
        EXPECT_EQ(fs::status(folder / "out/set/a.txt").permissions() & fs::perms(07111), fs::perms::none)
            << "no set-uid";
    }
}

TEST(Unpack, links_within_the_archive_are_created) {
    const TempFolder folder;
    const fs::path file = packed(folder, "a.tar",
                                 {{"d/a.txt", "one"},
                                  {"d/soft", "", AE_IFLNK, "a.txt"},
                                  {"up", "", AE_IFLNK, "d/../d/a.txt"},
                                  {"hard", "", 0, "d/a.txt"}});
    ASSERT_TRUE(unpack(file, folder / "out"));
    for (const char* name : {"d/soft", "up", "hard"})
        EXPECT_EQ(read_file(folder / "out" / name).value(), "one") << name;
}

TEST(Unpack, names_that_leave_the_folder_are_refused) {
    const TempFolder folder;
    EXPECT_THAT(error_of(folder, {{"/etc/x", "1"}}), HasSubstr("entry '/etc/x' has an absolute name"));
    EXPECT_THAT(error_of(folder, {{"a/../../x", "1"}}), HasSubstr("entry 'a/../../x' has '..' in its name"));
    EXPECT_THAT(error_of(folder, {{"C:x", "1"}}), HasSubstr("that other systems read as a path"));
    EXPECT_THAT(error_of(folder, {{"a\\..\\x", "1"}}), HasSubstr("that other systems read as a path"));
    EXPECT_THAT(error_of(folder, {{"a\nb", "1"}}), HasSubstr("has a control character in its name"));
    EXPECT_FALSE(fs::exists(folder / "x"));
}

TEST(Unpack, links_that_lead_outside_are_refused) {
    const TempFolder folder;
    write_text(folder / "secret", "secret");
    EXPECT_THAT(error_of(folder, {{"a", "", AE_IFLNK, "/etc/passwd"}}), HasSubstr("'a' links outside the archive"));
    EXPECT_THAT(error_of(folder, {{"d/a", "", AE_IFLNK, "../../secret"}}),
                HasSubstr("'d/a' links outside the archive"));
    EXPECT_THAT(error_of(folder, {{"a", "", 0, "../secret"}}), HasSubstr("'a' links outside the archive"));
    EXPECT_THAT(error_of(folder, {{"a", "", 0, "none"}}), HasSubstr("link 'a' to 'none' names no file of the archive"));
    // Each link alone stays inside, together they do not.
    EXPECT_THAT(
        error_of(folder, {{"x/keep", "1"}, {"x/b", "", AE_IFLNK, "."}, {"a", "", AE_IFLNK, "x/b/../../secret"}}),
        HasSubstr("link 'a' to 'x/b/../../secret' leads outside"));
    EXPECT_THAT(error_of(folder, {{"x/keep", "1"},
                                  {"x/b", "", AE_IFLNK, "."},
                                  {"a", "", AE_IFLNK, "x/b/../.."},
                                  {"a/evil", "", AE_IFLNK, "keep"}}),
                HasSubstr("link 'a/evil' to 'keep' is reached through another link"));
    EXPECT_FALSE(fs::exists(folder / "evil"));
}

TEST(Unpack, nothing_is_written_through_a_link) {
    const TempFolder folder;
    fs::create_directories(folder / "elsewhere");
    EXPECT_NE(error_of(folder, {{"d", "", AE_IFLNK, "sub"}, {"d/x", "1"}}), "");
    EXPECT_TRUE(fs::is_empty(folder / "elsewhere"));
}

TEST(Unpack, devices_duplicates_and_too_much_data_are_refused) {
    const TempFolder folder;
    EXPECT_THAT(error_of(folder, {{"pipe", "", AE_IFIFO}}), HasSubstr("is neither a file, a folder nor a link"));
    EXPECT_THAT(error_of(folder, {{"a", "1"}, {"./a", "2"}}), HasSubstr("holds './a' twice"));
    EXPECT_THAT(error_of(folder, {{"a", "12345"}, {"b", "12345"}}, {.bytes = 9}),
                HasSubstr("holds more than the allowed 9 bytes"));
    EXPECT_THAT(error_of(folder, {{"a", "1"}, {"b", "1"}, {"c", "1"}}, {.entries = 2}),
                HasSubstr("more than 2 entries"));
    EXPECT_THAT(error_of(folder, {{"a/b/c/d", "1"}}, {.depth = 3}), HasSubstr("is nested more than 3 folders deep"));
}

TEST(Unpack, a_decompression_bomb_stops_at_the_limit) {
    const TempFolder folder;
    const auto done = unpack(packed(folder, "a.tar.gz", {{"zeros", std::string(20 << 20, '\0')}}), folder / "out",
                             {.bytes = 1 << 20});
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, HasSubstr("holds more than the allowed 1048576 bytes"));
    EXPECT_FALSE(fs::exists(folder / "out.part"));
}

TEST(Unpack, a_damaged_archive_leaves_nothing) {
    for (const char* name : {"a.tar.gz", "a.zip", "a.tar.zst"}) {
        const TempFolder folder;
        std::string noise;
        Random random({.seed = 1});
        for (int i = 0; i < 50'000; ++i) noise += static_cast<char>(random());
        const fs::path file = packed(folder, name, {{"a", noise}, {"b", noise}});
        const std::string content = read_file(file).value();
        write_text(file, content.substr(0, content.size() / 2));
        const auto done = unpack(file, folder / "out");
        ASSERT_FALSE(done) << name;
        EXPECT_THAT(done.error().message, HasSubstr("cannot be unpacked:"));
        EXPECT_FALSE(fs::exists(folder / "out"));
        EXPECT_FALSE(fs::exists(folder / "out.part"));
    }
    const TempFolder folder;
    write_text(folder / "x.zip", "<html>not found</html>");
    EXPECT_THAT(unpack(folder / "x.zip", folder / "out").error().message, HasSubstr("Unrecognized archive format"));
}

TEST(Unpack, names_keep_their_characters) {
    const TempFolder folder;
    ASSERT_TRUE(unpack(packed(folder, "a.tar", {{"图片/é.txt", "1"}}), folder / "out"));
    EXPECT_EQ(read_file(folder / "out/图片/é.txt").value(), "1");
}

TEST(Unpack, a_stop_leaves_nothing) {
    const TempFolder folder;
    StopToken stop;
    stop.request_stop();
    const auto done = unpack(packed(folder, "a.tar", {{"a", "1"}}), folder / "out", {}, {{}, stop});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::kCancelled);
    EXPECT_FALSE(fs::exists(folder / "out.part"));
}

TEST(Unpack, an_existing_folder_is_not_touched) {
    const TempFolder folder;
    write_text(folder / "out/mine", "x");
    EXPECT_EQ(unpack(packed(folder, "a.tar", {{"a", "1"}}), folder / "out").error().code, Code::kWrongState);
    EXPECT_EQ(read_file(folder / "out/mine").value(), "x");
}

}  // namespace
}  // namespace goetia
