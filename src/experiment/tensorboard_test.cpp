// Tests of the bytes; tests/oracles/tensorboard_test.py reads them with TensorBoard itself.
#include "experiment/tensorboard.h"

#include <cstring>

#include <gtest/gtest.h>

#include "experiment/crc32c.h"
#include "testkit/experiment.h"

namespace goetia {
namespace {

using testkit::TemporaryFolder;

std::uint64_t number_at(const std::string& bytes, std::size_t at, std::size_t size) {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data() + at, size);
    return value;
}

std::vector<std::string> events_of(const std::filesystem::path& path) {
    const std::string bytes = read_file(path).value();
    const auto unmasked = [](std::uint32_t sum) { return (sum - 0xA282EAD8U) >> 17U | (sum - 0xA282EAD8U) << 15U; };
    std::vector<std::string> events;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t size = number_at(bytes, at, 8);
        EXPECT_EQ(unmasked(static_cast<std::uint32_t>(number_at(bytes, at + 8, 4))),
                  crc32c(std::string_view(bytes).substr(at, 8)));
        events.push_back(bytes.substr(at + 12, size));
        EXPECT_EQ(unmasked(static_cast<std::uint32_t>(number_at(bytes, at + 12 + size, 4))), crc32c(events.back()));
        at += 16 + size;
    }
    return events;
}

TEST(TensorBoard, writes_framed_events_starting_with_the_version) {
    const TemporaryFolder folder;
    const auto writer =
        TensorBoardWriter::create(folder / "tensorboard", WallTime(std::chrono::seconds(1750000000))).value();
    writer->scalar("train/loss", 300, 1750000001.5, 0.5);
    ASSERT_TRUE(writer->flush());
    EXPECT_EQ(writer->path().filename().native().rfind("events.out.tfevents.1750000000.", 0), 0U);
    const std::vector<std::string> events = events_of(writer->path());
    ASSERT_EQ(events.size(), 3U);
    EXPECT_NE(events[0].find("brain.Event:2"), std::string::npos);
    // wall_time, step = 300, summary { value { tag, simple_value = 0.5 } }
    const std::string expected = std::string("\x09\x00\x00\x80\x57\xE3\x13\xDA\x41", 9) +
                                 std::string("\x10\xAC\x02", 3) + "\x2A\x13\x0A\x11\x0A\x0Atrain/loss" +
                                 std::string("\x15\x00\x00\x00\x3F", 5);
    EXPECT_EQ(events[2].substr(9), expected.substr(9));
}

TEST(TensorBoard, the_files_of_earlier_attempts_are_emptied_once_the_new_one_exists) {
    const TemporaryFolder folder;
    const WallTime time(std::chrono::seconds(1750000000));
    auto first = TensorBoardWriter::create(folder.path(), time).value();
    first->scalar("loss", 1, 1, 1);
    ASSERT_TRUE(first->flush());
    auto second =
        TensorBoardWriter::create(folder.path(), time - std::chrono::hours(1)).value();  // the clock was set back
    EXPECT_GT(std::filesystem::file_size(first->path()), 0U);
    ASSERT_TRUE(second->flush());
    EXPECT_EQ(std::filesystem::file_size(first->path()), 0U);
    EXPECT_GT(second->path().filename(), first->path().filename());
    auto third = TensorBoardWriter::create(folder.path(), time).value();
    ASSERT_TRUE(third->flush());
    EXPECT_FALSE(std::filesystem::exists(first->path()));
    EXPECT_EQ(std::filesystem::file_size(second->path()), 0U);
}

TEST(TensorBoard, one_that_was_never_flushed_leaves_the_earlier_files_alone) {
    const TemporaryFolder folder;
    auto first = TensorBoardWriter::create(folder.path(), now()).value();
    ASSERT_TRUE(first->flush());
    TensorBoardWriter::create(folder.path(), now()).value().reset();
    EXPECT_TRUE(std::filesystem::exists(first->path()));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

}  // namespace
}  // namespace goetia
