// Attacks of docs/reference/attacks.md on a master by what comes from its network, each by its name there.
#include <atomic>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/hash.h"
#include "protocol/agent_paths.h"
#include "testkit/api_master.h"

namespace goetia {
namespace {

using testkit::ApiAgent;
using testkit::ApiMaster;

bool comes_true(const std::function<bool()>& condition, double seconds = 20) {
    for (const double until = steady_seconds() + seconds; steady_seconds() < until;) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return false;
}

// A task whose attempt an agent holds.
struct PlacedTask {
    std::string id, experiment;
    Fence fence = 0;
};

class Attacks : public testing::Test {
  protected:
    static PoolPolicy quick() {
        PoolPolicy policy;
        policy.suspect_after = kSecond / 2, policy.lease = kSecond, policy.start_grace = 0, policy.first_backoff = 0;
        return policy;
    }

    PlacedTask place(ApiAgent& agent, const Json& more = Json::object()) {
        Json task = {{"name", "run"}, {"cores", 2}, {"package", master_.stored_package()}};
        task.update(more);
        PlacedTask placed{.id = master_.submit(task)};
        EXPECT_NE(placed.id, "");
        EXPECT_TRUE(comes_true([&] { return agent.receive(0.2) && !agent.desired.attempts.empty(); }));
        if (agent.desired.attempts.empty()) return placed;
        placed.fence = agent.desired.attempts.back().fence;
        placed.experiment = agent.desired.attempts.back().experiment;
        return placed;
    }
    static Json append_of(const ApiAgent& agent, Fence fence, std::int64_t offset, bool ends = false) {
        return to_json(AppendRequest{.fence = fence,
                                     .stream = "logs/train.log",
                                     .offset = offset,
                                     .ends = ends,
                                     .session = agent.desired.session});
    }
    static std::string outcome(const HttpResponse& response) {
        const auto json = parse_json(response.body, "answer");
        return json && json->is_object() ? json->value("outcome", "") : response.body;
    }
    std::string log_of(const PlacedTask& task) { return master_.ask("GET", "/api/tasks/" + task.id + "/logs").body; }
    int audited(const std::string& action) {
        int count = 0;
        const auto counted = master_.service->store().read([&](SqlConnection& database) {
            return each_row<AuditRow>(database, " WHERE action = $1", {action}, [&](const AuditRow&) { ++count; });
        });
        EXPECT_TRUE(counted);
        return count;
    }

    ApiMaster master_{{}, 0, {.cost = kCheapPasswords}, quick()};
};

TEST_F(Attacks, A13_a_join_token_that_a_hundred_use_at_once_makes_one_node) {
    const std::string token = master_.json("POST", "/api/nodes/tokens", Json::object())["token"];
    std::atomic<int> joined{0}, refused{0};
    std::vector<std::thread> machines;
    for (int i = 0; i < 100; ++i) {
        machines.emplace_back([&] {
            auto client = std::move(*HttpClient::create({.server = master_.server->address()}));
            HttpRequest request{
                .method = "POST", .target = "/agent/enrol", .body = json_text({{"token", token}, {"name", "n"}})};
            request.headers.set("Content-Type", "application/json");
            const auto response = client->send(request);
            if (response && response->status == 200) ++joined;
            if (response && response->status == 403) ++refused;
        });
    }
    for (std::thread& machine : machines) machine.join();
    EXPECT_EQ(joined, 1);
    EXPECT_EQ(refused, 99);
    EXPECT_EQ(master_.json("GET", "/api/nodes")["total"], 1);
    EXPECT_EQ(audited("node.enrol"), 1);
}

// A copy of a machine, or who has stolen its secret: the newer connection is the node, the older one is nobody.
TEST_F(Attacks, A14_two_machines_with_one_identity_have_no_double_effect_and_are_reported) {
    ApiAgent original(master_, "one");
    ASSERT_TRUE(original.connect());
    const PlacedTask task = place(original);
    ASSERT_NE(task.fence, 0U);
    EXPECT_EQ(outcome(original.post(kStreamsPath, append_of(original, task.fence, 0), "original\n")), "appended");
    ApiAgent clone(master_, original.id, original.secret);
    ASSERT_TRUE(clone.connect());
    EXPECT_TRUE(comes_true([&] { return !original.receive(0.1); })) << "the older connection is closed";
    EXPECT_EQ(outcome(original.post(kStreamsPath, append_of(original, task.fence, 9), "late\n")), "refused");
    EXPECT_EQ(outcome(clone.post(kStreamsPath, append_of(clone, task.fence, 9), "clone\n")), "appended");
    EXPECT_EQ(log_of(task), "original\nclone\n");
    const double begin = steady_seconds();
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(original.connect());
        ASSERT_TRUE(clone.connect());
    }
    EXPECT_TRUE(comes_true([&] { return audited("node.twice") == 1; }, 5)) << "said once, not at every turn";
    EXPECT_LT(steady_seconds() - begin, 5);
}

// A15: what was captured is sent again, under the same connection, a new one, or by another node. The master ends with
// what it has without that.
class Replays : public Attacks {
  protected:
    struct Captured {
        std::string path;  // empty: a status
        Json document;
        std::string bytes;
        NodeStatus status;
    };

