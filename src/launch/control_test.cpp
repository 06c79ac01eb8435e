#include "launch/control.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "base/files.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

TEST(Control, names_round_trip) {
    for (const Request request :
         {Request::kNone, Request::kPause, Request::kResume, Request::kStop, Request::kCheckpoint}) {
        EXPECT_EQ(request_from_name(request_name(request)), request);
    }
    EXPECT_FALSE(request_from_name("halt"));
}

TEST(Control, a_missing_file_requests_nothing) {
    const testkit::TemporaryFolder folder;
    ControlReader reader(folder / "control.json");
    EXPECT_EQ(reader.poll().value(), Request::kNone);
}

TEST(Control, each_request_is_seen_once) {
    const testkit::TemporaryFolder folder;
    ControlReader reader(folder / "control.json");
    ASSERT_TRUE(write_control(folder / "control.json", Request::kPause).ok());
    EXPECT_EQ(reader.poll().value(), Request::kPause);
    EXPECT_EQ(reader.poll().value(), Request::kNone);
    ASSERT_TRUE(write_control(folder / "control.json", Request::kPause).ok());
    EXPECT_EQ(reader.poll().value(), Request::kPause) << "the same request again is a new one";
    ASSERT_TRUE(write_control(folder / "control.json", Request::kStop).ok());
    EXPECT_EQ(reader.poll().value(), Request::kStop);
}

TEST(Control, the_number_grows_with_every_request) {
    const testkit::TemporaryFolder folder;
    for (std::uint64_t number = 1; number <= 3; ++number) {
        ASSERT_TRUE(write_control(folder / "control.json", Request::kCheckpoint).ok());
        EXPECT_EQ(read_control(folder / "control.json").value().number, number);
    }
}

TEST(Control, invalid_content_is_reported) {
    const testkit::TemporaryFolder folder;
    ASSERT_TRUE(write_file_atomic(folder / "control.json", "{\"number\": 1}").ok());
    const auto half = ControlReader(folder / "control.json").poll();
    ASSERT_FALSE(half.ok());
    EXPECT_NE(half.error().message.find("must contain 'number' and 'request', found {\"number\": 1}"),
              std::string::npos);
    ASSERT_TRUE(write_file_atomic(folder / "control.json", R"({"number": 1, "request": "halt"})").ok());
    const auto unknown = ControlReader(folder / "control.json").poll();
    ASSERT_FALSE(unknown.ok());
    EXPECT_NE(unknown.error().message.find("requests 'halt' (allowed: pause, resume, stop, checkpoint, none)"),
              std::string::npos);
}

// Two writers and a reader at full speed: no torn file is read, and no number is used twice.
TEST(Control, is_never_seen_half_written) {
    const testkit::TemporaryFolder folder;
    const std::filesystem::path file = folder / "control.json";
    constexpr int kEach = 100;
    std::atomic<bool> done = false;
    const auto write = [&] {
        for (int i = 0; i < kEach; ++i) EXPECT_TRUE(write_control(file, Request::kPause).ok());
    };
    std::thread reader([&] {
        ControlReader control(file);
        while (!done) {
            const auto seen = control.poll();
            EXPECT_TRUE(seen.ok()) << to_string(seen.error());
        }
    });
    std::thread first(write);
    std::thread second(write);
    first.join();
    second.join();
    done = true;
    reader.join();
    EXPECT_EQ(read_control(file).value().number, 2U * kEach);
}

}  // namespace
}  // namespace goetia
