// The same tests on SQLite and on a private PostgreSQL.
#include "master/store/store.h"

#include <atomic>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/json_text.h"
#include "master/store/field_text.h"
#include "master/store/migrations.h"
#include "master/store/store_identity.h"
#include "testkit/private_server.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

class StoreTest : public ::testing::TestWithParam<SqlEngine> {
  protected:
    StoreTest() {
        if (GetParam() == SqlEngine::kPostgres) url = testkit::PrivatePostgres::instance().database("store");
        options = {.data = folder.path(), .url = url, .retry_seconds = 20};
    }

    std::unique_ptr<Store> open() {
        auto opened = Store::open(options);
        EXPECT_TRUE(opened) << (opened ? "" : to_string(opened.error()));
        return opened ? *std::move(opened) : nullptr;
    }
    [[nodiscard]] std::string database_url() const {
        return url.empty() ? "sqlite://" + (folder / "goetia.db").string() : url;
    }

    testkit::TemporaryFolder folder;
    std::string url;
    StoreOptions options;
};

INSTANTIATE_TEST_SUITE_P(Engines, StoreTest, ::testing::Values(SqlEngine::kSqlite, SqlEngine::kPostgres),
                         [](const auto& engine) { return engine.param == SqlEngine::kSqlite ? "Sqlite" : "Postgres"; });

