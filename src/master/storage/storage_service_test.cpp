#include "master/storage/storage_service.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/json.h"
#include "master/experiments/artifact_records.h"
#include "testkit/private_server.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

const Caller kKeeper{.id = "1", .name = "root", .role = "super_admin"};

class StorageServiceTest : public ::testing::TestWithParam<SqlEngine> {
  protected:
    StorageServiceTest() {
        std::string url;
        if (GetParam() == SqlEngine::kPostgres) url = testkit::PrivatePostgres::instance().database("storage");
        store = std::move(*Store::open({.data = data.path(), .url = url}));
        objects = std::make_unique<ObjectStore>(data.path());
        experiments = std::make_unique<ExperimentService>(*store, *objects, monitor, data.path());
        settings = std::make_unique<SettingsService>(*store);
        storage = std::make_unique<StorageService>(*store, *objects, *experiments, *settings, data.path());
    }

    void put(const std::string& id, double days, const std::string& tags = "[]") {
        EXPECT_TRUE(store->write([&](StoreTransaction& change) {
            return change.put(ExperimentRow{.id = id,
                                            .state = "failed",
                                            .owner = "7",
                                            .created_at = 1,
                                            .updated_at = to_seconds(now()) - days * 86'400,
                                            .tags = tags});
        }));
        send(id, "logs/x", id);
    }
    void send(const std::string& id, const std::string& path, const std::string& bytes) {
        const std::string hash = sha256_hex(bytes);
        EXPECT_TRUE(objects->put("node1", {.fence = 1, .sha256 = hash, .bytes = std::ssize(bytes)}, bytes));
        EXPECT_TRUE(make_folders(experiments->folder(id)));
        EXPECT_TRUE(objects->link(hash, experiments->folder(id), path));
        EXPECT_TRUE(store->write([&](StoreTransaction& change) {
            return note_artifact(change, {id, path, hash, std::ssize(bytes), "checkpoint", steady_seconds()});
        }));
    }

    testkit::TemporaryFolder data;
    Monitor monitor;
    std::unique_ptr<Store> store;
    std::unique_ptr<ObjectStore> objects;
    std::unique_ptr<ExperimentService> experiments;
    std::unique_ptr<SettingsService> settings;
    std::unique_ptr<StorageService> storage;
};

INSTANTIATE_TEST_SUITE_P(Engines, StorageServiceTest, ::testing::Values(SqlEngine::kSqlite, SqlEngine::kPostgres),
                         [](const auto& engine) { return engine.param == SqlEngine::kSqlite ? "Sqlite" : "Postgres"; });

TEST_P(StorageServiceTest, deletes_what_the_dry_run_showed_and_nothing_else) {
    put("old", 40);
    put("kept", 40, R"(["baseline"])");
    put("new", 1);
    for (int epoch = 1; epoch <= 3; ++epoch)
        send("new", fmt::format("checkpoints/checkpoint_epoch_{}.pth", epoch), std::string(100'000, char('0' + epoch)));
    EXPECT_EQ((*storage->retention(kKeeper, ""))["steps"].size(), 0U) << "by default everything is kept";
    ASSERT_TRUE(settings->change(kKeeper,
                                 {{"retention_days", 30},
                                  {"retention_kept_tags", {"baseline"}},
                                  {"retention_kept_checkpoints", 1},
                                  {"retention_states", nullptr}},
                                 0));
    const auto dry = storage->retention(kKeeper, "");
    ASSERT_TRUE(dry) << to_string(dry.error());
    EXPECT_EQ((*dry)["steps"].size(), 3U);
    EXPECT_EQ((*dry)["applied"], false);
    EXPECT_TRUE(experiments->show(kKeeper, "old")) << "it was only asked";
    put("older", 50);
    EXPECT_EQ(storage->retention(kKeeper, (*dry)["plan"]).error().code, Code::kWrongState) << "there is more now";
    EXPECT_TRUE(experiments->show(kKeeper, "old"));
    const auto gone = storage->retention(kKeeper, (*storage->retention(kKeeper, ""))["plan"]);
    ASSERT_TRUE(gone) << to_string(gone.error());
    EXPECT_EQ((*gone)["applied"], true);
    EXPECT_GE((*gone)["bytes"], 200'000);
    EXPECT_EQ(experiments->show(kKeeper, "old").error().code, Code::kNotFound);
    EXPECT_TRUE(experiments->show(kKeeper, "kept"));
    EXPECT_EQ(experiments->artifacts(kKeeper, "new")->size(), 2U);
    EXPECT_TRUE(std::filesystem::exists(experiments->folder("new") / "checkpoints/checkpoint_epoch_3.pth"));
    EXPECT_FALSE(std::filesystem::exists(experiments->folder("new") / "checkpoints/checkpoint_epoch_1.pth"));
    EXPECT_EQ((*storage->retention(kKeeper, ""))["steps"].size(), 0U);
    EXPECT_EQ(*store->first_broken_audit(), 0);
}

TEST_P(StorageServiceTest, completes_a_deletion_that_was_killed) {
    data.write("experiments/.old.deleted/journal/attempt_1.journal", std::string(100'000, 'x'));
    const auto dry = storage->retention(kKeeper, "");
    EXPECT_GE((*dry)["bytes"], 100'000);
    EXPECT_TRUE(storage->retention(kKeeper, (*dry)["plan"]));
    EXPECT_FALSE(std::filesystem::exists(data / "experiments/.old.deleted"));
}

TEST_P(StorageServiceTest, counts_what_has_two_names_once) {
    put("e1", 1);
    send("e1", "checkpoints/last.pth", std::string(1'000'000, 'x'));
    const auto use = storage->use();
    ASSERT_TRUE(use) << to_string(use.error());
    EXPECT_GE((*use)["kinds"]["objects"], 1'000'000);
    EXPECT_LT((*use)["kinds"]["experiments"], 500'000);
    EXPECT_GT((*use)["kinds"]["database"], 0);
    EXPECT_GT((*use)["disk"]["free"], 0);
    EXPECT_EQ((*storage->copy())["target"], nullptr);
}

TEST_P(StorageServiceTest, keeps_settings_that_are_not_named) {
    EXPECT_EQ((*settings->show())["retention_kept_checkpoints"], -1);
    ASSERT_TRUE(settings->change(kKeeper, {{"retention_days", 3}}, {}));
    const auto changed = settings->change(kKeeper, {{"retention_kept_newest", 5}, {"retention_days", nullptr}}, 1);
    ASSERT_TRUE(changed);
    EXPECT_EQ((*changed)["retention_days"], 3);
    EXPECT_EQ((*changed)["retention_kept_newest"], 5);
    EXPECT_EQ(settings->change(kKeeper, {{"retention_days", 4}}, 1).error().faults.at(0).path, "If-Match");
    EXPECT_EQ((*settings->show())["retention_days"], 3);
}

}  // namespace
}  // namespace goetia
