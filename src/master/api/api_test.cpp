#include "testkit/api_master.h"
#include "testkit/small_package.h"

#include <fstream>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/hash.h"
#include "protocol/agent_paths.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using testkit::ApiAgent;
using testkit::ApiMaster;

template <class Condition>
bool before_long(const Condition& condition) {
    for (const double until = steady_seconds() + 20; steady_seconds() < until;) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return false;
}

std::string connected(ApiAgent& agent) {
    const Status status = agent.connect();
    return status ? "" : to_string(status.error());
}

TEST(Api, RunsAnEmptyTaskFromItsSubmissionToItsEnd) {
    ApiMaster master;
    ApiAgent agent(master, "one");
    EXPECT_EQ(connected(agent), "");
    const std::string id = master.submit();
    ASSERT_EQ(id, "1");
    while (agent.desired.attempts.empty()) ASSERT_TRUE(agent.receive(10));
    EXPECT_EQ(agent.desired.attempts[0].task, id);
    EXPECT_TRUE(agent.desired.attempts[0].noop);
    ASSERT_TRUE(agent.report_all(AttemptPhase::kExited));
    EXPECT_TRUE(before_long([&] { return master.state(id) == "completed"; })) << master.state(id);
    while (!agent.desired.attempts.empty()) ASSERT_TRUE(agent.receive(10));
    const Json shown = master.json("GET", "/api/tasks/" + id);
    EXPECT_EQ(shown["nodes"], Json::array({"one"}));
    EXPECT_GT(shown["finished_at"].get<double>(), 0);
    EXPECT_EQ(shown["error"], nullptr);
}

TEST(Api, KeepsTasksNodesAndTheirOrderOverAKill) {
    testkit::TemporaryFolder folder;
    std::string bearer;
    {
        ApiMaster master(folder.path());
        ApiAgent agent(master, "one");
        bearer = agent.bearer();
        master.submit({{"noop", true}, {"name", "first"}, {"priority", 10}});
        master.submit({{"noop", true}, {"name", "second"}});
    }
    ApiMaster master(folder.path());
    const Json tasks = master.json("GET", "/api/tasks?sort=name");
    EXPECT_EQ(tasks["total"], 2);
    EXPECT_EQ(tasks["items"][0]["name"], "first");
    EXPECT_EQ(tasks["items"][0]["priority"], 10);
    EXPECT_EQ(master.json("GET", "/api/nodes")["items"][0]["name"], "one");
    EXPECT_TRUE(master.service->credentials().find(bearer));
    EXPECT_EQ(master.submit(), "1002") << "numbers are never given twice";
    EXPECT_TRUE(*master.service->store().first_broken_audit() == 0);
}

TEST(Api, TellsWhyATaskWaitsAndControlsIt) {
    ApiMaster master;
    ApiAgent agent(master, "small", 2);
    EXPECT_EQ(connected(agent), "");
    const std::string id = master.submit({{"noop", true}, {"cores", 64}});
    ASSERT_TRUE(before_long([&] { return master.json("GET", "/api/nodes/" + agent.id)["cores"] == 2; }));
    const Json why = master.json("GET", "/api/tasks/" + id + "/why");
    EXPECT_EQ(why["nodes"][0]["node"], "small");
    EXPECT_EQ(why["nodes"][0]["reason"], "too few cores");
    EXPECT_EQ(master.json("POST", "/api/tasks/" + id + "/control", {{"action", "pause"}})["state"], "paused");
    EXPECT_EQ(master.json("POST", "/api/tasks/" + id + "/control", {{"action", "resume"}})["state"], "queued");
    EXPECT_EQ(master.ask("DELETE", "/api/tasks/" + id).status, 409);
    EXPECT_EQ(master.json("POST", "/api/tasks/" + id + "/control", {{"action", "stop"}})["state"], "stopped");
    const Json wrong = master.json("POST", "/api/tasks/" + id + "/control", {{"action", "pause"}});
    EXPECT_EQ(wrong["status"], 409);
    EXPECT_THAT(wrong["detail"].get<std::string>(), HasSubstr("stopped"));
    EXPECT_EQ(master.json("POST", "/api/tasks/" + id + "/control", {{"action", "retry"}})["state"], "queued");
    EXPECT_EQ(master.json("POST", "/api/tasks/" + id + "/control", {{"action", "cancel"}})["state"], "stopped");
    EXPECT_EQ(master.ask("DELETE", "/api/tasks/" + id).status, 200);
    EXPECT_EQ(master.ask("GET", "/api/tasks/" + id).status, 404);
    EXPECT_EQ(master.ask("GET", "/api/tasks/abc").status, 404);
}