    void say(ApiAgent& agent, Captured captured) {
        send(agent, captured);
        captured_.push_back(std::move(captured));
        for (int i = 0; i < replays_; ++i) {
            const Captured& again = captured_[dice_() % captured_.size()];
            send(dice_() % 4 == 0 ? *other_ : agent, again);
        }
    }
    static void send(ApiAgent& agent, const Captured& one) {
        if (one.path.empty()) {
            EXPECT_TRUE(agent.send(one.status));
        } else {
            EXPECT_NE(agent.post(one.path, one.document, one.bytes).status, 0);
        }
    }

    // A run from its begin to its end, with a connection lost in the middle; what the master has of it.
    Json converse(int replays) {
        replays_ = replays;
        ApiAgent agent(master_, "one");
        other_ = std::make_unique<ApiAgent>(master_, "other", 1);
        EXPECT_TRUE(agent.connect() && other_->connect());
        const PlacedTask task = place(agent);
        const std::string object(1000, 'o'), sha256 = sha256_hex(object);
        std::int64_t length = 0;
        std::uint64_t number = 1;
        const auto report = [&](AttemptPhase phase, std::optional<AttemptExit> exit = {}) {
            AttemptStatus status{.fence = task.fence, .task = task.id, .phase = phase, .exit = std::move(exit)};
            status.streams = {{"logs/train.log", 0, length, phase == AttemptPhase::kExited}};
            say(agent, {.status = {.session = agent.desired.session,
                                   .number = ++number,
                                   .generation = agent.desired.generation,
                                   .attempts = {status}}});
        };
        report(AttemptPhase::kAccepted);
        report(AttemptPhase::kRunning);
        for (int i = 0; i < 20; ++i) {
            if (i == 10) {
                agent.drop();
                EXPECT_TRUE(agent.connect({{.fence = task.fence, .task = task.id, .phase = AttemptPhase::kRunning}}));
                EXPECT_TRUE(comes_true([&] { return agent.receive(0.2) && !agent.desired.attempts.empty(); }));
                number = 1;
            }
            const std::string line = fmt::format("line {}\n", i);
            say(agent, {std::string(kStreamsPath), append_of(agent, task.fence, length), line, {}});
            length += static_cast<std::int64_t>(line.size());
            report(AttemptPhase::kRunning);
        }
        for (const std::int64_t offset : {0, 500}) {
            const ObjectChunk chunk{.fence = task.fence,
                                    .sha256 = sha256,
                                    .bytes = 1000,
                                    .path = "visualizations/a.png",
                                    .kind = ObjectKind::kImage,
                                    .offset = offset};
            say(agent,
                {std::string(kObjectsPath), to_json(chunk), object.substr(static_cast<std::size_t>(offset), 500), {}});
        }
        say(agent, {std::string(kStreamsPath), append_of(agent, task.fence, length, true), "", {}});
        report(AttemptPhase::kExited, AttemptExit{});
        EXPECT_TRUE(comes_true([&] { return master_.state(task.id) == "completed"; })) << master_.state(task.id);
        report(AttemptPhase::kRunning);  // too late to change anything
        const Json shown = master_.json("GET", "/api/tasks/" + task.id);
        const auto picture = read_file(master_.folder() / "experiments" / task.experiment / "visualizations/a.png");
        return {{"state", shown["state"]}, {"reason", shown["reason"]}, {"attempts", shown["attempts"]},
                {"log", log_of(task)},     {"nodes", shown["nodes"]},   {"picture", picture ? *picture : ""}};
    }

