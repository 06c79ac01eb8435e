#include "experiment/text_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testkit/experiment.h"

namespace goetia {
namespace {

TEST(TextLog, appends_complete_lines_with_their_time) {
    const testkit::TemporaryFolder folder;
    const auto path = folder / "train.log";
    {
        TextLog log = TextLog::open(path).value();
        ASSERT_TRUE(log.line("epoch 1"));
        ASSERT_TRUE(log.line("two\nlines"));
    }
    const std::string first = read_file(path).value();
    EXPECT_THAT(first, ::testing::MatchesRegex(
                           "\\[....-..-.. ..:..:..\\] epoch 1\n\\[....-..-.. ..:..:..\\] two\n {22}lines\n"));
    ASSERT_TRUE(write_file_atomic(path, first + "[2025-06-27 14:30:52] torn by a cra"));
    ASSERT_TRUE(TextLog::open(path).value().line("goes on"));
    EXPECT_THAT(read_file(path).value(), ::testing::HasSubstr("torn by a cra\n["));
    EXPECT_THAT(TextLog::open(folder / "no/train.log").error().message,
                ::testing::HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace goetia
