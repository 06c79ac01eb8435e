#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/hash.h"
#include "experiment/journal_records.h"
#include "master/store/field_text.h"
#include "protocol/agent_paths.h"
#include "testkit/api_master.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using testkit::ApiAgent;
using testkit::ApiMaster;

// What a run journals: two epochs with a checkpoint each.
std::string whole_journal(const std::string& checkpoint) {
    const testkit::TemporaryFolder folder;
    const auto path = folder / "attempt_1.journal";
    auto writer = std::move(*JournalWriter::create(
        path, to_json(AttemptRecord{
                  .attempt = 1, .epochs = 2, .best_metric = "val/accuracy_top1", .best_mode = "max", .world = 1})));
    for (int step = 1; step <= 20; ++step) writer->log(writer->metric("train/loss"), step, 1 + step / 11, 1.0 / step);
    for (int epoch = 1; epoch <= 2; ++epoch) {
        EXPECT_TRUE(
            writer->append(RecordType::kEpoch, to_json(EpochRecord{.epoch = epoch,
                                                                   .step = 10 * epoch,
                                                                   .seconds = 2,
                                                                   .images = 100,
                                                                   .metrics = {{"val/accuracy_top1", 0.5 / epoch}}})));
        EXPECT_TRUE(writer->append(
            RecordType::kCheckpoint,
            to_json(CheckpointRecord{.path = "checkpoints/last.pth",
                                     .kind = "last",
                                     .sha256 = epoch == 2 ? sha256_hex(checkpoint) : std::string(64, 'f'),
                                     .bytes = checkpoint.size(),
                                     .epoch = epoch,
                                     .step = 10 * epoch})));
    }
    EXPECT_TRUE(
        writer->append(RecordType::kState, to_json(StateRecord{.state = ExperimentState::kCompleted, .time = 1234})));
    EXPECT_TRUE(writer->flush());
    writer.reset();
    return *read_file(path);
}

class ExperimentRoutes : public ::testing::Test {
  protected:
    // A task that an agent took and ran to its end; returns the id of its experiment.
    std::string run() {
        ApiAgent agent(master, "one");
        EXPECT_TRUE(agent.connect());
        task = master.submit(
            {{"name", "first"}, {"package", master.stored_package()}, {"config", {{"optimizer", {{"lr", 0.5}}}}}});
        while (agent.desired.attempts.empty() && agent.receive(10)) {
        }
        if (agent.desired.attempts.empty()) throw std::runtime_error("the agent was given nothing to do");
        const WantedAttempt wanted = agent.desired.attempts[0];
        const std::string journal = whole_journal(checkpoint);
        for (const auto& [name, bytes] : {std::pair<std::string, std::string>("journal/attempt_1.journal", journal),
                                          {"logs/train.log", "a line\n"}}) {
            const AppendRequest document{
                .fence = wanted.fence, .stream = name, .ends = true, .session = agent.desired.session};
            EXPECT_THAT(send(agent, kStreamsPath, json_text(to_json(document)), bytes), HasSubstr("appended"));
        }
        const ObjectChunk chunk{.fence = wanted.fence,
                                .sha256 = sha256_hex(checkpoint),
                                .bytes = std::ssize(checkpoint),
                                .path = "checkpoints/last.pth",
                                .kind = ObjectKind::kCheckpoint};
        EXPECT_THAT(send(agent, kObjectsPath, json_text(to_json(chunk)), checkpoint), HasSubstr("whole"));
        AttemptStatus ended{
            .fence = wanted.fence,
            .task = task,
            .phase = AttemptPhase::kExited,
            .streams = {{"journal/attempt_1.journal", 0, std::ssize(journal), true}, {"logs/train.log", 0, 7, true}},
            .exit = AttemptExit{}};
        for (const double until = steady_seconds() + 20; master.state(task) != "completed";) {
            EXPECT_TRUE(agent.report({ended}));
            if (steady_seconds() > until) ADD_FAILURE() << "the task is " << master.state(task);
            if (steady_seconds() > until) break;
        }
        return wanted.experiment;
    }

    static std::string send(const ApiAgent& agent, std::string_view path, const std::string& document,
                            const std::string& bytes) {
        auto client = std::move(*HttpClient::create({.server = agent.server()}));
        HttpRequest request{.method = "POST", .target = std::string(path), .body = bytes};
        request.headers.set(kRequestHeader, document);
        request.headers.set("Authorization", "Bearer " + agent.bearer());
        const auto response = client->send(request);
        return response ? response->body : response.error().message;
    }

    ApiMaster master;
    std::string task, checkpoint = std::string(5000, 'c');
};

