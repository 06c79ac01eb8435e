// Attacks on accounts: default passwords, guessing, races, what stays open after a revocation. A03, A04, A08, A11, A28
// of the list.
#include <algorithm>
#include <array>
#include <cmath>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/tls.h"
#include "testkit/api_accounts.h"
#include "testkit/raw_socket.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using testkit::ApiAgent;
using testkit::ApiMaster;
using testkit::ApiSession;
using testkit::ApiUser;
using testkit::kPassword;
using testkit::make_user;
using testkit::stored_rows;
using testkit::with_token;

constexpr TryLimit kManyTries{1e9, 1e-9};

int post_status(const ServerAddress& server, const std::string& target, const Json& body) {
    auto client = std::move(*HttpClient::create({.server = server}));
    HttpRequest request{.method = "POST", .target = target, .body = json_text(body)};
    request.headers.set("Content-Type", "application/json");
    const auto response = client->send(request);
    return response ? response->status : 0;
}

// How many of `count` threads at once were answered so.
std::map<int, int> at_once(int count, const std::function<int(int)>& ask) {
    std::vector<int> statuses(static_cast<std::size_t>(count));
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) threads.emplace_back([&, i] { statuses[static_cast<std::size_t>(i)] = ask(i); });
    for (std::thread& thread : threads) thread.join();
    std::map<int, int> counts;
    for (const int status : statuses) ++counts[status];
    return counts;
}

TEST(AttackAccounts, A03NobodyHasAPasswordBeforeOneIsMade) {
    ApiMaster master({}, 0, {.cost = kCheapPasswords, .tries_of_name = kManyTries, .tries_of_address = kManyTries});
    const std::string before = stored_rows(master);
    const std::vector<std::string> names{"admin", "administrator", "root",  "user", "goetia",
                                         "local", "super_admin",   "guest", "test", "1"};
    for (const std::string& name : names) {
        for (int i = 0; i < 100; ++i) {
            const std::string password = i < 10    ? names[static_cast<std::size_t>(i)]
                                         : i == 10 ? ""
                                         : i == 11 ? master.token
                                                   : fmt::format("admin{}", i);
            ASSERT_EQ(testkit::sign_in(master, name, password).status, 401) << name << " " << password;
        }
    }
    EXPECT_EQ(stored_rows(master), before);
}

TEST(AttackAccounts, A03TheSetUpLinkMakesOneAdministratorOnce) {
    ApiMaster master({}, 0, {.cost = kCheapPasswords, .waiting_hashes = 200});
    const std::string token = master.services->accounts().renew_setup_token();
    const auto body = [&](const std::string& with, int i) {
        return Json{{"token", with}, {"name", fmt::format("admin_{}", i)}, {"password", kPassword}};
    };
    const ServerAddress& server = master.server->address();
    EXPECT_EQ(post_status(server, "/api/setup", body("guessed", 0)), 403);
    EXPECT_EQ(post_status(server, "/api/setup", {{"token", token}, {"name", "a"}, {"password", "b"}}), 422)
        << "the link stays good";
    const std::map<int, int> counts =
        at_once(100, [&](int i) { return post_status(server, "/api/setup", body(token, i)); });
    EXPECT_EQ(counts.at(201), 1);
    EXPECT_EQ(counts.at(403), 99);
    EXPECT_EQ(post_status(server, "/api/setup", body(token, 200)), 403) << "it is used up";
    EXPECT_EQ(master.services->accounts().renew_setup_token(), "") << "there is an administrator";
    const Json users = master.json("GET", "/api/users");
    EXPECT_EQ(users["total"], 1);
    EXPECT_EQ(users["items"][0]["role"], "super_admin");
}

TEST(AttackAccounts, A03OnlyThisMachineIsAnsweredUntilThereIsAnAdministrator) {
    ApiMaster master;
    const HttpRequest far{.headers = with_token(master.token), .peer = "192.0.2.7"};
    const Credentials& credentials = master.services->credentials();
    EXPECT_EQ(credentials.admit(far, kReadTasks).status, 403);
    EXPECT_FALSE(credentials.answers(far)) << "and so the set-up link and signing in";
    for (const char* own : {"127.0.0.1", "127.0.1.1", "::1", "::ffff:127.0.0.1"})
        EXPECT_TRUE(credentials.answers({.peer = own})) << own;
    const ApiAgent node(master, "one");
    EXPECT_TRUE(credentials.admit({.headers = with_token(node.bearer()), .peer = "192.0.2.7"}, kNodeOnly).caller)
        << "nodes are";
    make_user(master, "trainer_1");
    EXPECT_EQ(credentials.admit(far, kReadTasks).status, 403);
    make_user(master, "admin_1", kSuperAdmin);
    EXPECT_TRUE(credentials.admit(far, kReadTasks).caller);
}

