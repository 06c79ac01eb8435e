// A writer killed at any moment leaves an exact prefix of what it wrote.
#include <csignal>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>

#include <gtest/gtest.h>

#include "base/random.h"
#include "experiment/journal.h"
#include "testkit/experiment.h"

namespace goetia {
namespace {

using testkit::read_back;
using testkit::TemporaryFolder;

struct Promise {
    std::atomic<bool> begun{false};
    std::atomic<std::int64_t> appended{0};  // points known to be on the disk: an append() after them has returned
};

// Writes for ever: point i has step i and value i * i, and now and then an epoch guarantees everything before it.
[[noreturn]] void write_until_killed(const std::filesystem::path& path, Promise& promise) {
    auto writer = JournalWriter::create(path, {{"attempt", 1}}).value();
    const MetricId metric = writer->metric("train/loss");
    promise.begun = true;
    for (std::int64_t i = 0;; ++i) {
        writer->log(metric, i, 0, static_cast<double>(i * i));
        if (i % 997 != 996) continue;
        if (!writer->append(RecordType::kEpoch, {{"points", i + 1}})) ::_exit(1);
        promise.appended = i + 1;
    }
}

TEST(JournalCrash, killed_at_random_moments_leaves_an_exact_prefix) {
    void* shared = ::mmap(nullptr, sizeof(Promise), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(shared, MAP_FAILED);
    Random random({.seed = 7, .epoch = 0, .sample = 0, .purpose = purpose("journal crash")});
    for (int round = 0; round < 20; ++round) {
        const TemporaryFolder folder;
        const auto path = folder / "a.journal";
        auto* promise = new (shared) Promise;
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) write_until_killed(path, *promise);
        while (!promise->begun) ::usleep(100);
        ::usleep(static_cast<unsigned>(random.below(20'000)));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);

        EXPECT_FALSE(journal_has_writer(path));
        const auto check = [&] {
            const testkit::ReadBack back = read_back(path);
            EXPECT_TRUE(back.faults.empty()) << back.faults[0];
            std::int64_t points = 0;
            for (std::size_t i = 0; i < back.records.size(); ++i) {
                const Record& record = back.records[i];
                ASSERT_EQ(record.sequence, i);
                if (record.type == RecordType::kEpoch) {
                    ASSERT_EQ(record.body["points"], points);
                }
                if (!record.point) continue;
                ASSERT_EQ(record.point->step, points);
                ASSERT_EQ(record.point->value, static_cast<double>(points * points));
                ++points;
            }
            EXPECT_GE(points, promise->appended.load());
        };
        check();
        ASSERT_TRUE(cut_torn_tail(path));
        check();
    }
    ::munmap(shared, sizeof(Promise));
}

}  // namespace
}  // namespace goetia
