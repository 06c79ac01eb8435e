// Attacks with single requests: foreign pages, forged headers, fields that are none. A02, A06, A07, A09, A10 of the
// list.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testkit/api_accounts.h"
#include "testkit/raw_socket.h"

namespace goetia {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testkit::ApiMaster;
using testkit::ApiSession;
using testkit::ApiUser;
using testkit::make_user;
using testkit::RawSocket;
using testkit::stored_rows;
using testkit::with_token;

int status_of(const std::string& answer) {
    return answer.size() > 12 ? std::atoi(answer.c_str() + 9) : 0;  // "HTTP/1.1 403 "
}

class AttackRequests : public testing::Test {
  protected:
    std::string raw(const std::string& request) {
        RawSocket socket(master.server->address().port);
        return socket.send(request) ? socket.read_until("\r\n\r\n") : "";
    }
    std::string own_host() { return master.server->address().authority(); }

    ApiMaster master;
    ApiUser anna = make_user(master, "anna_1");
    ApiSession session = testkit::sign_in(master, "anna_1");
};

TEST_F(AttackRequests, A02NoPageOfAnotherNameReachesTheMaster) {
    const std::string before = stored_rows(master);
    const std::string body = R"({"noop": true})";
    for (const std::string method :
         {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "INVENT"}) {
        for (const std::string origin : {"", "null", "http://evil.example", "HTTP://127.0.0.1:1"}) {
            for (const bool evil_host : {true, false}) {
                if (!evil_host && origin.empty()) continue;  // that is a program of this machine
                const std::string request = fmt::format(
                    "{} /api/tasks HTTP/1.1\r\nHost: {}\r\n{}Authorization: Bearer {}\r\nContent-Type: "
                    "application/json\r\n"
                    "Content-Length: {}\r\nConnection: close\r\n\r\n{}",
                    method, evil_host ? "evil.example" : own_host(), origin.empty() ? "" : "Origin: " + origin + "\r\n",
                    master.token, body.size(), body);
                EXPECT_THAT(status_of(raw(request)), AnyOf(403, 421, 400, 501)) << request;
            }
        }
    }
    EXPECT_EQ(stored_rows(master), before);
}

TEST_F(AttackRequests, A06AForeignPageChangesNothingWithTheCookieOfItsReader) {
    const std::string before = stored_rows(master);
    const auto with = [&](const std::string& type, const std::string& csrf, const std::string& body) {
        return raw(fmt::format(
            "POST /api/tasks HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n{}Content-Type: {}\r\nContent-Length: "
            "{}\r\nConnection: close\r\n\r\n{}",
            own_host(), session.cookie, csrf.empty() ? "" : "X-CSRF-Token: " + csrf + "\r\n", type, body.size(), body));
    };
    const std::string task = R"({"noop": true})";
    for (const std::string type :
         {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"}) {
        EXPECT_EQ(status_of(with(type, "", task)), 403) << type << " without the CSRF token";
        EXPECT_EQ(status_of(with(type, std::string(64, '0'), task)), 403) << type << " with another one";
    }
    for (const std::string type :
         {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json"}) {
        EXPECT_EQ(status_of(with(type, session.csrf, task)), 415) << type;
    }
    EXPECT_EQ(master.ask("GET", "/api/tasks/1/control?action=stop", nullptr, session.headers(false)).status, 405)
        << "an image";
    EXPECT_EQ(master.ask("DELETE", "/api/session", nullptr, session.headers(false)).status, 403);
    EXPECT_EQ(stored_rows(master), before);
    EXPECT_EQ(status_of(with("application/json", session.csrf, task)), 201) << "the own page may";
    EXPECT_EQ(master.ask("GET", "/api/tasks", nullptr, session.headers(false)).status, 200) << "reading takes no token";
}

TEST_F(AttackRequests, A06TheCookieIsKeptFromScriptsAndOtherSites) {
    const HttpResponse response =
        master.ask("POST", "/api/session", {{"name", "anna_1"}, {"password", testkit::kPassword}}, with_token(""));
    const std::string cookie = response.headers.value("Set-Cookie");
    EXPECT_THAT(cookie, HasSubstr("; HttpOnly"));
    EXPECT_THAT(cookie, HasSubstr("; SameSite=Strict"));
    EXPECT_THAT(cookie, HasSubstr("; Path=/"));
    EXPECT_THAT(cookie, testing::Not(HasSubstr("Secure"))) << "there is no TLS here";
    const std::string secret = cookie.substr(15, cookie.find(';') - 15);
    EXPECT_THAT(response.body, testing::Not(HasSubstr(secret)));
    EXPECT_EQ(master.ask("GET", "/api/tasks", nullptr, with_token(secret)).status, 401) << "it is no token";
    HttpHeaders token_as_cookie = with_token("");
    token_as_cookie.set("Cookie", "goetia_session=" + anna.token);
    EXPECT_EQ(master.ask("GET", "/api/tasks", nullptr, token_as_cookie).status, 401) << "a token is no cookie";
}

TEST_F(AttackRequests, A07NoForeignPageOpensAWebSocket) {
    const auto handshake = [&](const std::string& path, const std::string& origin, const std::string& who) {
        return status_of(
            raw(fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{}{}\r\n\r\n",
                            path, own_host(), origin.empty() ? "" : "Origin: " + origin + "\r\n", who)));
    };
    const std::string cookie = "Cookie: " + session.cookie;
    for (const std::string origin :
         {"http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:1", "file://", "http://localhost"}) {
        EXPECT_EQ(handshake("/ws/monitor", origin, cookie), 403) << origin;
    }
    EXPECT_EQ(handshake("/ws/monitor", "http://" + own_host(), cookie), 101);
    EXPECT_EQ(handshake("/ws/monitor", "http://" + own_host(), "Cookie: goetia_session=guessed"), 401);
    testkit::ApiAgent node(master, "one");
    EXPECT_EQ(handshake("/agent/session", "http://" + own_host(), "Authorization: Bearer " + node.bearer()), 403)
        << "no page is a node";
    EXPECT_EQ(handshake("/agent/session", "", cookie), 401);
}

TEST_F(AttackRequests, A09HeadersDoNotSayWhoAsksNorFromWhere) {
    HttpHeaders forged = with_token(anna.token);
    for (const char* name :
         {"X-Forwarded-For", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP", "X-Forwarded-Host"})
        forged.set(name, "203.0.113.9");
    forged.set("Forwarded", "for=203.0.113.9;host=evil.example;proto=https");
    for (const char* name : {"X-User", "X-Remote-User", "Remote-User", "X-Goetia-User", "X-Forwarded-User", "X-Role",
                             "X-Auth-Request-User", "X-WEBAUTH-USER"})
        forged.set(name, "local");
    forged.set("X-HTTP-Method-Override", "DELETE");
    EXPECT_EQ(parse_json(master.ask("GET", "/api/session", nullptr, forged).body, "session")->at("user")["name"],
              "anna_1");
    EXPECT_EQ(master.ask("GET", "/api/users", nullptr, forged).status, 403);
    HttpHeaders nobody = forged;
    nobody.set("Authorization", "");
    EXPECT_EQ(master.ask("GET", "/api/tasks", nullptr, nobody).status, 401);

    for (int i = 0; i < 200; ++i) {  // each from "another address": the limit is of the real one
        HttpHeaders headers = nobody;
        headers.set("X-Forwarded-For", fmt::format("203.0.113.{}", i));
        const HttpResponse tried =
            master.ask("POST", "/api/session", {{"name", fmt::format("guess{}", i)}, {"password", "x"}}, headers);
        if (tried.status == 429) break;
        ASSERT_EQ(tried.status, 401);
        ASSERT_LT(i, 100) << "the limit of an address did not come";
    }
    const Json audit = master.json("GET", "/api/audit?q=action%3Dsession.open");
    ASSERT_GT(audit["items"].size(), 0U);
    for (const Json& row : audit["items"]) EXPECT_EQ(row["detail"], "from 127.0.0.1");
}

TEST_F(AttackRequests, A10NoBodyHasAFieldThatItsSchemaHasNot) {
    const std::string before = stored_rows(master);
    std::set<std::string> names = testkit::stored_columns(master);
    names.insert({"__proto__", "constructor", "is_admin", "user", "_id", "$where"});
    EXPECT_TRUE(names.contains("password") && names.contains("fence"));
    for (const Route& one : master_routes(*master.services, {})) {
        const Route::Description& route = one.described();
        if (!route.body) continue;
        std::string target = route.path;
        if (const std::size_t at = target.find('{'); at != std::string::npos)
            target = target.substr(0, at) + anna.id + target.substr(target.find('}') + 1);
        for (const std::string& name : names) {
            if (route.body->find(name)) continue;
            const HttpResponse refused =
                master.ask(route.method, target, {{name, "x"}},
                           route.permission == kNodeOnly ? with_token("x") : with_token(master.token));
            if (route.permission == kNodeOnly) continue;
            EXPECT_EQ(refused.status, 422) << route.method << " " << target << " with " << name;
            EXPECT_THAT(refused.body, HasSubstr("\"" + name + "\"")) << "the fault names it";
        }
    }
    EXPECT_EQ(stored_rows(master), before);
}

TEST_F(AttackRequests, A10ATrainerDoesNotMakeHimselfAnAdministrator) {
    for (const Json& body : {Json{{"email", "a@b.cn"}, {"role", "super_admin"}}, Json{{"email", "a@b.cn"}, {"id", "1"}},
                             Json{{"note", "x"}, {"state", "x"}}}) {
        EXPECT_EQ(master.ask("PATCH", "/api/users/me", body, with_token(anna.token)).status, 422);
    }
    EXPECT_EQ(master.ask("PUT", "/api/users/me/role", {{"role", "super_admin"}}, with_token(anna.token)).status, 403);
    EXPECT_EQ(master.json("GET", "/api/users/" + anna.id)["role"], "trainer");
    EXPECT_EQ(master.json("GET", "/api/users/" + anna.id)["email"], "");
}

}  // namespace
}  // namespace goetia
