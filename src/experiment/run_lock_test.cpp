#include "experiment/run_lock.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

TEST(RunLock, has_one_holder_at_a_time_and_names_it_to_the_second) {
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

TEST(RunLock, is_passed_on_without_ever_being_free) {
    const testkit::TemporaryFolder folder;
    std::filesystem::create_directories(folder / "exp_1/journal");
    const std::filesystem::path root = folder / "exp_1";
    std::optional<RunLock> second;
    {
        const auto first = RunLock::take(root);
        ASSERT_TRUE(first.ok());
        second = RunLock::take_over(::dup(first->fd()), root).value();
    }
    EXPECT_TRUE(is_running(root));
    second.reset();
    EXPECT_FALSE(is_running(root));
    const auto wrong = RunLock::take_over(STDIN_FILENO, root);
    ASSERT_FALSE(wrong.ok());
    EXPECT_EQ(wrong.error().message,
              fmt::format("descriptor 0 is not the lock '{}' of the experiment", (root / "journal/run.lock").native()));
}

}  // namespace
}  // namespace goetia
