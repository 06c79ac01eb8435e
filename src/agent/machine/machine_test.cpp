#include <cmath>
#include <thread>

#include <gmock/gmock.h>

#include "agent/machine/gpu_source.h"
#include "agent/machine/leave_notice.h"
#include "agent/machine/node_meters.h"
#include "agent/machine/telemetry_log.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using testing::HasSubstr;

TEST(FakeGpusTest, are_as_many_and_as_large_as_described) {
    const testkit::TemporaryFolder folder;
    const auto gpus = fake_gpus("2x24GB", folder / "faults").value();
    const GpuInventory found = gpus->inventory();
    ASSERT_EQ(found.gpus.size(), 2U);
    EXPECT_EQ(found.gpus[1].uuid, "GPU-fake-1");
    EXPECT_EQ(found.gpus[1].memory, 24'000'000'000);
    EXPECT_EQ(found.gpus[1].fault, "");
    folder.write("faults", "1 it fell off the bus\n");
    EXPECT_EQ(gpus->inventory().gpus[0].fault, "");
    EXPECT_EQ(gpus->inventory().gpus[1].fault, "it fell off the bus");
    EXPECT_EQ(gpus->use().size(), 2U);
    for (const char* wrong : {"", "2", "2x", "x24GB", "2x24", "2x0GB", "-1x24GB", "100x1GB", "2x24GBs"})
        EXPECT_THAT(fake_gpus(wrong).error().message, HasSubstr("such as '2x24GB'")) << wrong;
}

TEST(NvmlGpusTest, a_machine_without_a_driver_has_no_gpus) {
    const auto gpus = nvml_gpus();
    const GpuInventory found = gpus->inventory();
    EXPECT_EQ(found.driver.empty(), found.gpus.empty());
    EXPECT_EQ(gpus->use().size(), found.gpus.size());
}

class NodeMetersTest : public testing::Test {
  protected:
    testkit::TemporaryFolder folder_;
    std::unique_ptr<GpuSource> gpus_ = fake_gpus("1x8GB").value();
    NodeMeters meters_{{.data = folder_.path(), .proc = folder_ / "proc", .cgroup = folder_ / "cgroup"}, *gpus_};
};

TEST_F(NodeMetersTest, the_facts_are_the_machines) {
    folder_.write("proc/meminfo", "MemTotal:       1000 kB\nMemFree: 1 kB\nMemAvailable:    400 kB\n");
    folder_.write("cgroup/memory.max", "max\n");
    const NodeFacts facts = meters_.facts();
    EXPECT_EQ(facts.memory, 1'024'000);
    EXPECT_GE(facts.cores, 1);
    EXPECT_GT(facts.disk, 0);
    EXPECT_THAT(facts.glibc, testing::StartsWith("2."));
    EXPECT_THAT(facts.processor, testing::AnyOf("x86_64", "aarch64"));
    EXPECT_EQ(facts.gpus.size(), 1U);
    folder_.write("cgroup/memory.max", "500000\n");
    EXPECT_EQ(meters_.facts().memory, 500'000) << "a container's limit counts";
}

TEST_F(NodeMetersTest, the_processors_share_is_that_since_the_last_look) {
    folder_.write("proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: 400 kB\n");
    folder_.write("proc/stat", "cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 1 2 3\n");
    EXPECT_DOUBLE_EQ(meters_.use().processor, 0.2);
    folder_.write("proc/stat", "cpu  160 0 130 810 0 0 0 0 0 0\n");
    const NodeUse use = meters_.use();
    EXPECT_DOUBLE_EQ(use.processor, 0.9);
    EXPECT_EQ(use.memory, 600 * 1024);
    EXPECT_EQ(use.gpus.size(), 1U);
    EXPECT_EQ(meters_.use().processor, 0) << "no time has passed";
}

TEST_F(NodeMetersTest, kills_for_want_of_memory_are_counted) {
    EXPECT_EQ(out_of_memory_kills(folder_ / "proc"), 0);
    folder_.write("proc/vmstat", "oom_kill_not 9\noom_kill 3\n");
    EXPECT_EQ(out_of_memory_kills(folder_ / "proc"), 3);
}

TEST(TelemetryLog, a_sample_is_a_line_and_old_ones_go) {
    const testkit::TemporaryFolder folder;
    NodeUse use;
    use.processor = 0.5;
    use.gpus.resize(1);
    const std::string line = telemetry_line(now(), use);
    const Json read = Json::parse(line);
    EXPECT_EQ(read["processor"], 0.5);
    EXPECT_EQ(read["gpus"].size(), 1U);
    for (int i = 0; i < 10; ++i)
        ASSERT_TRUE(append_telemetry(folder / "log", line, 3 * static_cast<std::int64_t>(line.size())).ok());
    EXPECT_LE(read_file(folder / "log")->size(), 4 * line.size());
    EXPECT_EQ(read_file(folder / "log.1")->size(), 4 * line.size());
}

TEST(LeaveNoticeTest, a_signal_is_a_notice_and_is_not_taken_back) {
    LeaveNotice notice({.command = {}, .notice = 30});
    EXPECT_FALSE(notice.gone_at());
    notice.announce(100);
    notice.announce(110);
    EXPECT_EQ(notice.gone_at(), 130);
}

TEST(LeaveNoticeTest, a_command_that_succeeds_is_a_notice) {
    const testkit::TemporaryFolder folder;
    LeaveNotice notice({.command = {"test", "-e", folder / "going"}, .every = 0.001, .notice = 30});
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(notice.poll(steady_seconds()).ok());
        std::this_thread::yield();
    }
    EXPECT_FALSE(notice.gone_at());
    folder.write("going", "");
    for (const double until = steady_seconds() + 10; !notice.gone_at() && steady_seconds() < until;)
        ASSERT_TRUE(notice.poll(steady_seconds()).ok());
    EXPECT_TRUE(notice.gone_at());
}

TEST(LeaveNoticeTest, a_command_that_hangs_is_ended_and_one_that_is_not_there_is_reported) {
    LeaveNotice hangs({.command = {"sleep", "1000"}, .every = 0.001, .most = 0.01});
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(hangs.poll(i).ok());
    EXPECT_FALSE(hangs.gone_at());
    LeaveNotice missing({.command = {"/nowhere/to/be/found"}});
    EXPECT_THAT(missing.poll(1).error().message, HasSubstr("/nowhere/to/be/found"));
}

}  // namespace
}  // namespace goetia
