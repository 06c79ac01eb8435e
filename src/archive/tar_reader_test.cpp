#include "archive/tar_reader.h"

#include <gmock/gmock.h>

#include "testkit/tar.h"

namespace goetia {
namespace {

using testkit::tar_of;
using testkit::TarMember;

// The names and contents of the entries, or the error.
std::string read_through(const std::string& archive) {
    TextSource source(archive);
    TarReader reader(source);
    std::string all;
    for (;;) {
        const auto entry = reader.next();
        if (!entry) return entry.error().message;
        if (!*entry) return all;
        all += (*entry)->path.native() + "=";
        char piece[7];
        for (;;) {
            const auto got = reader.read(piece);
            if (!got) return got.error().message;
            if (*got == 0) break;
            all.append(piece, *got);
        }
        all += ";";
    }
}

TEST(TarReaderTest, gives_every_entry_and_skips_what_is_not_read) {
    const std::string archive =
        tar_of({{.name = "a", .content = "12345678901"}, {.name = "b/", .kind = '5'}, {.name = "b/c"}});
    EXPECT_EQ(read_through(archive), "a=12345678901;b=;b/c=;");
    TextSource source(archive);
    TarReader reader(source);
    int entries = 0;
    while (reader.next().value()) ++entries;
    EXPECT_EQ(entries, 3);
}

TEST(TarReaderTest, a_cut_archive_is_an_error_or_ends_between_entries) {
    const std::string archive =
        tar_of({{.name = "a", .content = "12"}, {.name = "b", .content = std::string(600, 'x')}});
    for (std::size_t size = 1; size < archive.size(); ++size) {
        const bool between = size % 512 == 0 && size != 512 && size != 1536 && size != 2048;
        const std::string read = read_through(archive.substr(0, size));
        EXPECT_EQ(read.starts_with("the archive ends within an entry"), !between && size < 3072) << size;
    }
}

TEST(TarReaderTest, a_changed_byte_of_a_header_is_noticed) {
    const std::string archive = tar_of({{.name = "a", .content = "12"}});
    for (std::size_t at = 0; at < 512; ++at) {
        std::string damaged = archive;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x11);
        if (at < 148 || at > 155)
            EXPECT_EQ(read_through(damaged), "the archive is damaged: a header has a wrong checksum") << at;
    }
}

TEST(TarReaderTest, sizes_beyond_all_bounds_are_refused) {
    std::string huge = testkit::tar_header({.name = "x"});
    huge.replace(124, 12, std::string("\x80\x7f\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12));
    EXPECT_EQ(read_through(huge), "the archive is damaged: a header has a wrong checksum");
    EXPECT_THAT(
        read_through(tar_of({{.name = "p", .kind = 'x', .content = "28 size=9223372036854775807\n"}, {.name = "x"}})),
        testing::HasSubstr("entry 'x' is too large"));
    EXPECT_THAT(read_through(tar_of({{.name = "p", .kind = 'x', .content = "99 size=1\n"}, {.name = "x"}})),
                testing::HasSubstr("a pax header is damaged"));
    EXPECT_THAT(read_through(tar_of({{.name = "p", .kind = 'x', .content = "11 size=-1\n"}, {.name = "x"}})),
                testing::HasSubstr("gives a size of '-1'"));
}

}  // namespace
}  // namespace goetia
