// The stream over real sockets: what a page, a command line and a page of somebody else see of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "experiment/journal_format.h"
#include "experiment/journal_records.h"
#include "protocol/agent_paths.h"
#include "testkit/api_master.h"
#include "testkit/raw_socket.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using testkit::ApiAgent;
using testkit::ApiMaster;
using testkit::RawSocket;

// A reader of the stream that keeps what it was told.
class PageReader {
  public:
    explicit PageReader(ApiMaster& master, std::string token = "") : master_(master), token_(std::move(token)) {
        if (token_.empty()) token_ = master.token;
        open();
    }
    void open() {
        HttpHeaders headers;
        headers.set("Authorization", "Bearer " + token_);
        socket_ = std::move(*WebSocketClient::open({.server = master_.server->address()}, "/ws/monitor", headers));
    }
    void say(const Json& message) { EXPECT_TRUE(socket_->send(json_text(message))); }
    void drop() { socket_.reset(); }
    // The next message; null when none comes.
    Json next(double seconds = 20) {
        const auto text = socket_->receive(seconds);
        if (!text || !*text) return nullptr;
        Json message = *parse_json(**text, "a message");
        seq = message["seq"];
        return message;
    }
    // The next message of the kind and topic.
    Json next_of(const std::string& kind, const std::string& topic) {
        for (Json message = next(); !message.is_null(); message = next()) {
            if (message["kind"] == kind && message["topic"] == topic) return message;
        }
        return nullptr;
    }
    std::uint64_t seq = 0;

  private:
    ApiMaster& master_;
    std::string token_;
    std::unique_ptr<WebSocketClient> socket_;
};

TEST(StreamApi, LosesNothingOverABrokenConnection) {
    ApiMaster master;
    PageReader page(master);
    page.say({{"topics", {"tasks"}}});
    page.say({{"topics", {"tasks"}}, {"after", 1}});
    EXPECT_EQ(page.next()["kind"], "gap") << "by its answer the subscription is known to hold";
    std::set<std::string> submitted, seen;
    for (int i = 0; i < 5; ++i) submitted.insert(master.submit());
    for (int i = 0; i < 3; ++i) seen.insert(page.next()["id"]);
    page.drop();
    for (int i = 0; i < 20; ++i) submitted.insert(master.submit());
    page.open();
    page.say({{"topics", {"tasks"}}, {"after", page.seq}});
    std::uint64_t before = page.seq;
    while (seen != submitted) {
        const Json message = page.next();
        ASSERT_EQ(message["kind"], "upsert") << "nothing is lost: " << json_text(message);
        ASSERT_GT(message["seq"].get<std::uint64_t>(), before) << "and nothing told twice";
        before = message["seq"];
        seen.insert(message["id"].get<std::string>());
    }
}

TEST(StreamApi, TellsOfAGapAfterARestart) {
    const testkit::TemporaryFolder folder;
    std::uint64_t seq = 0;
    {
        ApiMaster master(folder.path());
        PageReader page(master);
        page.say({{"topics", {"tasks"}}, {"after", 0}});
        page.next();
        master.submit();
        page.next();
        seq = page.seq;
    }
    ApiMaster master(folder.path());
    PageReader page(master);
    page.say({{"topics", {"tasks", "nodes"}}, {"after", seq}});
    const Json gap = page.next();
    EXPECT_EQ(gap["kind"], "gap");
    EXPECT_EQ(gap["topic"], "");
    EXPECT_GT(gap["seq"].get<std::uint64_t>(), seq);
    const std::string id = master.submit();
    EXPECT_EQ(page.next_of("upsert", "tasks")["id"], id);
}

std::string journal_of(int points) {
    std::string bytes(journal_format::kMagic);
    std::uint64_t sequence = 0;
    const auto put = [&](RecordType type, const Json& body) {
        journal_format::put_record(bytes, type, sequence++, body.dump());
    };
    put(RecordType::kAttempt, to_json(AttemptRecord{.attempt = 1, .resumed_from_step = 0, .time = 1000}));
    put(RecordType::kName, to_json(NameRecord{.id = 0, .name = "train/loss"}));
    for (int step = 1; step <= points; ++step)
        journal_format::put_point(bytes, sequence++, {0, step, 1, 1000.0 + step, 1.0 / step});
    return bytes;
}

