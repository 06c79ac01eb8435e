#include "agent/sandbox/attempt_groups.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "base/files.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using testing::HasSubstr;

// Files in the place of the kernel's, which are there before they are written.
class Groups : public testing::Test {
  protected:
    Groups() {
        folder_.write("proc/cgroup", "4:memory:/x\n0::/system.slice/agent.service\n");
        folder_.write("mount/system.slice/agent.service/cgroup.controllers", "cpu memory pids\n");
        folder_.write("mount/system.slice/agent.service/cgroup.subtree_control", "");
        folder_.write("mount/system.slice/agent.service/goetia-agent/cgroup.procs", "");
        for (const char* name : {"memory.max", "pids.max", "memory.oom.group", "memory.swap.max", "cgroup.procs"})
            folder_.write(std::filesystem::path("mount/system.slice/agent.service/attempt-7") / name, "");
    }
    AttemptGroups open() { return AttemptGroups::open(folder_ / "mount", folder_ / "proc"); }
    std::string text(const std::string& name) {
        return *read_file(folder_ / "mount/system.slice/agent.service" / name);
    }

    testkit::TemporaryFolder folder_;
};

TEST_F(Groups, AreBelowTheOneThatIsDelegated) {
    const AttemptGroups groups = open();
    EXPECT_EQ(groups.lack(), "");
    EXPECT_EQ(text("goetia-agent/cgroup.procs"), std::to_string(::getpid()));
    EXPECT_EQ(text("cgroup.subtree_control"), "+memory +pids");
    EXPECT_EQ(groups.of(7), folder_ / "mount/system.slice/agent.service/attempt-7");
    ASSERT_TRUE(groups.make(7, {.memory = 1000, .processes = 50}));
    EXPECT_EQ(text("attempt-7/memory.max"), "1000");
    EXPECT_EQ(text("attempt-7/pids.max"), "50");
    ASSERT_TRUE(enter_group(groups.of(7)));
    EXPECT_EQ(text("attempt-7/cgroup.procs"), std::to_string(::getpid()));
}

TEST_F(Groups, AreFoundByAnAgentThatIsStartedAgain) {
    folder_.write("proc/cgroup", "0::/system.slice/agent.service/goetia-agent\n");
    EXPECT_EQ(open().of(7), folder_ / "mount/system.slice/agent.service/attempt-7");
}

TEST_F(Groups, TellWhetherTheKernelKilledForWantOfMemory) {
    const AttemptGroups groups = open();
    EXPECT_FALSE(groups.ran_out_of_memory(7));
    folder_.write("mount/system.slice/agent.service/attempt-7/memory.events", "low 0\noom 2\noom_kill 0\n");
    EXPECT_FALSE(groups.ran_out_of_memory(7));
    folder_.write("mount/system.slice/agent.service/attempt-7/memory.events", "low 0\noom 2\noom_kill 1\n");
    EXPECT_TRUE(groups.ran_out_of_memory(7));
}

TEST_F(Groups, AreNotThereWhereNoneIsDelegated) {
    folder_.write("mount/system.slice/agent.service/cgroup.controllers", "cpu pids\n");
    const AttemptGroups groups = open();
    EXPECT_FALSE(groups.are_there());
    EXPECT_THAT(groups.lack(), HasSubstr("the memory of a task is not limited"));
    EXPECT_TRUE(groups.of(7).empty());
    EXPECT_TRUE(groups.make(7, {.memory = 1000}));
    EXPECT_TRUE(enter_group(groups.of(7)));
}

}  // namespace
}  // namespace goetia