TEST(Api, ChangesATaskOnlyAsItWasSeen) {
    ApiMaster master;
    const std::string id = master.submit();
    const std::string etag = master.ask("GET", "/api/tasks/" + id).headers.value("ETag");
    HttpHeaders seen;
    seen.set("If-Match", etag);
    const std::string control = "/api/tasks/" + id + "/control";
    EXPECT_EQ(master.ask("POST", control, {{"action", "pause"}}, seen).status, 200);
    EXPECT_EQ(master.ask("POST", control, {{"action", "resume"}}, seen).status, 412) << "it was paused since";
    EXPECT_EQ(master.state(id), "paused");
    seen.set("If-Match", "garbage");
    EXPECT_EQ(master.ask("POST", control, {{"action", "resume"}}, seen).status, 422);
}

TEST(Api, SubmitsOnceForOneKey) {
    ApiMaster master;
    HttpHeaders key;
    key.set("Idempotency-Key", "k1");
    const HttpResponse first = master.ask("POST", "/api/tasks", {{"noop", true}}, key);
    EXPECT_EQ(first.status, 201);
    EXPECT_EQ(master.ask("POST", "/api/tasks", {{"noop", true}}, key).body, first.body);
    EXPECT_EQ(master.ask("POST", "/api/tasks", {{"noop", true}, {"name", "other"}}, key).status, 409);
    EXPECT_EQ(master.json("GET", "/api/tasks")["total"], 1);
}

TEST(Api, ReportsEveryFaultOfATask) {
    ApiMaster master;
    const Json faults =
        master.json("POST", "/api/tasks", {{"gpus", -1}, {"priority", 101}, {"prioritty", 3}})["faults"];
    EXPECT_EQ(faults.size(), 3U);
    const Json package = master.json("POST", "/api/tasks", {{"name", "x"}});
    EXPECT_EQ(package["faults"][0]["path"], "package");
}

TEST(Api, ListsAsCsvWithoutFormulas) {
    ApiMaster master;
    master.submit({{"noop", true}, {"name", "=1+1"}});
    master.submit({{"noop", true}, {"name", "a,b \"c\""}});
    EXPECT_EQ(master.ask("GET", "/api/tasks?format=csv&fields=id,name&sort=id").body,
              "id,name\r\n1,'=1+1\r\n2,\"a,b \"\"c\"\"\"\r\n");
    const Json page = master.json("GET", "/api/tasks?limit=1&sort=id");
    EXPECT_EQ(page["items"].size(), 1U);
    EXPECT_EQ(master.json("GET", "/api/tasks?limit=1&sort=id&cursor=" +
                                     percent_encoded(page["next"].get<std::string>()))["items"][0]["id"],
              "2");
    EXPECT_EQ(master.ask("GET", "/api/tasks?q=nonsense=1").status, 422);
    EXPECT_EQ(master.ask("GET", "/api/tasks?limit=0").status, 422);
}

TEST(Api, LetsAMachineJoinOncePerTokenAndNoMoreWhenItIsRevoked) {
    ApiMaster master;
    const std::string token = master.json("POST", "/api/nodes/tokens", Json::object())["token"];
    std::atomic<int> joined{0};
    std::vector<std::thread> machines;
    for (int i = 0; i < 20; ++i) {
        machines.emplace_back([&] {
            auto client = std::move(*HttpClient::create({.server = master.server->address()}));
            HttpRequest request{
                .method = "POST", .target = "/agent/enrol", .body = json_text({{"token", token}, {"name", "n"}})};
            request.headers.set("Content-Type", "application/json");
            const auto response = client->send(request);
            if (response && response->status == 200) ++joined;
        });
    }
    for (std::thread& machine : machines) machine.join();
    EXPECT_EQ(joined, 1);
    EXPECT_EQ(master.json("GET", "/api/nodes")["total"], 1);

    ApiAgent agent(master, "revoked");
    EXPECT_EQ(connected(agent), "");
    EXPECT_EQ(master.ask("DELETE", "/api/nodes/" + agent.id).status, 200);
    EXPECT_TRUE(before_long([&] { return !agent.receive(0.1); })) << "its session ends at once";
    EXPECT_EQ(agent.connect().error().code, Code::kDenied);
}

