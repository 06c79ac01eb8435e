#include "launch/run_lock.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

TEST(RunLock, one_holder_at_a_time_and_the_second_is_told_who) {
    const testkit::TemporaryFolder folder;
    const std::filesystem::path root = folder / "exp_1";
    std::filesystem::create_directories(root / "journal");
    EXPECT_FALSE(is_running(root));
    {
        const auto first = RunLock::take(root);
        ASSERT_TRUE(first.ok());
        EXPECT_TRUE(is_running(root));
        const auto second = RunLock::take(root);
        ASSERT_FALSE(second.ok());
        EXPECT_EQ(second.error().code, Code::kWrongState);
        EXPECT_EQ(second.error().message,
                  fmt::format("experiment 'exp_1' is running in process {}; stop it with 'goetia "
                              "experiment stop exp_1'",
                              ::getpid()));
    }
    EXPECT_FALSE(is_running(root));
    EXPECT_TRUE(RunLock::take(root).ok());
}

}  // namespace
}  // namespace goetia
