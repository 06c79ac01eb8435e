// The same tests on SQLite and on a private PostgreSQL.
#include "master/experiments/experiment_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/json_text.h"
#include "experiment/journal_records.h"
#include "master/experiments/artifact_records.h"
#include "master/experiments/journaled_facts.h"
#include "master/store/field_text.h"
#include "testkit/private_server.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using testing::HasSubstr;

const Caller kAdministrator{.id = "1", .name = "root", .role = "super_admin"};
const Caller kAnn{.id = "7", .name = "ann", .role = "trainer"};
const Caller kBob{.id = "8", .name = "bob", .role = "trainer"};

class ExperimentServiceTest : public ::testing::TestWithParam<SqlEngine> {
  protected:
    ExperimentServiceTest() {
        std::string url;
        if (GetParam() == SqlEngine::kPostgres) url = testkit::PrivatePostgres::instance().database("experiments");
        store = std::move(*Store::open({.data = data.path(), .url = url}));
        objects = std::make_unique<ObjectStore>(data.path());
        service = std::make_unique<ExperimentService>(*store, *objects, monitor, data.path());
    }

    // A run whose numbers follow from its own.
    void put(const std::string& id, int number, const Caller& owner, const std::string& ancestor = "") {
        const Status put = store->write([&](StoreTransaction& change) -> Status {
            GOETIA_TRY(change.put(ExperimentRow{.id = id,
                                                .name = "run " + id,
                                                .state = "completed",
                                                .task = std::to_string(number),
                                                .owner = owner.id,
                                                .created_at = 1.0 * number,
                                                .updated_at = 2.0 * number,
                                                .version = 1,
                                                .ancestor = ancestor,
                                                .relation = ancestor.empty() ? "" : "fine_tune"}));
            GOETIA_TRY(change.put(
                ExperimentConfigRow{id, flattened(Json{{"optimizer", {{"lr", 0.1 * number}, {"type", "SGD"}}}})}));
            std::string lines;
            for (const auto& [name, value] :
                 {std::pair("val/loss", 1.0 / number), std::pair("val/acc.5", 0.1 * number)}) {
                put_field(lines, name, value + 0.01);
                put_field(lines, std::string(name) + ".best", value);
                put_field(lines, std::string(name) + ".step", 10.0 * number);
            }
            return change.put(ExperimentMetricsRow{id, lines});
        });
        EXPECT_TRUE(put) << to_string(put.error());
    }

    // What an attempt sends: an object that is a file of the experiment.
    std::string send(const std::string& id, const std::string& path, const std::string& bytes) {
        const std::string hash = sha256_hex(bytes);
        const std::int64_t size = std::ssize(bytes);
        EXPECT_TRUE(objects->put("node1", {.fence = 1, .sha256 = hash, .bytes = size}, bytes));
        EXPECT_TRUE(make_folders(service->folder(id)));
        EXPECT_TRUE(objects->link(hash, service->folder(id), path));
        EXPECT_TRUE(store->write(
            [&](StoreTransaction& change) { return note_artifact(change, {id, path, hash, size, "checkpoint", 1}); }));
        return hash;
    }

    [[nodiscard]] std::vector<std::string> listed(const Caller& caller, std::string_view q,
                                                  std::string_view sort = "") {
        const auto query = parse_list_query(q, sort, experiment_list_fields());
        const auto page = service->list(caller, *query, ReadConfigs::kNo);
        EXPECT_TRUE(page);
        std::vector<std::string> ids;
        for (const Json& item : page->items) ids.push_back(item["id"]);
        return ids;
    }

    testkit::TemporaryFolder data;
    Monitor monitor;
    std::unique_ptr<Store> store;
    std::unique_ptr<ObjectStore> objects;
    std::unique_ptr<ExperimentService> service;
};

INSTANTIATE_TEST_SUITE_P(Engines, ExperimentServiceTest, ::testing::Values(SqlEngine::kSqlite, SqlEngine::kPostgres),
                         [](const auto& engine) { return engine.param == SqlEngine::kSqlite ? "Sqlite" : "Postgres"; });

using Ids = std::vector<std::string>;

TEST_P(ExperimentServiceTest, lists_and_shows_to_each_what_is_his) {
    for (int i = 1; i <= 4; ++i) put("e" + std::to_string(i), i, i % 2 == 0 ? kAnn : kBob);
    EXPECT_EQ(listed(kAdministrator, "", "-created_at"), (Ids{"e4", "e3", "e2", "e1"}));
    EXPECT_EQ(listed(kAnn, "", "-metrics.val/loss"), (Ids{"e2", "e4"}));
    EXPECT_EQ(listed(kAdministrator, "config.optimizer.lr>0.15 metrics.val/loss<0.4"), (Ids{"e3", "e4"}));
    const auto shown = service->show(kAnn, "e2");
    ASSERT_TRUE(shown);
    EXPECT_EQ((*shown)["metrics"]["val/loss"], (Json{{"last", 0.51}, {"best", 0.5}, {"step", 20}}));
    EXPECT_EQ((*shown)["metrics"]["val/acc.5"]["best"], 0.2);
    EXPECT_EQ((*shown)["config"]["optimizer.type"], "SGD");
    for (const std::string id : {"e1", "e9", "../e2", ""})
        EXPECT_EQ(service->show(kAnn, id).error().code, Code::kNotFound) << id;
    EXPECT_EQ(service->erase(kAnn, "e1", {}).error().code, Code::kNotFound);
    EXPECT_EQ(service->change(kAnn, "e1", {.name = "mine"}, {}).error().code, Code::kNotFound);
    EXPECT_EQ(service->artifacts(kAnn, "e1").error().code, Code::kNotFound);
    EXPECT_EQ(service->log(kAnn, "e1", "logs/train.log", 0, 10).error().code, Code::kNotFound);
    EXPECT_EQ(service->series(kAnn, "e1").error().code, Code::kNotFound);
    EXPECT_EQ(service->lineage(kAnn, "e1").error().code, Code::kNotFound);
}

