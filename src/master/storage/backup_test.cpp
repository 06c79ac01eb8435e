#include "master/storage/backup.h"

#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/files.h"
#include "base/hash.h"
#include "base/process.h"
#include "experiment/journal_records.h"
#include "master/experiments/artifact_records.h"
#include "master/series/series_store.h"
#include "testkit/private_server.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

class BackupTest : public ::testing::TestWithParam<SqlEngine> {
  protected:
    BackupTest() {
        if (GetParam() == SqlEngine::kPostgres) {
            url = testkit::PrivatePostgres::instance().database("saved");
            other_url = testkit::PrivatePostgres::instance().database("restored");
        }
        store = std::move(*Store::open({.data = data, .url = url}));
    }

    // A run with its journal, a log that grows, and a checkpoint that is an object.
    void add_run(const std::string& id) {
        const ExperimentFolder folder(data / "experiments" / id);
        EXPECT_TRUE(make_folders(folder.journal_folder()));
        auto writer = std::move(*JournalWriter::create(folder.journal(1), to_json(AttemptRecord{.attempt = 1})));
        for (int step = 0; step < 100; ++step) writer->log(writer->metric("loss"), step, 1, 1.0 / (1 + step));
        EXPECT_TRUE(writer->flush());
        root.write(std::filesystem::path("data/experiments") / id / "logs/train.log", "line\n");
        ObjectStore objects(data);
        const std::string bytes = "checkpoint of " + id, hash = sha256_hex(bytes);
        EXPECT_TRUE(objects.put("node1", {.fence = 1, .sha256 = hash, .bytes = std::ssize(bytes)}, bytes));
        EXPECT_TRUE(objects.link(hash, folder.root(), "checkpoints/last.pth"));
        EXPECT_TRUE(store->write([&](StoreTransaction& change) -> Status {
            GOETIA_TRY(change.put(ExperimentRow{.id = id, .name = "run", .state = "completed", .owner = "7"}));
            return note_artifact(change, {id, "checkpoints/last.pth", hash, std::ssize(bytes), "checkpoint", 1});
        }));
    }
    BackupReport take() {
        const auto report = take_backup({.data = data, .folder = backup, .database = url});
        EXPECT_TRUE(report) << to_string(report.error());
        return report ? *report : BackupReport();
    }
    Result<BackupReport> restore() {
        return restore_backup({.data = restored, .folder = backup, .database = other_url});
    }

    testkit::TemporaryFolder root;
    std::filesystem::path data = root / "data", backup = root / "backup", restored = root / "restored";
    std::string url, other_url;
    std::unique_ptr<Store> store;
};

INSTANTIATE_TEST_SUITE_P(Engines, BackupTest, ::testing::Values(SqlEngine::kSqlite, SqlEngine::kPostgres),
                         [](const auto& engine) { return engine.param == SqlEngine::kSqlite ? "Sqlite" : "Postgres"; });

TEST_P(BackupTest, restores_lists_curves_and_files_as_they_were_while_the_master_ran) {
    for (const char* id : {"e1", "e2"}) add_run(id);
    const std::string secret = root.write("data/local.token", "secret\n");
    ASSERT_GT(take().copied, 0);
    const auto done = restore();
    ASSERT_TRUE(done) << to_string(done.error());
    const auto opened = Store::open({.data = restored, .url = other_url});
    ASSERT_TRUE(opened) << to_string(opened.error());
    EXPECT_EQ((*opened)->origin(), StoreOrigin::kSame);
    EXPECT_EQ((*opened)->experiments().list({.limit = 10})->ids, store->experiments().list({.limit = 10})->ids);
    EXPECT_EQ(artifacts_of(**opened, "e1")->at(0).hash, sha256_hex("checkpoint of e1"));
    SeriesStore before(data), after(restored);
    for (const char* id : {"e1", "e2"})
        EXPECT_EQ((*before.open(id))->curves({})->at(0).last, (*after.open(id))->curves({})->at(0).last);
    EXPECT_EQ(*read_file(restored / "local.token"), "secret\n");
    struct stat info{};
    ASSERT_EQ(::stat((restored / "experiments/e1/checkpoints/last.pth").c_str(), &info), 0);
    EXPECT_EQ(info.st_nlink, 2U) << "it is one file with its object again";
    const auto checked = run_process({.words = {"sha256sum", "--quiet", "-c", "SHA256SUMS"}, .folder = backup});
    EXPECT_EQ(checked->exit_code, 0) << checked->output << checked->errors;
    ASSERT_EQ(::stat(backup.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0077, 0U) << "it holds the keys";
}

TEST_P(BackupTest, copies_no_object_twice_and_leaves_out_what_was_deleted) {
    add_run("e1");
    take();
    add_run("e2");
    std::filesystem::remove_all(data / "experiments/e1");
    take();
    ASSERT_TRUE(restore());
    EXPECT_TRUE(std::filesystem::exists(restored / "experiments/e2/checkpoints/last.pth"));
    EXPECT_FALSE(std::filesystem::exists(restored / "experiments/e1"));
}

TEST_P(BackupTest, refuses_what_is_damaged_or_would_be_overwritten) {
    add_run("e1");
    take();
    {
        std::ofstream file(backup / "experiments/e1/logs/train.log", std::ios::app);
        file << "more";
    }
    const auto damaged = restore();
    ASSERT_FALSE(damaged);
    EXPECT_EQ(damaged.error().code, Code::kInvalid);
    EXPECT_NE(damaged.error().message.find("experiments/e1/logs/train.log"), std::string::npos);
    EXPECT_EQ(restore().error().code, Code::kWrongState) << "the folder holds a part";
    EXPECT_EQ(take_backup({.data = data, .folder = data / "experiments", .database = url}).error().code,
              Code::kWrongState);
    EXPECT_EQ(take_backup({.data = root / "nothing", .folder = root / "b"}).error().code, Code::kNotFound);
    std::ofstream(backup / "SHA256SUMS") << std::string(64, 'a') << "  ../../outside\n";
    std::filesystem::remove_all(restored);
    EXPECT_EQ(restore().error().code, Code::kInvalid);
}

}  // namespace
}  // namespace goetia