TEST(StreamApi, ShowsMetricsLogsAndStatesOfARunAsTheyArrive) {
    ApiMaster master;
    ApiAgent agent(master, "one");
    ASSERT_TRUE(agent.connect());
    const std::string id = master.submit({{"name", "run"}, {"package", master.stored_package()}});
    ASSERT_NE(id, "");
    while (agent.desired.attempts.empty()) ASSERT_TRUE(agent.receive(10));
    const WantedAttempt wanted = agent.desired.attempts[0];
    PageReader page(master), curves(master);
    page.say({{"topics", {"task/" + id, "log/" + id, "experiments"}}, {"after", 1}});
    curves.say({{"topics", {"metrics/" + wanted.experiment}}, {"after", 1}});
    EXPECT_EQ(page.next()["kind"], "gap");
    EXPECT_EQ(curves.next()["kind"], "gap");
    const auto append = [&](const std::string& stream, std::int64_t offset, const std::string& bytes) {
        HttpRequest request{.method = "POST", .target = std::string(kStreamsPath), .body = bytes};
        const AppendRequest document{
            .fence = wanted.fence, .stream = stream, .offset = offset, .session = agent.desired.session};
        request.headers.set(kRequestHeader, json_text(to_json(document)));
        request.headers.set("Authorization", "Bearer " + agent.bearer());
        return (*HttpClient::create({.server = master.server->address()}))->send(request)->body;
    };
    EXPECT_THAT(append("logs/train.log", 0, "one\ntwo \xE8\xA1"), HasSubstr("appended"));
    EXPECT_THAT(append("logs/train.log", 10, "\x8C\n"), HasSubstr("appended"));
    EXPECT_EQ(page.next_of("upsert", "log/" + id)["value"]["text"], "one\ntwo ");
    const Json second = page.next_of("upsert", "log/" + id)["value"];
    EXPECT_EQ(second["text"], "行\n");
    EXPECT_EQ(second["offset"], 8);

    const std::string journal = journal_of(50), begin = journal_of(10);
    const std::string name = "journal/attempt_1.journal";
    append(name, 0, begin);
    EXPECT_FALSE(curves.next_of("gap", "metrics/" + wanted.experiment).is_null()) << "what came before is asked for";
    append(name, static_cast<std::int64_t>(begin.size()), journal.substr(begin.size()));
    std::int64_t step = 0;
    while (step < 50) {
        const Json message = curves.next_of("upsert", "metrics/" + wanted.experiment);
        ASSERT_FALSE(message.is_null());
        for (const Json& point : message["value"]["points"]) {
            EXPECT_EQ(point["name"], "train/loss");
            EXPECT_GT(point["step"].get<std::int64_t>(), step);
            step = point["step"];
            EXPECT_EQ(point["relative"].get<double>(), static_cast<double>(step));
            EXPECT_EQ(point["value"].get<double>(), 1.0 / static_cast<double>(step));
        }
    }
    const Json experiment = page.next_of("upsert", "experiments");
    EXPECT_EQ(experiment["id"], wanted.experiment);
    EXPECT_EQ(experiment["value"]["task"], id);
    EXPECT_FALSE(experiment["value"]["metrics"]["train/loss"].is_null());
    ASSERT_TRUE(agent.report_all(AttemptPhase::kRunning));
    Json task = page.next_of("upsert", "task/" + id);  // each step of its progress is told as well
    while (!task.is_null() && task["value"]["state"] != "running") task = page.next_of("upsert", "task/" + id);
    EXPECT_FALSE(task.is_null());
}

std::string handshake(const std::string& target, const std::string& headers) {
    return "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" + headers + "\r\n";
}