TEST(AttackAccounts, A04GuessingIsSlowedDownAndHarmsNoSession) {
    ApiMaster master;
    const ApiUser anna = make_user(master, "anna_1");
    const ApiSession session = testkit::sign_in(master, "anna_1");
    int evaluated = 0;
    HttpResponse last;
    for (int i = 0; i < 200; ++i) {
        last = master.ask("POST", "/api/session", {{"name", "anna_1"}, {"password", fmt::format("Guess{}", i)}},
                          with_token(""));
        if (last.status == 401) ++evaluated;
        else EXPECT_EQ(last.status, 429);
    }
    EXPECT_LE(evaluated, 12);
    EXPECT_GE(std::atoi(last.headers.value("Retry-After").c_str()), 1);
    EXPECT_EQ(testkit::sign_in(master, "anna_1").status, 429) << "not even with the right one";
    EXPECT_EQ(master.ask("GET", "/api/session", nullptr, session.headers()).status, 200);
    EXPECT_EQ(master.ask("GET", "/api/session", nullptr, with_token(anna.token)).status, 200);
}

TEST(AttackAccounts, A04NamesOfUsersAreNotFoundOut) {
    ApiMaster master;
    make_user(master, "anna_1");
    const auto answer = [&](const std::string& name) {
        Json body = *parse_json(
            master.ask("POST", "/api/session", {{"name", name}, {"password", "Guess0"}}, with_token("")).body,
            "answer");
        body.erase("request");
        return json_text(body);
    };
    EXPECT_EQ(answer("anna_1"), answer("nobody_1"));
    EXPECT_EQ(answer("anna_1"), answer(std::string(5000, 'a')));
}

TEST(AttackAccounts, A08SecretsAreNeitherRepeatedNorSkewed) {
    constexpr int kCount = 200'000;
    std::vector<std::string> drawn;
    std::array<std::int64_t, 256> ones{};
    for (int i = 0; i < kCount; ++i) {
        drawn.push_back(random_secret());
        const std::string bytes = base64_decoded(drawn.back());
        ASSERT_EQ(bytes.size(), 32U) << "256 bits";
        for (std::size_t bit = 0; bit < 256; ++bit) ones[bit] += bytes[bit / 8] >> (bit % 8) & 1;
    }
    std::sort(drawn.begin(), drawn.end());
    EXPECT_EQ(std::adjacent_find(drawn.begin(), drawn.end()), drawn.end());
    for (const std::int64_t count : ones)
        EXPECT_LT(std::abs(static_cast<double>(count) - kCount / 2.0), 5.5 * std::sqrt(kCount) / 2);
}

TEST(AttackAccounts, A08ACopyOfTheProcessDrawsOthers) {
    std::set<std::string> drawn;
    for (int i = 0; i < 20; ++i) {
        std::array<int, 2> ends{};
        ASSERT_EQ(::pipe(ends.data()), 0);
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            const std::string secret = random_secret();
            std::_Exit(::write(ends[1], secret.data(), secret.size()) == static_cast<ssize_t>(secret.size()) ? 0 : 1);
        }
        ::close(ends[1]);
        std::array<char, 64> text{};
        const ssize_t count = ::read(ends[0], text.data(), text.size());
        ::close(ends[0]);
        ::waitpid(child, nullptr, 0);
        ASSERT_EQ(count, 43);
        EXPECT_TRUE(drawn.emplace(text.data(), static_cast<std::size_t>(count)).second);
    }
}

// The seconds until the other side ends the WebSocket, at most 10.
double seconds_until_closed(WebSocketClient& socket) {
    const double begin = steady_seconds();
    while (steady_seconds() < begin + 10 && socket.receive(0.1)) {
    }
    return steady_seconds() - begin;
}

class AttackStale : public testing::Test {
  protected:
    std::unique_ptr<WebSocketClient> watch(const HttpHeaders& headers) {
        auto socket = WebSocketClient::open({.server = master.server->address()}, "/ws/monitor", headers);
        EXPECT_TRUE(socket) << to_string(socket.error());
        return socket ? std::move(*socket) : nullptr;
    }
    void expect_closed(const std::string& why, const HttpHeaders& headers, const std::function<int()>& revoke,
                       bool is_refused_after = true) {
        const auto socket = watch(headers);
        ASSERT_TRUE(socket);
        EXPECT_TRUE(socket->receive(0.05)) << "it is open";
        EXPECT_LT(revoke(), 300) << why;
        EXPECT_LT(seconds_until_closed(*socket), 2) << why;
        EXPECT_EQ(master.ask("GET", "/api/tasks", nullptr, headers).status, is_refused_after ? 401 : 200) << why;
    }
    int as_admin(const std::string& method, const std::string& target, const Json& body = nullptr) {
        return master.ask(method, target, body).status;
    }

    ApiMaster master;
    ApiUser admin = make_user(master, "admin_1", kSuperAdmin), anna = make_user(master, "anna_1"),
            other = make_user(master, "other_1");
};

