#include "master/service/pool_keeper.h"

#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

struct Kept {
    explicit Kept(const std::filesystem::path& data) {
        store = std::move(*Store::open({.data = data}));
        keeper = std::make_unique<PoolKeeper>(
            *store, monitor,
            KeeperOptions{.secret = "s",
                          .key = std::make_shared<const SigningKey>(std::move(*SigningKey::open(data / "signing.key"))),
                          .log = [this](const std::string& line) { logged += line; }});
        started = keeper->start();
    }
    // The outcome of one event, when it is durable or failed.
    Status does(std::function<void(PoolBatch&)> event) {
        std::promise<Status> outcome;
        keeper->post([&](PoolBatch& batch) {
            event(batch);
            batch.then([&](const Status& status) { outcome.set_value(status); });
        });
        return outcome.get_future().get();
    }
    Status submit(const std::string& name) {
        return does([&](PoolBatch& batch) {
            PoolTask task{.id = batch.draw_task(), .user = 1, .noop = true};
            batch.facts()[task.id] = {.name = name, .created_at = batch.wall()};
            batch.apply(TaskSubmitted{task});
        });
    }
    std::size_t waiting() {
        std::size_t count = 0;
        EXPECT_TRUE(does([&](PoolBatch& batch) { count = batch.world().tasks.size(); }));
        return count;
    }

    std::unique_ptr<Store> store;
    Monitor monitor;
    std::string logged;
    std::unique_ptr<PoolKeeper> keeper;
    Status started;
};

TEST(PoolKeeper, ReadsTheWorldAnewWhenACommitFails) {
    const testkit::TemporaryFolder folder;
    Kept kept(folder.path());
    ASSERT_TRUE(kept.started) << kept.started.error().message;
    ASSERT_TRUE(kept.submit("kept"));
    const Status failed_one = kept.does([](PoolBatch& batch) {
        PoolTask task{.id = batch.draw_task(), .user = 1, .noop = true};
        batch.facts()[task.id] = {.name = "lost"};
        batch.apply(TaskSubmitted{task});
        batch.write([](StoreTransaction&) -> Status { return make_error(Code::kUnavailable, "the disk is full"); });
    });
    ASSERT_FALSE(failed_one);
    EXPECT_EQ(failed_one.error().code, Code::kUnavailable);
    EXPECT_EQ(kept.waiting(), 1U) << "the world is what the store holds";
    EXPECT_THAT(kept.logged, testing::HasSubstr("the disk is full"));
    ASSERT_TRUE(kept.submit("after"));
    EXPECT_EQ(kept.waiting(), 2U);
}

TEST(PoolKeeper, GoesOnAfterAStartWithWhatItHad) {
    const testkit::TemporaryFolder folder;
    Moment before = 0;
    {
        Kept kept(folder.path());
        for (int i = 0; i < 5; ++i) ASSERT_TRUE(kept.submit("t" + std::to_string(i)));
        ASSERT_TRUE(kept.does([&](PoolBatch& batch) {
            batch.apply(NodeAdded{{.id = batch.draw_node(), .name = "n", .price = 1.5}});
            before = batch.now();
        }));
    }
    Kept kept(folder.path());
    ASSERT_TRUE(kept.started);
    ASSERT_TRUE(kept.does([&](PoolBatch& batch) {
        EXPECT_EQ(batch.world().tasks.size(), 5U);
        EXPECT_EQ(batch.world().nodes.begin()->second.price, 1.5);
        EXPECT_GE(batch.now(), before) << "the pool's clock never goes back";
        EXPECT_EQ(batch.facts().at(3).name, "t2");
    }));
}

TEST(PoolKeeper, MakesOneTransactionOfWhatCameTogether) {
    const testkit::TemporaryFolder folder;
    Kept kept(folder.path());
    std::atomic<int> durable{0};
    std::promise<void> all;
    for (int i = 0; i < 2000; ++i) {
        kept.keeper->post([&](PoolBatch& batch) {
            PoolTask task{.id = batch.draw_task(), .user = 1, .noop = true};
            batch.facts()[task.id] = {.name = "t"};
            batch.apply(TaskSubmitted{task});
            batch.then([&](const Status& status) {
                EXPECT_TRUE(status);
                if (++durable == 2000) all.set_value();
            });
        });
    }
    ASSERT_EQ(all.get_future().wait_for(std::chrono::seconds(60)), std::future_status::ready);
    std::int64_t groups = 0;
    ASSERT_TRUE(kept.store->read([&](SqlConnection& database) {
        return database.query("SELECT number FROM settings WHERE name = 'group'", {},
                              [&](const SqlRow& row) { groups = row.integer(0); });
    }));
    EXPECT_LT(groups, 1000);
}

}  // namespace
}  // namespace goetia