// A07: a page of another origin opens the stream.
TEST(StreamApi, TellsWhatHappensToATaskWhoseEventsAreRead) {
    ApiMaster master;
    ApiAgent agent(master, "one");
    ASSERT_TRUE(agent.connect());
    const std::string id = master.submit(), topic = "events/" + id;
    while (agent.desired.attempts.empty()) ASSERT_TRUE(agent.receive(10));
    master.service->credentials().add(sha256_hex("secret of 7"),
                                      Credential{.caller = {.id = "7", .name = "7", .role = "trainer"}});
    PageReader page(master), other(master, "secret of 7");
    other.say({{"topics", {topic}}});
    EXPECT_EQ(other.next()["kind"], "delete") << "it is not his";
    page.say({{"topics", {topic}}, {"after", 1}});
    EXPECT_EQ(page.next()["kind"], "gap");
    ASSERT_TRUE(agent.report_all(AttemptPhase::kFetching));
    const Json receiving = page.next_of("upsert", topic);
    EXPECT_EQ(receiving["id"], receiving["value"]["id"]);
    EXPECT_EQ(receiving["value"]["kind"], "receiving");
    EXPECT_EQ(receiving["value"]["node"], "one");
    const Json events = master.json("GET", "/api/tasks/" + id + "/events")["items"];
    EXPECT_EQ(events[events.size() - 1], receiving["value"]) << "as the list has it";
}

TEST(StreamApi, OpensForNoPageOfAnotherOriginAndForNoTicketTwice) {
    ApiMaster master;
    ApiAgent agent(master, "one");
    const auto answer = [&](const std::string& target, const std::string& headers) {
        RawSocket socket(master.server->address().port);
        socket.send(handshake(target, headers));
        return socket.read_until("\r\n\r\n").substr(9, 3);
    };
    const std::string own = "Authorization: Bearer " + master.token + "\r\n";
    EXPECT_EQ(answer("/ws/monitor", own), "101");
    for (const char* origin : {"http://evil.example", "null", "http://127.0.0.1.evil.example", "https://127.0.0.1",
                               "http://127.0.0.1:1", "http://localhost", "file://", ""}) {
        EXPECT_EQ(answer("/ws/monitor", own + "Origin: " + origin + "\r\n"), "403") << origin;
    }
    EXPECT_EQ(answer("/ws/monitor", own + "Origin: http://127.0.0.1\r\n"), "101") << "its own page";
    EXPECT_EQ(answer("/ws/monitor", ""), "401");
    EXPECT_EQ(answer("/ws/monitor", "Authorization: Bearer " + agent.bearer() + "\r\n"), "403");
    const std::string node = "Authorization: Bearer " + agent.bearer() + "\r\n";
    EXPECT_EQ(answer("/agent/session", node + "Origin: http://127.0.0.1\r\n"), "403") << "no page is a node";

    const std::string ticket = master.json("POST", "/api/stream/ticket")["ticket"];
    EXPECT_EQ(answer("/api/tasks?ticket=" + ticket, ""), "401") << "it opens nothing else";
    EXPECT_EQ(answer("/ws/monitor?ticket=" + ticket, "Origin: http://evil.example\r\n"), "403");
    EXPECT_EQ(answer("/ws/monitor?ticket=" + ticket, "Origin: http://127.0.0.1\r\n"), "101");
    EXPECT_EQ(answer("/ws/monitor?ticket=" + ticket, ""), "401") << "once";
    EXPECT_EQ(answer("/ws/monitor?ticket=" + std::string(43, 'a'), ""), "401");
    HttpHeaders nobody;
    nobody.set("Authorization", "");
    EXPECT_EQ(master.ask("POST", "/api/stream/ticket", nullptr, nobody).status, 401);
}

// A11: who reads is cut off when the secret is revoked.
TEST(StreamApi, EndsForAReaderWhoseTokenIsRevoked) {
    ApiMaster master;
    master.service->credentials().add(sha256_hex("another"), {.id = "u2", .name = "two", .role = "super_admin"});
    PageReader page(master, "another");
    page.say({{"topics", {"tasks"}}, {"after", 1}});
    EXPECT_EQ(page.next()["kind"], "gap");
    master.service->credentials().revoke_all_of("u2", "super_admin");
    EXPECT_EQ(page.next(), nullptr) << "its socket ends";
    master.submit();
    EXPECT_EQ(page.next(0.1), nullptr);
}

}  // namespace
}  // namespace goetia