TaskRow task_row(const std::string& id, bool is_live = true) {
    return {.id = id,
            .state = is_live ? "queued" : "completed",
            .is_live = is_live,
            .owner = "ann",
            .name = "task " + id,
            .priority = 50,
            .experiment = "",
            .created_at = 1.5,
            .updated_at = 2.25,
            .version = 1,
            .body = R"({"a":"b'\"é"})"};
}

TEST_P(StoreTest, keeps_rows_over_a_start) {
    {
        const auto store = open();
        ASSERT_TRUE(store->write([](StoreTransaction& change) -> Status {
            GOETIA_TRY(change.put(task_row("t1")));
            GOETIA_TRY(change.put(task_row("t2", false)));
            GOETIA_TRY(change.put(NodeRow{.id = "n1", .name = "node", .state = "online"}));
            GOETIA_TRY(change.put(UserRow{.id = "u1", .name = "ann", .role = "trainer"}));
            GOETIA_TRY(change.put(AttemptRow{.fence = 7, .task = "t1", .node = "n1", .state = "running"}));
            GOETIA_TRY(
                change.put(AttemptRow{.fence = 3, .task = "t2", .node = "n1", .state = "exited", .is_live = false}));
            return change.put(StreamRow{.fence = 7, .name = "logs/train.log", .length = 1LL << 40, .is_whole = true});
        }));
    }
    const auto store = open();
    const auto live = store->live_rows();
    ASSERT_TRUE(live);
    ASSERT_EQ(live->tasks.size(), 1U);
    EXPECT_EQ(live->tasks[0].id, "t1");
    EXPECT_EQ(live->tasks[0].body, task_row("t1").body);
    EXPECT_EQ(live->tasks[0].updated_at, 2.25);
    EXPECT_TRUE(live->tasks[0].is_live);
    ASSERT_EQ(live->attempts.size(), 1U);
    EXPECT_EQ(live->attempts[0].fence, 7);
    EXPECT_EQ(live->nodes.size(), 1U);
    std::vector<StreamRow> streams;
    ASSERT_TRUE(store->read([&](SqlConnection& database) -> Status {
        GOETIA_ASSIGN(streams, rows_where<StreamRow>(database, " WHERE fence = $1", {std::int64_t{7}}));
        return {};
    }));
    ASSERT_EQ(streams.size(), 1U);
    EXPECT_EQ(streams[0].length, 1LL << 40);
    EXPECT_EQ(store->tasks().list({})->ids, (std::vector<std::string>{"t1", "t2"}));
}

TEST_P(StoreTest, lists_experiments_by_their_config_metrics_and_tags) {
    const auto check = [](const Store& store) {
        const auto query =
            parse_list_query("state=running metrics.val/loss<0.3 config.optimizer.lr>=0.001 tag=baseline",
                             "-metrics.val/acc.best", experiment_list_fields());
        ASSERT_TRUE(query);
        EXPECT_EQ(store.experiments().list(*query)->ids, (std::vector<std::string>{"e2", "e0"}));
    };
    {
        const auto store = open();
        for (int i = 0; i < 4; ++i) {
            ASSERT_TRUE(store->write([&](StoreTransaction& change) -> Status {
                const std::string id = fmt::format("e{}", i);
                GOETIA_TRY(change.put(
                    ExperimentRow{.id = id, .state = "running", .tags = i == 3 ? "[]" : R"(["baseline","x"])"}));
                GOETIA_TRY(
                    change.put(ExperimentConfigRow{id, flattened({{"optimizer", {{"lr", i == 1 ? 1e-4 : 0.01}}}})}));
                std::string metrics;
                put_field(metrics, "val/loss", 0.1);
                put_field(metrics, "val/acc.best", 0.1 * i);
                return change.put(ExperimentMetricsRow{id, metrics});
            }));
        }
        check(*store);
    }
    const auto store = open();
    check(*store);
    ASSERT_TRUE(store->write([](StoreTransaction& change) { return change.erase_experiment("e2"); }));
    EXPECT_FALSE(store->experiments().contains("e2"));
    EXPECT_TRUE(store->experiments().contains("e0"));
}

TEST_P(StoreTest, an_event_that_fails_leaves_nothing_and_its_neighbours_alone) {
    const auto store = open();
    std::atomic<int> done = 0, refused = 0;
    std::thread others([&] {
        for (int i = 0; i < 200; ++i) {
            store->submit(
                [i](StoreTransaction& change) -> Status {
                    GOETIA_TRY(change.audit(
                        {.time = 1, .actor = "ann", .action = "submit", .subject = fmt::format("t{}", i)}));
                    GOETIA_TRY(change.next_fence());
                    GOETIA_TRY(change.put(task_row(fmt::format("t{}", i))));
                    if (i % 3 == 0) return invalid("not this one");
                    // A broken constraint ends PostgreSQL's transaction unless it is undone to the savepoint.
                    if (i % 5 == 0)
                        return change.sql().run("INSERT INTO settings (name, number, text) VALUES ('fence', 0, '')");
                    return {};
                },
                [&](Status status) { ++(status ? done : refused); });
        }
    });
    others.join();
    ASSERT_TRUE(store->write([](StoreTransaction&) { return Status(); }));  // after all of them
    EXPECT_EQ(refused, 67 + 26);
    EXPECT_EQ(done, 200 - 67 - 26);
    EXPECT_EQ(store->tasks().size(), 107U);
    EXPECT_EQ(store->live_rows()->tasks.size(), 107U);
    EXPECT_EQ(*store->first_broken_audit(), 0);
    Result<std::int64_t> fence = 0;
    ASSERT_TRUE(store->write([&](StoreTransaction& change) -> Status {
        fence = change.next_fence();
        return {};
    }));
    EXPECT_EQ(*fence, 108);  // those of undone events were not spent
}

TEST_P(StoreTest, a_changed_audit_row_is_found) {
    const auto store = open();
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(store->write([](StoreTransaction& change) {
            return change.audit({.time = 12.5, .actor = "ann", .action = "stop", .subject = "t1", .detail = "{}"});
        }));
    }
    EXPECT_EQ(*store->first_broken_audit(), 0);
    ASSERT_TRUE(store->write(
        [](StoreTransaction& change) { return change.sql().run("UPDATE audit SET actor = 'bob' WHERE number = 3"); }));
    EXPECT_EQ(*store->first_broken_audit(), 3);
}

