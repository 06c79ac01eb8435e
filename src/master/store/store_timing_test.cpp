#include <gtest/gtest.h>

#include "base/clock.h"
#include "master/store/field_text.h"
#include "master/store/store.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

constexpr int kTasks = 100'000;

// 100,000 tasks with an experiment each are loaded within 5 s of a start.
TEST(StoreTiming, starts_with_100000_tasks_within_5_seconds) {
    const testkit::TemporaryFolder folder;
    std::string config;
    for (int i = 0; i < 80; ++i)
        put_field(config, fmt::format("section_{}.key_{}", i % 8, i), i % 3 == 0 ? ListValue(0.1 * i) : "a value");
    {
        const auto store = *Store::open({.data = folder.path()});
        const double begun = steady_seconds();
        for (int i = 0; i < kTasks; ++i) {
            store->submit(
                [i, &config](StoreTransaction& change) -> Status {
                    const std::string id = fmt::format("{:06}", i), experiment = "exp_" + id;
                    GOETIA_TRY(change.audit({.actor = "ann", .action = "submit", .subject = id}));
                    GOETIA_TRY(change.put(ExperimentRow{.id = experiment, .state = "running"}));
                    GOETIA_TRY(change.put(ExperimentConfigRow{experiment, config}));
                    std::string metrics;
                    for (int m = 0; m < 10; ++m) put_field(metrics, fmt::format("val/m{}", m), i * 0.001 + m);
                    GOETIA_TRY(change.put(ExperimentMetricsRow{experiment, metrics}));
                    return change.put(
                        TaskRow{.id = id, .state = "queued", .experiment = experiment, .body = std::string(500, 'x')});
                },
                [](const Status& done) { ASSERT_TRUE(done); });
        }
        ASSERT_TRUE(store->write([](StoreTransaction&) { return Status(); }));
        RecordProperty("events_per_second", std::to_string(kTasks / (steady_seconds() - begun)));
    }
    const double begun = steady_seconds(), processor_begun = processor_seconds();
    const auto store = *Store::open({.data = folder.path()});
    ASSERT_EQ(store->live_rows()->tasks.size(), static_cast<std::size_t>(kTasks));
    const double seconds = processor_seconds() - processor_begun;  // others may use the disk and the cores
    EXPECT_LT(seconds, 5);
    RecordProperty("start_processor_seconds", std::to_string(seconds));
    RecordProperty("start_seconds", std::to_string(steady_seconds() - begun));
    EXPECT_EQ(store->experiments().size(), static_cast<std::size_t>(kTasks));
}

}  // namespace
}  // namespace goetia