TEST_F(AttackStale, A11SocketsEndWithWhatLetThemIn) {
    const auto bystander = watch(with_token(other.token));
    expect_closed("a revoked token", with_token(anna.token), [&] {
        const auto tokens =
            parse_json(master.ask("GET", "/api/tokens", nullptr, with_token(anna.token)).body, "tokens");
        return master
            .ask("DELETE", "/api/tokens/" + tokens->at("items")[0]["id"].get<std::string>(), nullptr,
                 with_token(anna.token))
            .status;
    });
    const ApiSession left = testkit::sign_in(master, "anna_1");
    expect_closed("signing out", left.headers(),
                  [&] { return master.ask("DELETE", "/api/session", nullptr, left.headers()).status; });
    const ApiSession first = testkit::sign_in(master, "anna_1"), second = testkit::sign_in(master, "anna_1");
    expect_closed("one's own new password", first.headers(), [&] {
        return master
            .ask("PUT", "/api/users/me/password", {{"present", kPassword}, {"password", "Other0"}}, second.headers())
            .status;
    });
    EXPECT_EQ(master.ask("GET", "/api/session", nullptr, second.headers()).status, 401)
        << "the session that asked, too";
    const ApiSession reset = testkit::sign_in(master, "anna_1", "Other0");
    expect_closed("a password that is reset", reset.headers(),
                  [&] { return as_admin("PUT", "/api/users/" + anna.id + "/password", {{"password", kPassword}}); });
    const ApiSession raised = testkit::sign_in(master, "anna_1");
    expect_closed(
        "another role", raised.headers(),
        [&] { return as_admin("PUT", "/api/users/" + anna.id + "/role", {{"role", "super_admin"}}); }, false);
    expect_closed("a deleted user", raised.headers(), [&] { return as_admin("DELETE", "/api/users/" + anna.id); });
    EXPECT_EQ(testkit::sign_in(master, "anna_1").status, 401);
    const std::string brief = testkit::make_token(master, with_token(other.token), {{"days", 1.5 / 86400}});
    EXPECT_EQ(brief, "") << "that is too short for a token";
    master.services->credentials().add(sha256_hex("brief"), Credential{.caller = {.id = other.id, .role = "trainer"},
                                                                       .expires_at = to_seconds(now()) + 1});
    expect_closed("a token that expires", with_token("brief"), [] { return 200; });
    EXPECT_TRUE(bystander->receive(0.05)) << "others are not harmed";
}

TEST_F(AttackStale, A11ADownloadEndsWithWhatLetItIn) {
    ApiAgent node(master, "one");
    ASSERT_TRUE(node.connect());
    const std::string bytes(32 << 20, 'x'), sha256 = sha256_hex(bytes);
    for (std::size_t at = 0; at < bytes.size(); at += kLargestChunk) {
        ASSERT_TRUE(master.service->put_package(
            {.id = "1"},
            {.fence = 1, .sha256 = sha256, .bytes = std::ssize(bytes), .offset = static_cast<std::int64_t>(at)},
            std::string_view(bytes).substr(at, kLargestChunk)));
    }
    const Json data = {
        {{"name", "train"}, {"source", "https://data.example/x.tar"}, {"sha256", sha256}, {"bytes", bytes.size()}}};
    ASSERT_NE(master.submit({{"noop", true}, {"data", data}}), "");
    while (node.desired.attempts.empty()) ASSERT_TRUE(node.receive(10));
    testkit::RawSocket download(master.server->address().port);
    ASSERT_TRUE(
        download.send(fmt::format("GET /agent/objects/{} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\r\n",
                                  sha256, master.server->address().authority(), node.bearer())));
    const std::string begun = download.read_some(10);
    EXPECT_THAT(begun, HasSubstr("Content-Length: 33554432"));
    EXPECT_EQ(as_admin("DELETE", "/api/nodes/" + node.id), 200);
    const double begin = steady_seconds();
    EXPECT_LT(download.read_all().size(), bytes.size() - (8 << 20)) << "only what was under way";
    EXPECT_FALSE(download.timed_out());
    EXPECT_LT(steady_seconds() - begin, 2);
}

TEST(AttackAccounts, A28ManyWhoSignInAtOnceDoNotStopTheMaster) {
    ApiMaster master({}, 0, {.cost = {}, .tries_of_name = kManyTries, .tries_of_address = kManyTries});
    const ServerAddress& server = master.server->address();
    std::atomic<bool> under_way{true};
    std::vector<double> waits;
    std::thread others([&] {
        while (under_way) {
            const double begin = steady_seconds();
            EXPECT_EQ(master.ask("GET", "/api/tasks").status, 200);
            waits.push_back(steady_seconds() - begin);
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    });
    const std::map<int, int> counts = at_once(200, [&](int i) {
        return post_status(server, "/api/session", {{"name", fmt::format("name_{}", i)}, {"password", "Guess0"}});
    });
    under_way = false;
    others.join();
    EXPECT_GT(counts.at(429), 100) << "two are computed, sixteen wait";
    EXPECT_GE(counts.at(401), 16);
    EXPECT_EQ(counts.size(), 2U) << "nothing else is answered";
    std::sort(waits.begin(), waits.end());
    EXPECT_LT(waits[waits.size() * 99 / 100], 1.0) << "of " << waits.size();
}

}  // namespace
}  // namespace goetia
