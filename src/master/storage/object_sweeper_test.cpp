#include "master/storage/object_sweeper.h"

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/hash.h"
#include "master/experiments/artifact_records.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

TEST(ObjectSweeper, removes_what_was_replaced_and_no_task_names) {
    const testkit::TemporaryFolder data;
    const auto store = std::move(*Store::open({.data = data.path()}));
    ObjectStore objects(data.path());
    const auto send = [&](const std::string& bytes) {
        const std::string hash = sha256_hex(bytes);
        EXPECT_TRUE(objects.put("node1", {.fence = 1, .sha256 = hash, .bytes = std::ssize(bytes)}, bytes));
        EXPECT_TRUE(make_folders(data / "experiments/e1"));
        EXPECT_TRUE(objects.link(hash, data / "experiments/e1", "checkpoints/last.pth"));
        EXPECT_TRUE(store->write([&](StoreTransaction& change) {
            return note_artifact(change, {"e1", "checkpoints/last.pth", hash, std::ssize(bytes), "checkpoint", 1});
        }));
        return hash;
    };
    ASSERT_TRUE(store->write([](StoreTransaction& change) { return change.put(ExperimentRow{.id = "e1"}); }));
    const std::string first = send("first"), second = send("second"), newest = send("third");
    const std::string package = sha256_hex("package");
    ASSERT_TRUE(objects.put("user1", {.fence = 1, .sha256 = package, .bytes = 7}, "package"));
    ASSERT_TRUE(store->write([&](StoreTransaction& change) {
        return change.put(TaskRow{.id = "1", .experiment = "e1", .body = R"({"checkpoint":")" + second + "\"}"});
    }));
    {
        const ObjectSweeper sweeper(*store, objects, {}, 0.01);
        for (const double until = steady_seconds() + 20; objects.contains(first) && steady_seconds() < until;)
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    EXPECT_FALSE(objects.contains(first));
    EXPECT_TRUE(objects.contains(second)) << "the task goes on from it";
    EXPECT_TRUE(objects.contains(newest));
    EXPECT_TRUE(objects.contains(package)) << "it never was an artifact";
}

TEST(ObjectSweeper, keeps_as_many_checkpoints_of_epochs_as_the_run_does) {
    const testkit::TemporaryFolder data;
    const auto store = std::move(*Store::open({.data = data.path()}));
    ObjectStore objects(data.path());
    const auto send = [&](const std::string& experiment, const std::string& path, double time) {
        const std::string bytes = experiment + path, hash = sha256_hex(bytes);
        EXPECT_TRUE(objects.put("node1", {.fence = 1, .sha256 = hash, .bytes = std::ssize(bytes)}, bytes));
        EXPECT_TRUE(objects.link(hash, data / "experiments" / experiment, path));
        EXPECT_TRUE(store->write([&](StoreTransaction& change) {
            return note_artifact(change, {experiment, path, hash, std::ssize(bytes), "checkpoint", time});
        }));
        return hash;
    };
    std::vector<std::string> kept, replaced;
    for (const std::string experiment : {"two", "all"}) {
        ASSERT_TRUE(make_folders(data / "experiments" / experiment));
        ASSERT_TRUE(store->write([&](StoreTransaction& change) -> Status {
            GOETIA_TRY(change.put(ExperimentRow{.id = experiment}));
            return change.put(ExperimentConfigRow{experiment, experiment == "two" ? "checkpoint.max_keep\t2\n" : ""});
        }));
        for (int epoch = 1; epoch <= 4; ++epoch) {
            const std::string path = fmt::format("checkpoints/checkpoint_epoch_{}.pth", epoch);
            (experiment == "two" && epoch <= 2 ? replaced : kept).push_back(send(experiment, path, epoch));
        }
        for (const char* path : {"checkpoints/last.pth", "checkpoints/best.pth"})
            kept.push_back(send(experiment, path, 0));
    }
    const auto is_there = [&](const std::string& hash) { return objects.contains(hash); };
    {
        const ObjectSweeper sweeper(*store, objects, {}, 0.01);
        for (const double until = steady_seconds() + 20;
             std::ranges::any_of(replaced, is_there) && steady_seconds() < until;)
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    EXPECT_TRUE(std::ranges::none_of(replaced, is_there));
    EXPECT_TRUE(std::ranges::all_of(kept, is_there));
    EXPECT_FALSE(std::filesystem::exists(data / "experiments/two/checkpoints/checkpoint_epoch_1.pth"));
    EXPECT_TRUE(std::filesystem::exists(data / "experiments/two/checkpoints/checkpoint_epoch_3.pth"));
}

}  // namespace
}  // namespace goetia