TEST_P(ExperimentServiceTest, changes_one_only_as_it_was_seen_and_writes_what_was_changed) {
    put("e1", 1, kAnn);
    const auto changed = service->change(
        kAnn, "e1", {.name = "better", .notes = "lr ½", .tags = Ids{"a", "b", "a"}, .archived = true}, 1);
    ASSERT_TRUE(changed) << to_string(changed.error());
    EXPECT_EQ((*changed)["tags"], (Json{"a", "b"}));
    EXPECT_EQ((*changed)["etag"], "2");
    EXPECT_EQ((*changed)["notes"], "lr ½");
    EXPECT_EQ(listed(kAnn, ""), Ids());
    EXPECT_EQ(listed(kAnn, "archived=true tag=b"), (Ids{"e1"}));
    EXPECT_EQ(listed(kAnn, "archived=any"), (Ids{"e1"}));
    const auto late = service->change(kAnn, "e1", {.archived = false}, 1);
    EXPECT_EQ(late.error().faults.at(0).path, "If-Match");
    EXPECT_TRUE(service->change(kAnn, "e1", {.archived = true}, 2));
    EXPECT_EQ((*service->show(kAnn, "e1"))["etag"], "2") << "nothing was changed";
    const auto wrong =
        service->change(kAnn, "e1", {.name = "a\nb", .notes = std::string(100'000, 'x'), .tags = Ids{"ok", ""}}, {});
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().faults.size(), 3U);
    std::vector<std::string> audit;
    EXPECT_TRUE(store->read([&](SqlConnection& database) {
        return each_row<AuditRow>(database, " ORDER BY number", {}, [&](const AuditRow& row) {
            audit.push_back(row.actor + " " + row.action + " " + row.detail);
        });
    }));
    EXPECT_EQ(audit, (Ids{"ann experiment.change name, notes, archived, tags"}));
}

TEST_P(ExperimentServiceTest, compares_by_the_direction_of_each_metric) {
    for (int i = 1; i <= 3; ++i) put("e" + std::to_string(i), i, kAnn);
    const auto compared = service->compare(kAnn, {"e1", "e2", "e3"}, false);
    ASSERT_TRUE(compared) << to_string(compared.error());
    EXPECT_EQ((*compared)["metrics"]["val/loss"]["best"], "e3");
    EXPECT_EQ((*compared)["metrics"]["val/loss"]["lower_is_better"], true);
    EXPECT_EQ((*compared)["metrics"]["val/acc.5"]["best"], "e3");
    EXPECT_EQ((*compared)["metrics"]["val/acc.5"]["lower_is_better"], false);
    EXPECT_EQ((*compared)["metrics"]["val/loss"]["runs"]["e2"]["step"], 20);
    EXPECT_EQ((*compared)["config"].size(), 1U);
    EXPECT_EQ((*compared)["config"]["optimizer.lr"]["e2"], 0.2);
    EXPECT_TRUE((*service->compare(kAnn, {"e1", "e2"}, true))["config"].contains("optimizer.type"));
    put("e4", 4, kBob);
    EXPECT_EQ(service->compare(kAnn, {"e1", "e4", "e5"}, false).error().faults.size(), 2U);
    EXPECT_EQ(service->compare(kAnn, {"e1"}, false).error().code, Code::kInvalid);
    EXPECT_EQ(service->compare(kAnn, Ids(101, "e1"), false).error().code, Code::kInvalid);
}

TEST_P(ExperimentServiceTest, tells_what_came_from_what) {
    put("e1", 1, kAnn);
    put("e2", 2, kBob, "e1");
    put("e3", 3, kAnn, "e2");
    put("e4", 4, kAnn, "e2");
    const auto lineage = service->lineage(kAnn, "e3");
    ASSERT_TRUE(lineage);
    EXPECT_EQ((*lineage)["relation"], "fine_tune");
    EXPECT_EQ((*lineage)["ancestors"].size(), 2U);
    EXPECT_EQ((*lineage)["ancestors"][0], (Json{{"id", "e2"}, {"known", false}, {"depth", 1}})) << "it is bob's";
    EXPECT_EQ((*lineage)["ancestors"][1]["name"], "run e1");
    const auto root = service->lineage(kAdministrator, "e1");
    EXPECT_EQ((*root)["descendants"].size(), 3U);
    EXPECT_EQ((*root)["descendants"][2]["depth"], 2);
    EXPECT_EQ(listed(kAnn, "ancestor=e2"), (Ids{"e3", "e4"}));
}

TEST_P(ExperimentServiceTest, frees_what_nothing_else_needs_when_it_deletes) {
    put("e1", 1, kAnn);
    put("e2", 2, kAnn);
    const std::string own = send("e1", "checkpoints/last.pth", std::string(300'000, 'a'));
    const std::string shared = send("e1", "checkpoints/best.pth", std::string(200'000, 'b'));
    EXPECT_EQ(send("e2", "checkpoints/best.pth", std::string(200'000, 'b')), shared);
    const std::string resumed = send("e1", "checkpoints/other.pth", std::string(100'000, 'c'));
    data.write("experiments/e1/logs/train.log", std::string(50'000, 'x'));
    const TaskRow other{.id = "5", .state = "queued", .experiment = "e2", .body = R"({"resume":")" + resumed + "\"}"};
    TaskRow running{.id = "6", .state = "running", .experiment = "e1"};
    ASSERT_TRUE(store->write([&](StoreTransaction& change) -> Status {
        GOETIA_TRY(change.put(other));
        return change.put(running);
    }));
    const auto refused = service->erase(kAnn, "e1", {});
    EXPECT_EQ(refused.error().code, Code::kWrongState);
    EXPECT_THAT(refused.error().message, HasSubstr("task '6', which is running"));
    running.state = "completed", running.is_live = false;
    ASSERT_TRUE(store->write([&](StoreTransaction& change) { return change.put(running); }));
    const auto erased = service->erase(kAnn, "e1", {});
    ASSERT_TRUE(erased) << to_string(erased.error());
    EXPECT_GE(erased->bytes, 350'000);
    EXPECT_LT(erased->bytes, 450'000);
    EXPECT_FALSE(objects->contains(own));
    EXPECT_TRUE(objects->contains(shared));
    EXPECT_TRUE(objects->contains(resumed)) << "a task starts from it";
    EXPECT_FALSE(std::filesystem::exists(service->folder("e1")));
    EXPECT_EQ(service->show(kAnn, "e1").error().code, Code::kNotFound);
    EXPECT_EQ(listed(kAnn, ""), (Ids{"e2"}));
    ASSERT_TRUE(service->erase(kAnn, "e2", 1).error().code == Code::kWrongState);
}

TEST_P(ExperimentServiceTest, keeps_the_id_of_an_artifact_whose_file_is_replaced) {
    put("e1", 1, kAnn);
    const std::string first = send("e1", "checkpoints/last.pth", "first");
    const std::string id = (*service->artifacts(kAnn, "e1"))[0]["id"];
    EXPECT_EQ(service->artifact(kAnn, "e1", id)->hash, first);
    const std::string second = send("e1", "checkpoints/last.pth", "second");
    EXPECT_EQ(service->artifact(kAnn, "e1", id)->hash, second);
    EXPECT_EQ(service->artifacts(kAnn, "e1")->size(), 1U);
    EXPECT_EQ(unneeded_objects(*store)->at(0).hash, first) << "no file has it any more";
    EXPECT_EQ(service->artifact(kAnn, "e1", "../../local.token").error().code, Code::kNotFound);
    EXPECT_EQ(service->log(kAnn, "e1", "logs/../../../local.token", 0, 9).error().code, Code::kNotFound);
}

TEST(JournaledFacts, drop_what_came_after_the_step_that_an_attempt_resumed_from) {
    JournaledFacts facts;
    facts.add(AttemptRecord{.attempt = 1, .threads = 2, .resumed_from_step = -1, .world = 1});
    for (int epoch = 1; epoch <= 3; ++epoch) {
        facts.add(EpochRecord{.epoch = epoch, .step = 10 * epoch, .seconds = 5, .seconds_waiting = 1, .images = 100});
        facts.add(CheckpointRecord{.path = fmt::format("checkpoints/checkpoint_epoch_{}.pth", epoch),
                                   .kind = "epoch",
                                   .sha256 = std::string(64, 'a'),
                                   .epoch = epoch,
                                   .step = 10 * epoch});
    }
    facts.add(AttemptRecord{.attempt = 2, .threads = 4, .resumed_from_step = 20, .world = 2});
    const auto merged = parse_json(facts.merged_into(R"({"other":1,"resources":{"old":1}})"), "body");
    ASSERT_TRUE(merged);
    EXPECT_EQ((*merged)["other"], 1);
    EXPECT_EQ((*merged)["checkpoints"].size(), 2U);
    const Json& resources = (*merged)["resources"];
    EXPECT_EQ(resources["seconds"], 10);
    EXPECT_EQ(resources["images_per_second"], 20);
    EXPECT_EQ(resources["attempts"], 2);
    EXPECT_EQ(resources["ranks"], 2);
    EXPECT_FALSE(resources.contains("old"));
}

}  // namespace
}  // namespace goetia