TEST_P(StoreTest, has_one_writer) {
    const auto store = open();
    const auto second = Store::open(options);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Code::kWrongState);
    EXPECT_NE(second.error().message.find("another master uses the database"), std::string::npos);
}

TEST_P(StoreTest, texts_are_bound_and_what_no_database_holds_is_refused) {
    const auto store = open();
    const std::string evil = "'); DROP TABLE tasks; -- $1 \\ %s \"";
    ASSERT_TRUE(store->write([&](StoreTransaction& change) { return change.put(task_row(evil)); }));
    EXPECT_EQ(store->live_rows()->tasks.at(0).id, evil);
    for (const std::string& bad : {std::string("a\0b", 3), std::string("a\xff")}) {
        const Status refused = store->write([&](StoreTransaction& change) { return change.put(task_row(bad)); });
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, Code::kInvalid);
    }
    EXPECT_EQ(store->tasks().size(), 1U);
}

TEST_P(StoreTest, migrates_forward_once_and_refuses_a_newer_database) {
    auto database = *open_database(database_url(), SqlAccess::kWrite);
    const std::vector<Migration> two{{1, "one", "CREATE TABLE a (x {integer} NOT NULL) {strict}"},
                                     {2, "two", "CREATE TABLE b (x {text}); CREATE TABLE broken ("}};
    const Status broken = migrate(*database, two);
    ASSERT_FALSE(broken);
    EXPECT_TRUE(broken.error().message.starts_with("migration 2 of the database (two): ")) << broken.error().message;
    EXPECT_FALSE(database->run("SELECT x FROM b"));  // nothing of it is there
    const std::vector<Migration> fixed{two[0], {2, "two", "CREATE TABLE b (x {text})"}};
    ASSERT_TRUE(migrate(*database, fixed));
    ASSERT_TRUE(migrate(*database, fixed));
    const Status newer = migrate(*database, std::span(two).first(1));
    ASSERT_FALSE(newer);
    EXPECT_EQ(newer.error().code, Code::kUnsupported);
    EXPECT_EQ(newer.error().message,
              "the database is at migration 2, and this program knows migrations up to 1; start the newer program that "
              "wrote it, or restore a copy of the database from before its update");
}

TEST_P(StoreTest, sees_that_the_database_was_lost_or_restored) {
    std::int64_t generation = 0;
    {
        const auto store = open();
        EXPECT_EQ(store->origin(), StoreOrigin::kNew);
        generation = store->generation();
    }
    {
        const auto store = open();
        EXPECT_EQ(store->origin(), StoreOrigin::kSame);
        EXPECT_EQ(store->generation(), ++generation);
        ASSERT_TRUE(store->write([](StoreTransaction& change) -> Status {
            for (int i = 0; i < 20; ++i) GOETIA_TRY(change.next_fence());
            return {};
        }));
    }
    {  // as a backup from before the second start would be
        auto database = *open_database(database_url(), SqlAccess::kWrite);
        ASSERT_TRUE(database->run("UPDATE settings SET number = 1 WHERE name = 'generation'"));
        ASSERT_TRUE(database->run("UPDATE settings SET number = 2 WHERE name = 'fence'"));
    }
    {
        const auto store = open();
        EXPECT_EQ(store->origin(), StoreOrigin::kRestored);
        EXPECT_GT(store->generation(), generation);
        Result<std::int64_t> fence = 0;
        ASSERT_TRUE(store->write([&](StoreTransaction& change) -> Status {
            fence = change.next_fence();
            return {};
        }));
        EXPECT_GT(*fence, 20);  // no number is drawn twice
        ASSERT_TRUE(store->raise_to(1000, 1'000'000));
        EXPECT_EQ(store->generation(), 1000);
    }
    {
        const auto store = open();
        EXPECT_EQ(store->origin(), StoreOrigin::kSame);
        EXPECT_EQ(store->generation(), 1001);
    }
    std::filesystem::remove(folder / "store.json");
    EXPECT_EQ(open()->origin(), StoreOrigin::kAdopted);
    auto database = *open_database(database_url(), SqlAccess::kWrite);
    ASSERT_TRUE(database->run("DELETE FROM settings"));
    database.reset();
    const auto store = open();
    EXPECT_EQ(store->origin(), StoreOrigin::kReplaced);
    Result<std::int64_t> fence = 0;
    ASSERT_TRUE(store->write([&](StoreTransaction& change) -> Status {
        fence = change.next_fence();
        return {};
    }));
    EXPECT_GT(*fence, 1'000'000);
}

