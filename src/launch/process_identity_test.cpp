#include "launch/process_identity.h"

#include <csignal>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.h"

namespace goetia {
namespace {

TEST(ProcessIdentity, a_start_time_is_found_after_any_name) {
    const std::string rest = " S 1 2 3 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4242 99 1";
    EXPECT_EQ(start_time_of("17 (sh)" + rest), 4242U);
    EXPECT_EQ(start_time_of("17 (a) b (c))" + rest), 4242U);
    EXPECT_FALSE(start_time_of("17 (sh) S 1 2"));
    EXPECT_FALSE(start_time_of(""));
}

TEST(ProcessIdentity, this_process_is_found_by_its_stored_identity) {
    const ProcessIdentity self = identify_process(::getpid()).value();
    EXPECT_EQ(process_identity_from_json(Json::parse(to_json(self).dump())), self);
    const auto process = open_process(self);
    ASSERT_TRUE(process);
    EXPECT_FALSE(has_ended(process->get()));
}

TEST(ProcessIdentity, a_reused_pid_and_another_boot_are_not_mistaken_for_it) {
    const ProcessIdentity self = identify_process(::getpid()).value();
    ProcessIdentity other = self;
    other.start_time -= 1;
    EXPECT_FALSE(open_process(other));
    other = self;
    other.boot_id = "00000000-0000-0000-0000-000000000000";
    EXPECT_FALSE(open_process(other));
    EXPECT_FALSE(open_process({}));
}

TEST(ProcessIdentity, the_end_of_a_process_is_detected_and_signalling_it_then_has_no_effect) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::pause();
        ::_exit(0);
    }
    const ProcessIdentity identity = identify_process(child).value();
    const auto process = open_process(identity);
    ASSERT_TRUE(process);
    EXPECT_TRUE(signal_process(process->get(), SIGKILL).ok());
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    EXPECT_TRUE(has_ended(process->get()));
    EXPECT_TRUE(signal_process(process->get(), SIGKILL).ok());
    EXPECT_FALSE(open_process(identity));
}

TEST(ProcessIdentity, invalid_json_gives_no_identity) {
    for (const char* text : {"null", "{}", R"({"pid": 1})", R"({"pid": "x", "start_time": 1, "boot_id": "b"})"})
        EXPECT_FALSE(process_identity_from_json(Json::parse(text))) << text;
}

}  // namespace
}  // namespace goetia