// Who may what, for every route there is: a new one is covered without an edit.
TEST(Api, AnswersNobodyAndNoNodeAndNoUserOnTheOthersRoutes) {
    ApiMaster master;
    ApiAgent agent(master, "one");
    const std::string digest_before = master.ask("GET", "/api/tasks").body;
    for (const Route& route : master_routes(*master.services, {})) {
        const Route::Description& described = route.described();
        if (described.permission == kForEverybody) continue;
        std::string target = described.path;
        for (std::size_t at = target.find('{'); at != std::string::npos; at = target.find('{')) {
            target.replace(at, target.find('}') - at + 1, "1");
        }
        const bool for_nodes = described.permission.role == "node";
        for (const auto& [value, status] : std::vector<std::pair<std::string, int>>{
                 {"", 401}, {"Bearer garbage", 401}, {"Bearer " + (for_nodes ? master.token : agent.bearer()), 403}}) {
            HttpHeaders headers;
            headers.set("Authorization", value);
            EXPECT_EQ(master.ask(described.method, target, nullptr, headers).status, status)
                << described.method << " " << described.path << " as '" << value.substr(0, 10) << "'";
        }
    }
    EXPECT_EQ(master.ask("GET", "/api/tasks").body, digest_before);
}

TEST(Api, TakesBytesOnlyFromTheNodeThatHasTheAttempt) {
    ApiMaster master;
    ApiAgent owner(master, "owner"), other(master, "other");
    EXPECT_EQ(connected(owner), "");
    const std::string archive = testkit::small_package(), package = sha256_hex(archive);
    const Json named = {{"sha256", package}, {"bytes", archive.size()}};
    EXPECT_EQ(master.json("POST", "/api/tasks", {{"package", named}})["faults"][0]["path"], "package.sha256");
    ASSERT_TRUE(master.service->put_package({.id = "1"}, {.fence = 1, .sha256 = package, .bytes = std::ssize(archive)},
                                            archive));
    const std::string id = master.submit({{"name", "run"}, {"package", named}});
    while (owner.desired.attempts.empty()) ASSERT_TRUE(owner.receive(10));
    const Fence fence = owner.desired.attempts[0].fence;
    const auto append = [&](const ApiAgent& agent, std::int64_t offset, const std::string& bytes, bool ends = false,
                            std::optional<std::uint64_t> session = {}) {
        auto client = std::move(*HttpClient::create({.server = master.server->address()}));
        HttpRequest request{.method = "POST", .target = std::string(kStreamsPath), .body = bytes};
        const AppendRequest document{.fence = fence,
                                     .stream = "logs/train.log",
                                     .offset = offset,
                                     .ends = ends,
                                     .session = session.value_or(agent.desired.session)};
        request.headers.set(kRequestHeader, json_text(to_json(document)));
        request.headers.set("Authorization", "Bearer " + agent.bearer());
        const auto response = client->send(request);
        return response ? parse_json(response->body, "answer")->value("outcome", response->body)
                        : response.error().message;
    };
    EXPECT_EQ(append(other, 0, "evil"), "refused");
    EXPECT_EQ(append(owner, 0, "first line\n"), "appended");
    EXPECT_EQ(append(owner, 0, "first line\n"), "elsewhere") << "a repeated piece changes nothing";
    EXPECT_EQ(append(owner, 11, "second\n", false, owner.desired.session + 1), "refused") << "not its connection";
    EXPECT_EQ(append(owner, 11, "second\n", false, 0), "refused") << "of no connection";
    EXPECT_EQ(append(owner, 11, "second\n", true), "appended");
    EXPECT_EQ(master.ask("GET", "/api/tasks/" + id + "/logs?offset=6").body, "line\nsecond\n");
    EXPECT_EQ(master.ask("GET", "/api/tasks/" + id + "/logs?stream=../../local.token").status, 422);

    AttemptStatus ended{.fence = fence,
                        .task = id,
                        .phase = AttemptPhase::kExited,
                        .streams = {{"logs/train.log", 0, 18, true}},
                        .exit = AttemptExit{}};
    ended.streams[0].bytes = 17;
    ASSERT_TRUE(owner.report({ended}));
    ended.streams[0].bytes = 18;
    EXPECT_TRUE(before_long([&] {
        EXPECT_TRUE(owner.report({ended}));
        return master.state(id) == "completed";
    }));
    EXPECT_EQ(append(owner, 18, "late"), "refused");
}