TEST(StorePostgres, a_killed_server_loses_nothing_that_was_acknowledged) {
    auto& server = testkit::PrivatePostgres::instance();
    const testkit::TemporaryFolder folder;
    const auto store = *Store::open({.data = folder.path(), .url = server.database("killed"), .retry_seconds = 60});
    std::atomic<int> acknowledged = 0;
    std::thread writer([&] {
        for (int i = 0; i < 300; ++i) {
            const Status done = store->write([&](StoreTransaction& change) -> Status {
                GOETIA_TRY(change.audit({.subject = fmt::format("t{}", i)}));
                return change.put(task_row(fmt::format("t{:03}", i)));
            });
            EXPECT_TRUE(done) << (done ? "" : to_string(done.error()));
            ++acknowledged;
        }
    });
    for (const int at : {50, 150}) {
        while (acknowledged < at) std::this_thread::yield();
        server.kill();
        server.start();
    }
    writer.join();
    EXPECT_EQ(store->live_rows()->tasks.size(), 300U);
    EXPECT_EQ(*store->first_broken_audit(), 0);  // none twice, none missing
}

TEST(StoreSqlite, a_full_disk_refuses_and_keeps_what_was_acknowledged) {
    const testkit::TemporaryFolder folder;
    const auto store = *Store::open({.data = folder.path()});
    // SQLite's own limit stands for the disk's: the error is the same.
    ASSERT_TRUE(
        store->write([](StoreTransaction& change) { return change.sql().script("PRAGMA max_page_count = 200"); }));
    int kept = 0;
    Status full;
    for (; full && kept < 1000; kept += full ? 1 : 0) {
        full = store->write([&](StoreTransaction& change) {
            TaskRow row = task_row(fmt::format("t{}", kept));
            row.body = std::string(5000, 'x');
            return change.put(row);
        });
    }
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().code, Code::kUnavailable);
    EXPECT_NE(full.error().message.find("is full; nothing was changed"), std::string::npos) << full.error().message;
    EXPECT_GT(kept, 10);
    EXPECT_EQ(store->live_rows()->tasks.size(), static_cast<std::size_t>(kept));
    EXPECT_EQ(store->tasks().size(), static_cast<std::size_t>(kept));
    ASSERT_TRUE(
        store->write([](StoreTransaction& change) { return change.sql().script("PRAGMA max_page_count = 100000"); }));
    ASSERT_TRUE(store->write([](StoreTransaction& change) { return change.put(task_row("after")); }));
}

TEST(StoreUrl, names_no_password_and_refuses_others) {
    EXPECT_EQ(url_without_password("postgresql://ann:secret@host/db"), "postgresql://ann@host/db");
    EXPECT_EQ(url_without_password("postgresql://host/db?x=a@b"), "postgresql://host/db?x=a@b");
    const auto opened = open_database("oracle://ann:secret@host", SqlAccess::kRead);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().message,
              "'oracle://ann@host' does not name a database; write 'sqlite:///folder/file.db' or "
              "'postgresql://host/name'");
    const auto nowhere = open_database("postgresql://ann:secret@/x?host=/nonexistent", SqlAccess::kWrite);
    ASSERT_FALSE(nowhere);
    EXPECT_EQ(nowhere.error().code, Code::kUnavailable);
    EXPECT_EQ(nowhere.error().message.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace goetia
