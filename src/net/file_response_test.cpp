#include "net/file_response.h"

#include <gtest/gtest.h>

#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

struct FileCase {
    const char *name, *value;
    int status;
    std::uint64_t offset, length;
};

class FileResponses : public testing::TestWithParam<FileCase> {};

TEST_P(FileResponses, answer_a_header) {
    const testkit::TemporaryFolder folder;
    const auto path = folder.write("ten", "0123456789");
    const FileCase& given = GetParam();
    HttpRequest request;
    request.headers.add(given.name, given.value);
    const Result<HttpResponse> response = file_response(request, path, "abc", "application/octet-stream");
    ASSERT_TRUE(response.ok());
    EXPECT_EQ(response->status, given.status);
    EXPECT_EQ(response->headers.value("ETag"), "\"abc\"");
    EXPECT_EQ(response->file.has_value(), given.length > 0);
    if (response->file) {
        EXPECT_EQ(response->file->offset, given.offset);
        EXPECT_EQ(response->file->length, given.length);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Headers, FileResponses,
    testing::Values(FileCase{"Accept", "*/*", 200, 0, 10}, FileCase{"If-None-Match", "\"abc\"", 304, 0, 0},
                    FileCase{"If-None-Match", "\"other\"", 200, 0, 10}, FileCase{"Range", "bytes=2-4", 206, 2, 3},
                    FileCase{"Range", "bytes=7-", 206, 7, 3}, FileCase{"Range", "bytes=-4", 206, 6, 4},
                    FileCase{"Range", "bytes=-400", 206, 0, 10}, FileCase{"Range", "bytes=5-400", 206, 5, 5},
                    FileCase{"Range", "bytes=10-", 416, 0, 0}, FileCase{"Range", "bytes=-0", 416, 0, 0},
                    FileCase{"Range", "bytes=4-2", 200, 0, 10}, FileCase{"Range", "bytes=a-b", 200, 0, 10},
                    FileCase{"Range", "bytes=1-2,4-5", 200, 0, 10},
                    FileCase{"Range", "bytes=99999999999999999999-", 200, 0, 10}));

TEST(FileResponse, sends_the_whole_file_when_the_part_is_of_another_content) {
    const testkit::TemporaryFolder folder;
    HttpRequest request;
    request.headers.add("Range", "bytes=2-4");
    request.headers.add("If-Range", "\"old\"");
    const auto response = file_response(request, folder.write("ten", "0123456789"), "abc", "text/plain");
    ASSERT_TRUE(response.ok());
    EXPECT_EQ(response->status, 200);
}

}  // namespace
}  // namespace goetia