TEST(Api, KeepsObjectsByTheirHashAndGivesThemInRanges) {
    ApiMaster master;
    ApiAgent agent(master, "one"), other(master, "other");
    EXPECT_EQ(connected(agent), "");
    const std::string bytes = testkit::small_package(), sha256 = sha256_hex(bytes);
    HttpHeaders user, node;
    user.set("Authorization", "Bearer " + master.token);
    node.set("Authorization", "Bearer " + agent.bearer());
    const auto put = [&](const std::string& piece, std::size_t offset) {
        auto client = std::move(*HttpClient::create({.server = master.server->address()}));
        HttpRequest request{.method = "PUT",
                            .target = fmt::format("/api/objects/{}?bytes={}&offset={}", sha256, bytes.size(), offset),
                            .headers = user,
                            .body = piece};
        return parse_json(client->send(request)->body, "answer")->value("outcome", "");
    };
    EXPECT_EQ(put(bytes.substr(0, 5), 0), "part");
    EXPECT_EQ(put(bytes.substr(5), 5), "whole");
    EXPECT_EQ(master.ask("GET", "/agent/objects/" + sha256, nullptr, node).status, 404) << "no attempt of it needs it";
    master.submit({{"package", {{"sha256", sha256}, {"bytes", bytes.size()}}}});
    while (agent.desired.attempts.empty()) ASSERT_TRUE(agent.receive(10));
    EXPECT_EQ(agent.desired.attempts[0].package.sha256, sha256);
    HttpHeaders stranger;
    stranger.set("Authorization", "Bearer " + other.bearer());
    EXPECT_EQ(master.ask("GET", "/agent/objects/" + sha256, nullptr, stranger).status, 404);
    node.set("Range", "bytes=4-8");
    const HttpResponse part = master.ask("GET", "/agent/objects/" + sha256, nullptr, node);
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, bytes.substr(4, 5));
    EXPECT_EQ(master.ask("GET", "/agent/objects/" + std::string(64, 'a'), nullptr, node).status, 404);
    EXPECT_EQ(master.ask("GET", "/agent/objects/..%2f..%2flocal.token", nullptr, node).status, 404);
}

TEST(Api, ShowsChangesAsTheyHappen) {
    ApiMaster master;
    HttpHeaders headers;
    headers.set("Authorization", "Bearer " + master.token);
    auto watcher = std::move(*WebSocketClient::open({.server = master.server->address()}, "/ws/monitor", headers));
    ASSERT_TRUE(watcher->send(R"({"topics": ["tasks"]})"));
    ASSERT_TRUE(watcher->send(R"({"topics": ["tasks"], "after": 999})"));
    EXPECT_THAT(watcher->receive(10)->value_or(""), HasSubstr(R"("kind":"gap")"));
    const std::string id = master.submit();
    EXPECT_THAT(watcher->receive(10)->value_or(""), HasSubstr(R"("topic":"tasks","kind":"upsert","id":")" + id + "\""));
}

TEST(Api, AnswersWhetherItLivesAndWithFigures) {
    ApiMaster master;
    EXPECT_EQ(master.ask("GET", "/healthz").body, "ok\n");
    EXPECT_EQ(master.ask("GET", "/readyz").status, 200);
    EXPECT_THAT(master.ask("GET", "/metrics").body, HasSubstr("goetia_tasks{state=\"queued\"} 0"));
    EXPECT_EQ(master.ask("GET", "/join.sh?token=guess").status, 403);
    EXPECT_EQ(master.ask("GET", "/join.sh?token=$(reboot)").status, 403);
}

TEST(DocsPages, ShowEveryRouteAndNeedNothingFromElsewhere) {
    ApiMaster master;
    const HttpResponse page = master.ask("GET", "/docs");
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.headers.value("Content-Type"), "text/html; charset=utf-8");
    EXPECT_THAT(page.headers.value("Content-Security-Policy"), HasSubstr("default-src 'none'; style-src 'self'"));
    const Json described = master.json("GET", "/openapi.json")["paths"];
    for (const auto& [path, methods] : described.items()) {
        EXPECT_THAT(page.body, HasSubstr("<code class=\"path\">" + path + "</code>"));
    }
    for (const char* never : {"<script", "<style", " style=", "http://", "https://"})
        EXPECT_THAT(page.body, testing::Not(HasSubstr(never)));
    const HttpResponse style = master.ask("GET", "/docs/style.css");
    EXPECT_THAT(style.headers.value("Content-Type"), HasSubstr("text/css"));
    EXPECT_THAT(style.body, testing::Not(HasSubstr("url(")));
}

TEST(Contract, HoldsTheRoutesOfTheMaster) {
    ApiMaster master;
    const auto served = parse_json(master.ask("GET", "/openapi.json").body, "served");
    ASSERT_TRUE(served);
    const std::filesystem::path path = std::filesystem::path(GOETIA_SOURCE_DIR) / "contract" / "openapi.json";
    const std::string text = json_text(*served, 1) + "\n";
    if (std::getenv("GOETIA_WRITE_CONTRACT")) std::ofstream(path) << text;
    EXPECT_EQ(*read_file(path), text)
        << "write it anew: GOETIA_WRITE_CONTRACT=1 master_tests --gtest_filter=Contract.*";
}

}  // namespace
}  // namespace goetia
