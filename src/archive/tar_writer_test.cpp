#include "archive/tar_writer.h"

#include <gmock/gmock.h>

#include "archive/tar_reader.h"
#include "archive/zstd_sink.h"
#include "archive/zstd_source.h"
#include "base/process.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using testkit::TemporaryFolder;

std::string text_of_all(ArchiveBytes& bytes) {
    std::string all;
    std::string buffer(1000, '\0');
    while (const std::size_t got = bytes.read(buffer).value()) all += buffer.substr(0, got);
    return all;
}

struct Member {
    std::string name, content;
    bool executable = false;
    bool operator==(const Member&) const = default;
};

std::string written(const std::vector<Member>& members) {
    ArchiveText text;
    TarWriter tar(text);
    for (const Member& one : members) EXPECT_TRUE(tar.add(one.name, one.content, one.executable).ok());
    EXPECT_TRUE(tar.finish().ok());
    return text.take();
}

std::vector<Member> members_of(const std::string& archive) {
    TextSource source(archive);
    TarReader reader(source);
    std::vector<Member> members;
    while (const auto entry = reader.next().value()) {
        members.push_back({entry->path.native(), "", entry->executable});
        std::string piece(100, '\0');
        while (const std::size_t got = reader.read(piece).value()) members.back().content += piece.substr(0, got);
    }
    return members;
}

const std::vector<Member> kWrittenMembers{
    {"a", ""},
    {"bin/run", "#!/bin/sh\n", true},
    {std::string(90, 'd') + "/" + std::string(60, 'f'), "divided at a slash"},
    {std::string(120, 'n'), "too long for the header"},
    {std::string(160, 'd') + "/" + std::string(99, 'f'), std::string(2000, 'x')},
    {"x/" + std::string(99, 'y'), "shortest prefix"},
    {"block", std::string(512, 'b')},
};

TEST(TarWriterTest, what_is_written_is_read) { EXPECT_EQ(members_of(written(kWrittenMembers)), kWrittenMembers); }

TEST(TarWriterTest, other_programs_read_it_too) {
    const TemporaryFolder folder;
    folder.write("archive.tar", written(kWrittenMembers));
    const auto listed = run_process({.words = {"tar", "-tvf", folder / "archive.tar"}}).value();
    ASSERT_EQ(listed.exit_code, 0) << listed.errors;
    EXPECT_EQ(listed.errors, "");
    for (const Member& one : kWrittenMembers) EXPECT_THAT(listed.output, HasSubstr(" " + one.name + "\n"));
    EXPECT_THAT(listed.output, HasSubstr("-rwxr-xr-x 0/0"));
    EXPECT_THAT(listed.output, HasSubstr("1970-01-01"));
}

TEST(TarWriterTest, is_the_same_whoever_owns_the_file) {
    const TemporaryFolder folder;
    const auto file = folder.write("f", "content");
    ArchiveText text;
    TarWriter tar(text);
    ASSERT_TRUE(tar.add_file("x", file, false).ok());
    ASSERT_TRUE(tar.finish().ok());
    EXPECT_EQ(text.take(), written({{"x", "content"}}));
}

TEST(TarWriterTest, sizes_beyond_the_header_are_written_as_pax) {
    ArchiveText text;
    TarWriter tar(text);
    const std::int64_t large = std::int64_t{9} << 30;
    ASSERT_TRUE(tar.begin("large", large, false).ok());
    const std::string archive = text.take();
    TextSource source(archive);
    TarReader reader(source);
    EXPECT_EQ(reader.next().value()->bytes, large);
}

TEST(TarWriterTest, refuses_more_or_fewer_bytes_than_were_said) {
    ArchiveText text;
    TarWriter tar(text);
    ASSERT_TRUE(tar.begin("a", 3, false).ok());
    EXPECT_EQ(tar.write("1234").error().message, "'a' has more bytes than was said");
    ASSERT_TRUE(tar.write("12").ok());
    EXPECT_EQ(tar.finish().error().message, "'a' has 1 bytes less than was said");
    EXPECT_FALSE(tar.begin("b", 1, false).ok());
}

TEST(ZstdSinkTest, is_read_back_and_the_same_for_any_number_of_threads) {
    std::string content;
    for (int i = 0; i < 400'000; ++i) content += std::to_string(i * 2654435761U % 1000);
    const auto packed = [&](int threads) {
        ArchiveText text;
        ZstdSink sink(text, {.level = 1, .threads = threads});
        for (std::size_t at = 0; at < content.size(); at += 50'000)
            EXPECT_TRUE(sink.write(std::string_view(content).substr(at, 50'000)).ok());
        EXPECT_TRUE(sink.finish().ok());
        return text.take();
    };
    const std::string once = packed(0);
    EXPECT_EQ(packed(0), once);
    const std::string by_two = packed(2);
    EXPECT_EQ(packed(3), by_two);
    for (const std::string& one : {once, by_two}) {
        EXPECT_LT(one.size(), content.size() / 2);
        TextSource source(one);
        EXPECT_EQ(text_of_all(*zstd_source(source)), content);
    }
}

}  // namespace
}  // namespace goetia
