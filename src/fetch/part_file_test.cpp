#include "fetch/part_file.h"

#include <gmock/gmock.h>

#include "testkit/images.h"

namespace goetia {
namespace {

using testing::ElementsAre;
using namespace testkit;

TEST(Spans, merge_touching_spans_and_list_the_gaps) {
    Spans spans;
    for (const ByteSpan span :
         {ByteSpan{10, 20}, ByteSpan{40, 50}, ByteSpan{20, 25}, ByteSpan{5, 5}, ByteSpan{38, 42}, ByteSpan{0, 3}})
        spans.add(span);
    EXPECT_THAT(spans.list(), ElementsAre(ByteSpan{0, 3}, ByteSpan{10, 25}, ByteSpan{38, 50}));
    EXPECT_EQ(spans.total(), 30);
    EXPECT_THAT(spans.missing(60), ElementsAre(ByteSpan{3, 10}, ByteSpan{25, 38}, ByteSpan{50, 60}));
    spans.add({0, 60});
    EXPECT_THAT(spans.list(), ElementsAre(ByteSpan{0, 60}));
    EXPECT_TRUE(spans.missing(60).empty());
    EXPECT_THAT(Spans().missing(5), ElementsAre(ByteSpan{0, 5}));
    EXPECT_TRUE(Spans().missing(0).empty());
}

TEST(PartFile, resumes_from_the_saved_state) {
    const TempFolder folder;
    {
        const auto part = PartFile::open(folder / "a").value();
        part->describe(10, "\"tag\"", "http://x/a");
        ASSERT_TRUE(part->write(4, "4567"));
        ASSERT_TRUE(part->save_state());
        ASSERT_TRUE(part->write(0, "01"));  // not noted: as if it was killed here
    }
    const auto part = PartFile::open(folder / "a").value();
    EXPECT_EQ(part->size(), 10);
    EXPECT_EQ(part->validator(), "\"tag\"");
    EXPECT_THAT(part->missing(), ElementsAre(ByteSpan{0, 4}, ByteSpan{8, 10}));
    ASSERT_TRUE(part->write(0, "0123"));
    ASSERT_TRUE(part->write(8, "89"));
    EXPECT_TRUE(part->complete());
    ASSERT_TRUE(part->finish());
    EXPECT_EQ(read_file(folder / "a").value(), "0123456789");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

TEST(PartFile, an_implausible_state_file_is_ignored) {
    const auto believed = [](const std::string& size, const std::string& done) {
        return parse_part_state(fmt::format(R"({{"url": "u", "validator": "v", "size": {}, "done": {}}})", size, done),
                                8);
    };
    ASSERT_TRUE(believed("10", "[[0, 3], [5, 8]]"));
    EXPECT_EQ(believed("10", "[[0, 3], [5, 8]]")->done.total(), 6);
    for (const char* done :
         {"[[0, 9]]", "[[3, 3]]", "[[-1, 3]]", "[[0, 1.5]]", "[[0]]", "[0]", "{}", "[[0, 1], [2, 99]]"})
        EXPECT_FALSE(believed("10", done)) << done;
    for (const char* size : {"-1", "18446744073709551615", "1.0", "null", "2"})
        EXPECT_FALSE(believed(size, "[[0, 3]]")) << size;
    EXPECT_FALSE(parse_part_state("[]", 8));
    EXPECT_FALSE(parse_part_state("{\"url\": \"u\"", 8));
}

TEST(PartFile, a_validator_of_invalid_utf8_is_harmless) {
    const TempFolder folder;
    const auto part = PartFile::open(folder / "a").value();
    part->describe(10, "\"caf\xE9\"", "http://x/a");
    ASSERT_TRUE(part->write(0, "0123"));
    ASSERT_TRUE(part->save_state());
    EXPECT_EQ(parse_part_state(read_file(folder / "a.part.json").value(), 4)->validator, "\"caf\xEF\xBF\xBD\"");
}

TEST(PartFile, is_locked_against_other_processes) {
    const TempFolder folder;
    const auto first = PartFile::open(folder / "a").value();
    const auto second = PartFile::open(folder / "a");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Code::kWrongState);
    EXPECT_THAT(second.error().message, testing::HasSubstr("is being fetched by another process"));
}

}  // namespace
}  // namespace goetia
