// What the page asks of nodes, of what one has, and of what happened, over real sockets.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "master/store/field_text.h"
#include "testkit/api_accounts.h"

namespace goetia {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testkit::ApiAgent;
using testkit::ApiMaster;
using testkit::ApiUser;
using testkit::make_user;
using testkit::with_token;

Json asked_as(ApiMaster& master, const ApiUser& user, const std::string& target) {
    return *parse_json(master.ask("GET", target, nullptr, with_token(user.token)).body, target);
}

std::vector<std::string> kinds_of(const Json& events) {
    std::vector<std::string> kinds;
    for (const Json& event : events["items"]) kinds.push_back(event["kind"]);
    return kinds;
}

TEST(OverviewApi, CountsWhatIsOnesOwn) {
    ApiMaster master;
    const ApiUser anna = make_user(master, "anna_1"), bertram = make_user(master, "bertram");
    for (int i = 0; i < 3; ++i) master.ask("POST", "/api/tasks", {{"noop", true}}, with_token(anna.token));
    master.ask("POST", "/api/tasks/1/control", {{"action", "stop"}}, with_token(anna.token));
    const auto put = [&](const std::string& id, const std::string& owner, const std::string& state, double accuracy) {
        ASSERT_TRUE(master.service->store().write([&](StoreTransaction& change) -> Status {
            GOETIA_TRY(change.put(ExperimentRow{.id = id, .state = state, .owner = owner}));
            ExperimentMetricsRow metrics{.experiment = id};
            put_field(metrics.fields, "val/accuracy_top1", accuracy);
            put_field(metrics.fields, "val/accuracy_top1.best", accuracy);
            return change.put(metrics);
        }));
    };
    put("good", anna.id, "completed", 0.75);
    put("poor", anna.id, "completed", 0.25);
    put("running", anna.id, "running", 0.125);
    put("of another", bertram.id, "completed", 0.0625);
    const Json told = asked_as(master, anna, "/api/overview");
    EXPECT_EQ(told["training_tasks"], 3) << told;
    EXPECT_EQ(told["queued_tasks"], 2);
    EXPECT_EQ(told["stopped_tasks"], 1);
    EXPECT_EQ(told["failed_tasks"], 0);
    EXPECT_EQ(told["lowest_accuracy"], 0.25);
    EXPECT_EQ(told["lowest_accuracy_experiment"], "poor");
    const Json of_all = master.json("GET", "/api/overview");
    EXPECT_EQ(of_all["training_tasks"], 0) << "an administrator's own, too";
    EXPECT_EQ(of_all["lowest_accuracy"], nullptr);
    EXPECT_EQ(of_all["pool"]["nodes"], 0);
}

TEST(NodeTokens, AreListedWithoutTheirSecretsAndRevoked) {
    ApiMaster master;
    const Json made = master.json("POST", "/api/nodes/tokens", {{"name", "rack 3"}});
    const std::string id = made["id"], secret = made["token"];
    const HttpResponse listed = master.ask("GET", "/api/nodes/tokens");
    EXPECT_THAT(listed.body, testing::Not(HasSubstr(secret)));
    const Json token = parse_json(listed.body, "tokens")->at("items")[0];
    EXPECT_EQ(token["name"], "rack 3");
    EXPECT_EQ(token["state"], "open");
    EXPECT_EQ(token["uses"], 0);
    EXPECT_EQ(token["owner_name"], "local");
    EXPECT_EQ(token["expires_at"], made["expires_at"]);
    EXPECT_EQ(master.ask("DELETE", "/api/nodes/tokens/" + id).status, 200);
    EXPECT_EQ(master.ask("POST", "/agent/enrol", {{"token", secret}, {"name", "late"}}).status, 403);
    EXPECT_EQ(master.json("GET", "/api/nodes")["total"], 0);
    EXPECT_EQ(master.json("GET", "/api/nodes/tokens")["items"][0]["state"], "revoked");
    EXPECT_EQ(master.ask("DELETE", "/api/nodes/tokens/" + id).status, 200) << "once more changes nothing";
    EXPECT_EQ(master.ask("DELETE", "/api/nodes/tokens/none").status, 404);

    const ApiAgent joined(master, "one");
    const Json used = master.json("GET", "/api/nodes/tokens?q=state%3Dused");
    ASSERT_EQ(used["total"], 1) << used;
    EXPECT_EQ(used["items"][0]["uses"], 1);
    EXPECT_EQ(master.ask("DELETE", "/api/nodes/tokens/" + used["items"][0]["id"].get<std::string>()).status, 409);
    const Json audit = master.json("GET", "/api/audit?q=action%3Dnode.token.revoke");
    EXPECT_EQ(audit["total"], 2) << audit;
}

TEST(NodeTokens, StayRevokedOverARestart) {
    const testkit::TemporaryFolder folder;
    std::string secret;
    {
        ApiMaster master(folder.path());
        const Json made = master.json("POST", "/api/nodes/tokens", Json::object());
        secret = made["token"];
        EXPECT_EQ(master.ask("DELETE", "/api/nodes/tokens/" + made["id"].get<std::string>()).status, 200);
    }
    ApiMaster master(folder.path());
    EXPECT_EQ(master.ask("POST", "/agent/enrol", {{"token", secret}, {"name", "late"}}).status, 403);
}

TEST(NodeChanges, GiveLabelsThatPlaceTasksAndStay) {
    const testkit::TemporaryFolder folder;
    std::string id, secret;
    {
        ApiMaster master(folder.path());
        ApiAgent agent(master, "one");
        id = agent.id, secret = agent.secret;
        ASSERT_TRUE(agent.connect());
        const std::string task = master.submit({{"noop", true}, {"labels", {"rack=3"}}});
        master.answer_when("/api/nodes/" + id, [](const Json& node) { return node["state"] == "online"; });
        EXPECT_EQ(master.state(task), "queued");
        const Json changed = master.json("PATCH", "/api/nodes/" + id,
                                         {{"name", "big"}, {"labels", {"rack=3", "disk=fast"}}, {"price", 2.5}});
        EXPECT_EQ(changed["name"], "big") << changed;
        EXPECT_EQ(changed["labels"], (Json{"disk=fast", "rack=3"}));
        EXPECT_EQ(changed["price"], 2.5);
        master.answer_when("/api/tasks/" + task, [](const Json& one) { return one["state"] != "queued"; });
        EXPECT_EQ(master.json("PATCH", "/api/nodes/" + id, {{"price", 3}})["given_labels"],
                  (Json{"disk=fast", "rack=3"}))
            << "what is not named stays";
        const Json wrong = master.json("PATCH", "/api/nodes/" + id, {{"name", "a b"}, {"labels", {"rack", "=3"}}});
        EXPECT_EQ(wrong["status"], 422);
        EXPECT_EQ(wrong["faults"].size(), 3U) << wrong;
        EXPECT_EQ(master.ask("PATCH", "/api/nodes/99", {{"price", 3}}).status, 404);
        EXPECT_EQ(master.json("GET", "/api/audit?q=action%3Dnode.change")["total"], 2);
    }
    ApiMaster master(folder.path());
    ApiAgent again(master, id, secret);
    ASSERT_TRUE(again.connect());
    const Json node = master.answer_when("/api/nodes/" + id, [](const Json& one) { return one["state"] == "online"; });
    EXPECT_EQ(node["name"], "big");
    EXPECT_EQ(node["labels"], (Json{"disk=fast", "rack=3"}));
    EXPECT_EQ(node["price"], 3);
    const std::string task = master.submit({{"noop", true}, {"labels", {"node=big"}}});
    master.answer_when("/api/tasks/" + task, [](const Json& one) { return one["state"] != "queued"; });
    EXPECT_EQ(master.state(master.submit({{"noop", true}, {"labels", {"node=one"}}})), "queued");
}

TEST(NodeTelemetry, ShowsUseAndHeartbeats) {
    ApiMaster master;
    ApiAgent agent(master, "one");
    const Json before = master.json("GET", "/api/nodes/" + agent.id);
    EXPECT_EQ(before["heartbeats"], Json(std::vector<Json>(40))) << "nothing is known";
    ASSERT_TRUE(agent.connect());
    const NodeFacts facts{.host = "h",
                          .cores = 4,
                          .memory = 1000,
                          .driver = "550.54",
                          .cuda = "12.4",
                          .gpus = {{.name = "fake", .uuid = "GPU-1", .memory = 100, .fault = ""}}};
    const NodeUse use{.processor = 0.5,
                      .memory = 600,
                      .disk = 30,
                      .gpus = {{.utilisation = 0.75, .memory = 40, .temperature = 55, .power = 120}}};
    ASSERT_TRUE(agent.send({.session = agent.desired.session, .number = 2, .facts = facts, .use = use}));
    const Json node =
        master.answer_when("/api/nodes/" + agent.id, [](const Json& one) { return one["gpus"].size() == 1; });
    EXPECT_EQ(node["driver"], "550.54");
    EXPECT_EQ(node["cuda"], "12.4");
    EXPECT_EQ(node["gpus"][0]["utilisation"], 0.75);
    EXPECT_EQ(node["gpus"][0]["memory_used"], 40);
    EXPECT_EQ(node["gpus"][0]["temperature"], 55);
    EXPECT_EQ(node["gpus"][0]["power"], 120);
    EXPECT_EQ(node["use"]["processor"], 0.5);
    EXPECT_EQ(node["heartbeats"].size(), 40U);
    EXPECT_THAT(json_text(node["heartbeats"]), HasSubstr("true"));
    const Json pool = master.json("GET", "/api/overview")["pool"];
    EXPECT_EQ(pool["gpu_use"], 0.75);
    EXPECT_EQ(pool["memory_used"], 600);
    EXPECT_EQ(pool["node_states"], (Json{{"online", 1}}));
}

TEST(TaskEventsApi, TellInOrderWhatHappened) {
    ApiMaster master;
    ApiAgent agent(master, "one");
    ASSERT_TRUE(agent.connect());
    const std::string id = master.submit({{"noop", true}, {"name", "first"}});
    while (agent.desired.attempts.empty()) ASSERT_TRUE(agent.receive(10));
    for (const AttemptPhase phase : {AttemptPhase::kAccepted, AttemptPhase::kRunning, AttemptPhase::kPaused,
                                     AttemptPhase::kRunning, AttemptPhase::kRunning, AttemptPhase::kExited})
        ASSERT_TRUE(agent.report_all(phase));
    master.answer_when("/api/tasks/" + id, [](const Json& task) { return task["state"] == "completed"; });
    const Json events = master.json("GET", "/api/tasks/" + id + "/events");
    EXPECT_THAT(kinds_of(events),
                IsSupersetOf({"submitted", "dispatched", "accepted", "training", "paused", "exited", "completed"}))
        << events;
    const std::vector<std::string> kinds = kinds_of(events);
    EXPECT_EQ(std::ranges::count(kinds, "training"), 2) << events;
    EXPECT_EQ(events["items"][0]["kind"], "submitted");
    EXPECT_EQ(events["items"][0]["by"], "local");
    EXPECT_EQ(events["items"][1]["node"], "one");
    EXPECT_EQ(events["items"][1]["attempt"], 1);
    double before = 0;
    for (const Json& event : events["items"]) {
        EXPECT_GE(event["time"].get<double>(), before);
        before = event["time"];
        if (event["kind"] == "exited") {
            EXPECT_EQ(event["details"].value("how", ""), "ok") << event;
        }
    }
}

// A user's number may be that of a task.
TEST(TaskEventsApi, TellNothingOfOthersAndWhatWasAskedForByWhom) {
    ApiMaster master;
    const ApiUser anna = make_user(master, "anna_1");
    const std::string id = master.submit();
    master.ask("PATCH", "/api/users/" + anna.id, {{"note", "x"}});
    master.json("POST", "/api/tasks/" + id + "/control", {{"action", "pause"}});
    master.json("POST", "/api/tasks/" + id + "/control", {{"action", "resume"}});
    master.json("POST", "/api/tasks/" + id + "/control", {{"action", "stop"}});
    const Json events = master.json("GET", "/api/tasks/" + id + "/events");
    EXPECT_THAT(kinds_of(events), ElementsAre("submitted", "asked", "asked", "asked", "stopped")) << events;
    EXPECT_EQ(events["items"][1]["details"]["action"], "pause");
    EXPECT_EQ(events["items"][3]["by"], "local");
    EXPECT_EQ(master.ask("GET", "/api/tasks/" + id + "/events", nullptr, with_token(anna.token)).status, 404);
}

TEST(TaskEventsApi, OutliveTheMaster) {
    const testkit::TemporaryFolder folder;
    std::string id, node, secret;
    Json before;
    {
        ApiMaster master(folder.path());
        ApiAgent agent(master, "one");
        node = agent.id, secret = agent.secret;
        ASSERT_TRUE(agent.connect());
        id = master.submit();
        while (agent.desired.attempts.empty()) ASSERT_TRUE(agent.receive(10));
        ASSERT_TRUE(agent.report_all(AttemptPhase::kRunning));
        master.answer_when("/api/tasks/" + id, [](const Json& task) { return task["state"] == "running"; });
        before = master.json("GET", "/api/tasks/" + id + "/events");
    }
    ApiMaster master(folder.path());
    EXPECT_EQ(master.json("GET", "/api/tasks/" + id + "/events"), before);
}

TEST(SessionApi, TellsTheVersionOfTheMaster) {
    ApiMaster master;
    const ApiUser anna = make_user(master, "anna_1");
    EXPECT_EQ(asked_as(master, anna, "/api/session")["version"], "0");
}

}  // namespace
}  // namespace goetia