    std::unique_ptr<ApiAgent> other_;
    std::vector<Captured> captured_;
    std::mt19937 dice_{15};
    int replays_ = 0;
};

TEST_F(Replays, A15_change_nothing) {
    const Json undisturbed = converse(0);
    EXPECT_EQ(undisturbed["state"], "completed");
    master_.ask("DELETE", "/api/nodes/" + std::to_string(1));
    EXPECT_EQ(converse(50), undisturbed) << "after some 2,000 replays";
}

TEST_F(Attacks, A16_a_node_can_do_nothing_with_the_ids_of_another) {
    ApiAgent owner(master_, "owner"), thief(master_, "thief", 1);
    ASSERT_TRUE(owner.connect() && thief.connect());
    const PlacedTask task = place(owner);
    EXPECT_EQ(outcome(owner.post(kStreamsPath, append_of(owner, task.fence, 0), "mine\n")), "appended");
    const std::string object = "a checkpoint", sha256 = sha256_hex(object);
    const ObjectChunk chunk{.fence = task.fence,
                            .sha256 = sha256,
                            .bytes = static_cast<std::int64_t>(object.size()),
                            .path = "checkpoints/last.pth",
                            .kind = ObjectKind::kCheckpoint};
    const Json before = master_.json("GET", "/api/tasks/" + task.id);

    for (const std::uint64_t session : {thief.desired.session, owner.desired.session, std::uint64_t{0}}) {
        Json request = append_of(thief, task.fence, 5);
        request["session"] = session;
        EXPECT_EQ(outcome(thief.post(kStreamsPath, request, "theirs\n")), "refused");
    }
    EXPECT_EQ(outcome(thief.post(kObjectsPath, to_json(chunk), object)), "refused");
    HttpHeaders as_thief;
    as_thief.set("Authorization", "Bearer " + thief.bearer());
    EXPECT_EQ(master_.ask("GET", "/agent/objects/" + sha256_hex(testkit::small_package()), nullptr, as_thief).status,
              404);
    for (const AttemptPhase phase : {AttemptPhase::kRunning, AttemptPhase::kExited, AttemptPhase::kClosed}) {
        AttemptStatus claimed{.fence = task.fence, .task = task.id, .phase = phase};
        if (phase >= AttemptPhase::kExited) claimed.exit = AttemptExit{.kind = ExitKind::kError, .reason = "evil"};
        ASSERT_TRUE(thief.report({claimed}));
        ASSERT_TRUE(thief.send({.session = owner.desired.session, .number = 1000, .attempts = {claimed}}));
    }
    ASSERT_TRUE(thief.report({}));
    // The master has taken in all of it once it has answered something that the thief said last.
    EXPECT_EQ(outcome(thief.post(kStreamsPath, append_of(thief, task.fence, 5), "")), "refused");
    EXPECT_EQ(master_.json("GET", "/api/tasks/" + task.id), before);
    EXPECT_EQ(log_of(task), "mine\n");
    EXPECT_FALSE(std::filesystem::exists(master_.folder() / "experiments" / task.experiment / "checkpoints/last.pth"));
    for (const char* target : {"/api/tasks", "/api/nodes", "/api/nodes/tokens"})
        EXPECT_EQ(master_.ask("GET", target, nullptr, as_thief).status, 403) << target;
    EXPECT_EQ(outcome(owner.post(kStreamsPath, append_of(owner, task.fence, 5), "still mine\n")), "appended");
}

TEST_F(Attacks, A17_a_revoked_node_is_nobody_within_two_seconds_also_amid_an_upload) {
    ApiAgent agent(master_, "one");
    ASSERT_TRUE(agent.connect());
    const PlacedTask task = place(agent);
    const std::string object(4000, 'c'), sha256 = sha256_hex(object);
    ObjectChunk chunk{.fence = task.fence, .sha256 = sha256, .bytes = 4000, .path = "checkpoints/last.pth"};
    EXPECT_EQ(outcome(agent.post(kObjectsPath, to_json(chunk), object.substr(0, 2000))), "part");
    const double revoked = steady_seconds();
    EXPECT_EQ(master_.ask("DELETE", "/api/nodes/" + agent.id).status, 200);
    chunk.offset = 2000;
    EXPECT_EQ(agent.post(kObjectsPath, to_json(chunk), object.substr(2000)).status, 401);
    EXPECT_EQ(agent.post(kStreamsPath, append_of(agent, task.fence, 0), "late\n").status, 401);
    EXPECT_TRUE(comes_true([&] { return !agent.receive(0.05); })) << "its session ends";
    EXPECT_LT(steady_seconds() - revoked, 2);
    EXPECT_EQ(agent.connect().error().code, Code::kDenied);
    EXPECT_FALSE(master_.service->has_object(sha256));
    EXPECT_FALSE(std::filesystem::exists(master_.folder() / "experiments" / task.experiment / "checkpoints/last.pth"));
    EXPECT_EQ(audited("node.revoke"), 1);
}

// A node that was away for too long and does not know it: its task runs elsewhere, and what it brings is put aside.
TEST_F(Attacks, A18_a_zombie_writes_nothing_into_the_history) {
    ApiAgent zombie(master_, "zombie");
    ASSERT_TRUE(zombie.connect());
    const PlacedTask task = place(zombie, {{"lost_after", 1}});
    ASSERT_TRUE(zombie.report_all(AttemptPhase::kRunning));
    EXPECT_EQ(outcome(zombie.post(kStreamsPath, append_of(zombie, task.fence, 0), "before\n")), "appended");
    ApiAgent successor(master_, "successor");
    ASSERT_TRUE(successor.connect());
    ASSERT_TRUE(comes_true([&] {
        EXPECT_TRUE(successor.report({}));
        return successor.receive(0.2) && !successor.desired.attempts.empty();
    })) << "the zombie says nothing: its task moves";
    const Fence fence = successor.desired.attempts[0].fence;
    EXPECT_GT(fence, task.fence);
    const std::string object = "the zombie's checkpoint", sha256 = sha256_hex(object);
    zombie.post(kStreamsPath, append_of(zombie, task.fence, 7), "the zombie's\n");
    zombie.post(kObjectsPath,
                to_json(ObjectChunk{.fence = task.fence,
                                    .sha256 = sha256,
                                    .bytes = static_cast<std::int64_t>(object.size()),
                                    .path = "checkpoints/last.pth",
                                    .kind = ObjectKind::kCheckpoint}),
                object);
    EXPECT_EQ(log_of(task), "before\n");
    EXPECT_FALSE(std::filesystem::exists(master_.folder() / "experiments" / task.experiment / "checkpoints/last.pth"));
    EXPECT_EQ(outcome(successor.post(kStreamsPath, append_of(successor, fence, 7), "after\n")), "appended");
    EXPECT_EQ(log_of(task), "before\nafter\n");
    EXPECT_TRUE(comes_true([&] {
        EXPECT_TRUE(zombie.report_all(AttemptPhase::kRunning));
        EXPECT_TRUE(zombie.receive(0.2));
        return zombie.desired.attempts.empty();
    })) << "it is told to end what it has";
}

// An event that cannot be stored makes the master read everything anew, and every node connects again: no request may
// bring that about.
TEST_F(Attacks, no_text_of_a_request_closes_the_sessions_of_others) {
    ApiAgent agent(master_, "one");
    ASSERT_TRUE(agent.connect());
    const std::string zero("a\0b", 3), control = "a\x1b[2Jb";
    for (const std::string& name : {zero, control}) {
        EXPECT_GE(master_.ask("POST", "/api/nodes/tokens", {{"name", name}}).status, 400);
        EXPECT_GE(master_.ask("POST", "/api/tasks", {{"noop", true}, {"name", name}}).status, 400);
        master_.ask("POST", "/api/tasks", {{"noop", true}, {"labels", {name}}});  // waits for a node of that label
    }
    ASSERT_TRUE(agent.report({}));
    const std::string task = master_.submit();
    EXPECT_TRUE(comes_true([&] {
        const bool open = agent.receive(0.2).ok();
        EXPECT_TRUE(open) << "its session was closed";
        return !open || !agent.desired.attempts.empty();
    }));
}

}  // namespace
}  // namespace goetia