TEST_F(ExperimentRoutes, shows_all_of_a_run_that_an_agent_sent) {
    const std::string id = run(), path = "/api/experiments/" + id;
    const Json listed = master.json("GET", "/api/experiments?q=state%3Dcompleted+config.optimizer.lr%3D0.5");
    ASSERT_EQ(listed["total"], 1) << listed;
    EXPECT_EQ(listed["items"][0]["experiment"], id);
    EXPECT_EQ(listed["items"][0]["task"], task);
    EXPECT_FALSE(listed["items"][0].contains("config"));
    EXPECT_EQ(listed["items"][0]["metrics"]["train/loss"], (Json{{"last", 0.05}, {"best", 0.05}, {"step", 20}}));
    EXPECT_EQ(listed["items"][0]["resources"]["seconds"], 4);
    EXPECT_EQ(master.json("GET", path)["config"], (Json{{"optimizer.lr", 0.5}}));
    EXPECT_EQ(
        master.json("GET", "/api/experiments?fields=name,metrics.train/loss.best,config.optimizer.lr")["items"][0],
        (Json{{"id", id}, {"name", "first"}, {"metrics.train/loss.best", 0.05}, {"config.optimizer.lr", 0.5}}));
    EXPECT_EQ(master.ask("GET", "/api/experiments?format=csv&fields=id,metrics.train/loss,config.optimizer.lr").body,
              "id,metrics.train/loss,config.optimizer.lr\r\n" + id + ",0.05,0.5\r\n");

    const Json curves = master.json("GET", path + "/metrics?names=train/loss&from=3&to=5")["curves"];
    EXPECT_EQ(curves[0]["x"], (Json{3, 4, 5}));
    HttpHeaders columns;
    columns.set("Accept", "application/octet-stream");
    const HttpResponse binary = master.ask("GET", path + "/metrics", nullptr, columns);
    EXPECT_THAT(binary.body, StartsWith("goetiaC1"));
    EXPECT_EQ(binary.headers.value("Content-Type"), "application/octet-stream");
    EXPECT_EQ(master.ask("GET", path + "/metrics?names=train/los").status, 404);
    EXPECT_EQ(master.ask("GET", path + "/metrics?x=years&points=0").status, 422);
    const std::string history = master.ask("GET", path + "/history.csv").body;
    EXPECT_THAT(history, StartsWith("step,epoch,time,train/loss"));
    EXPECT_EQ(std::count(history.begin(), history.end(), '\n'), 21);

    EXPECT_EQ(master.json("GET", path + "/logs")["items"], (Json{{{"name", "logs/train.log"}, {"bytes", 7}}}));
    EXPECT_EQ(master.ask("GET", path + "/log?offset=2").body, "line\n");
    EXPECT_EQ(master.ask("GET", path + "/log?name=logs/../../../local.token").status, 404);
    const Json checkpoints = master.json("GET", path + "/checkpoints")["items"];
    ASSERT_EQ(checkpoints.size(), 1U);
    EXPECT_EQ(checkpoints[0]["step"], 20);
    EXPECT_TRUE(checkpoints[0]["artifact"].is_string());

    EXPECT_EQ(listed["items"][0]["best_metric"], "val/accuracy_top1");
    EXPECT_EQ(listed["items"][0]["lower_is_better"], false);
    EXPECT_EQ(listed["items"][0]["finished_at"], 1234);
    const Json several = master.json("GET", "/api/experiments/curves?names=train/loss&points=5&ids=" + id + "," + id);
    EXPECT_EQ(several["experiments"][1]["experiment"], id) << several;
    EXPECT_EQ(several["experiments"][1]["curves"][0]["count"], 20);
    EXPECT_EQ(master.ask("GET", "/api/experiments/curves?ids=none").status, 404);
    const Json spread = master.json("GET", "/api/experiments/histogram?bins=2&field=metrics.train/loss.best");
    EXPECT_EQ(spread, (Json{{"low", 0.05}, {"high", 0.05}, {"counts", {1, 0}}, {"without", 0}}));
    EXPECT_EQ(master.json("GET", "/api/experiments/histogram?bins=2&field=metrics.other")["without"], 1);
    EXPECT_EQ(master.ask("GET", "/api/experiments/histogram?field=colour").status, 422);
}

TEST_F(ExperimentRoutes, tell_how_far_its_task_is_and_what_happened_to_it) {
    run();
    const Json progress = master.json("GET", "/api/tasks/" + task)["progress"];
    EXPECT_EQ(progress["epoch"], 2) << progress;
    EXPECT_EQ(progress["epochs"], 2);
    EXPECT_EQ(progress["images_per_second"], 50);
    EXPECT_EQ(progress["seconds_per_epoch"], 2);
    EXPECT_EQ(progress["best"], (Json{{"name", "val/accuracy_top1"}, {"value", 0.5}, {"epoch", 1}}));
    EXPECT_EQ(progress["phase"], nullptr) << "it has ended";
    EXPECT_EQ(progress["left"], nullptr);
    const Json events = master.json("GET", "/api/tasks/" + task + "/events")["items"];
    const auto checkpoint_event =
        std::find_if(events.begin(), events.end(), [](const Json& event) { return event["kind"] == "checkpoint"; });
    ASSERT_TRUE(checkpoint_event != events.end()) << events;
    EXPECT_EQ((*checkpoint_event)["details"]["path"], "checkpoints/last.pth");
    EXPECT_EQ((*checkpoint_event)["details"]["step"], 20);
    const HttpResponse log = master.ask("GET", "/api/tasks/" + task + "/log.txt");
    EXPECT_EQ(log.body, "a line\n");
    EXPECT_EQ(log.headers.value("Content-Disposition"), "attachment; filename=\"task_" + task + "_train.log\"");
    EXPECT_EQ(master.ask("GET", "/api/tasks/" + task + "/log.txt?stream=logs/other.log").status, 404);
}

