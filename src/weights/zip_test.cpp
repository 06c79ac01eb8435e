#include <gtest/gtest.h>

#include "base/files.h"
#include "testkit/weights.h"
#include "weights/zip_reader.h"
#include "weights/zip_writer.h"

namespace goetia {
namespace {

using testkit::TemporaryFolder;

// Lowering the limit makes small files of the form that files above 4 GiB have.
TEST(Zip, zip64_is_read_like_plain_zip) {
    const TemporaryFolder folder;
    for (const std::uint64_t limit : {std::uint64_t{0xffffffff}, std::uint64_t{300}, std::uint64_t{0}}) {
        const auto path = folder.path() / std::to_string(limit);
        auto sink = FileSink::open(path);
        ASSERT_TRUE(sink);
        zip::Writer writer(*sink, limit);
        ASSERT_TRUE(writer.add("a/small", "abc"));
        ASSERT_TRUE(writer.add("a/large", std::string(1000, 'x')));
        ASSERT_TRUE(writer.add("a/empty", ""));
        ASSERT_TRUE(writer.finish());
        ASSERT_TRUE(sink->publish());
        const auto reader = zip::Reader::open(*read_bytes(path));
        ASSERT_TRUE(reader) << reader.error().message;
        EXPECT_EQ(as_text(reader->read("a/small")->bytes), "abc") << limit;
        EXPECT_EQ(as_text(reader->read("a/large")->bytes), std::string(1000, 'x')) << limit;
        EXPECT_TRUE(reader->read("a/empty")->bytes.empty());
        EXPECT_EQ(reader->read("b").error().message, "it has no entry 'b'");
    }
}

TEST(Zip, an_unpublished_file_is_removed) {
    const TemporaryFolder folder;
    {
        auto sink = FileSink::open(folder.path() / "x");
        ASSERT_TRUE(sink->write("half"));
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace goetia