TEST_F(ExperimentRoutes, gives_artifacts_in_ranges_by_their_id_and_hash) {
    const std::string id = run(), path = "/api/experiments/" + id + "/artifacts";
    const Json artifacts = master.json("GET", path)["items"];
    ASSERT_EQ(artifacts.size(), 1U);
    EXPECT_EQ(artifacts[0]["path"], "checkpoints/last.pth");
    EXPECT_EQ(artifacts[0]["sha256"], sha256_hex(checkpoint));
    EXPECT_EQ(artifacts[0]["kind"], "checkpoint");
    const std::string file = path + "/" + artifacts[0]["id"].get<std::string>();
    const HttpResponse whole = master.ask("GET", file);
    EXPECT_EQ(whole.body, checkpoint);
    EXPECT_EQ(whole.headers.value("ETag"), "\"" + sha256_hex(checkpoint) + "\"");
    HttpHeaders headers;
    headers.set("Range", "bytes=4990-");
    EXPECT_EQ(master.ask("GET", file, nullptr, headers).body, checkpoint.substr(4990));
    headers.set("If-None-Match", whole.headers.value("ETag"));
    EXPECT_EQ(master.ask("GET", file, nullptr, headers).status, 304);
    for (const char* other : {"/0123456789abcdef", "/..%2f..%2flocal.token", "/checkpoints%2flast.pth"})
        EXPECT_EQ(master.ask("GET", path + other).status, 404) << other;
}

TEST_F(ExperimentRoutes, changes_compares_and_deletes_with_if_match) {
    const std::string id = run(), path = "/api/experiments/" + id;
    const HttpResponse shown = master.ask("GET", path);
    HttpHeaders seen;
    seen.set("If-Match", shown.headers.value("ETag"));
    const HttpResponse tagged = master.ask("PATCH", path, {{"tags", {"a"}}, {"notes", "x"}}, seen);
    EXPECT_EQ(tagged.status, 200) << tagged.body;
    EXPECT_NE(tagged.headers.value("ETag"), shown.headers.value("ETag"));
    EXPECT_EQ(master.ask("PATCH", path, {{"tags", {"b"}}}, seen).status, 412);
    EXPECT_EQ(master.ask("PATCH", path, {{"tag", {"b"}}}).status, 422);
    EXPECT_EQ(master.ask("PATCH", path, {{"name", ""}}).status, 422);
    EXPECT_EQ(master.json("GET", "/api/experiments?q=tag%3Da")["total"], 1);
    EXPECT_EQ(master.json("GET", path + "/lineage")["ancestors"], Json::array());
    ASSERT_TRUE(master.services->pool().store().write([&](StoreTransaction& change) {
        return change.put(ExperimentRow{.id = "other", .name = "other", .state = "failed", .ancestor = id});
    }));
    EXPECT_EQ(master.json("GET", path + "/lineage")["descendants"][0]["id"], "other");
    const Json compared = master.json("GET", "/api/experiments/compare?ids=other," + id);
    EXPECT_EQ(compared["metrics"]["train/loss"]["best"], id) << compared;
    EXPECT_EQ(compared["config"]["optimizer.lr"], (Json{{id, 0.5}}));
    EXPECT_EQ(master.ask("GET", "/api/experiments/compare?ids=" + id).status, 422);
    EXPECT_EQ(master.ask("GET", "/api/experiments/compare?ids=none," + id).status, 404);
    EXPECT_EQ(master.ask("DELETE", path, nullptr, seen).status, 412);
    const Json deleted = master.json("DELETE", path);
    EXPECT_GE(deleted["bytes"], 5000) << deleted;
    EXPECT_EQ(master.ask("GET", path).status, 404);
    EXPECT_EQ(master.ask("DELETE", path).status, 404);
}

TEST(StorageRoutes, show_the_disk_and_delete_only_what_was_shown) {
    ApiMaster master;
    EXPECT_GT(master.json("GET", "/api/storage")["kinds"]["database"], 0);
    EXPECT_EQ(master.json("GET", "/api/storage/copy")["target"], nullptr);
    const HttpResponse settings = master.ask("GET", "/api/settings");
    EXPECT_EQ(settings.headers.value("ETag"), "\"0\"");
    EXPECT_EQ(master.json("PATCH", "/api/settings", {{"retention_days", 30}})["retention_days"], 30);
    EXPECT_EQ(master.ask("PATCH", "/api/settings", {{"retention_days", -1}, {"colour", "red"}}).status, 422);
    const Json dry = master.json("POST", "/api/storage/retention", Json::object());
    EXPECT_EQ(dry["applied"], false);
    EXPECT_EQ(master.ask("POST", "/api/storage/retention", {{"plan", "guess"}}).status, 409);
    EXPECT_EQ(master.json("POST", "/api/storage/retention", {{"plan", dry["plan"]}})["applied"], true);
}

}  // namespace
}  // namespace goetia
