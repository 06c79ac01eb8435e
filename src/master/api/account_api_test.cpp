// Users, sessions, tokens and the audit, as programs see them.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testkit/api_accounts.h"

namespace goetia {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testkit::ApiMaster;
using testkit::ApiSession;
using testkit::ApiUser;
using testkit::kPassword;
using testkit::make_token;
using testkit::make_user;
using testkit::sign_in;
using testkit::with_token;

class AccountApi : public testing::Test {
  protected:
    Json as(const std::string& token, const std::string& method, const std::string& target,
            const Json& body = nullptr) {
        const HttpResponse response = master.ask(method, target, body, with_token(token));
        Json json = *parse_json(response.body, target);
        if (json.is_object() && !json.contains("status")) json["status"] = response.status;
        return json;
    }
    std::vector<std::string> messages(const Json& problem) {
        std::vector<std::string> all;
        for (const Json& fault : problem["faults"])
            all.push_back(fault["path"].get<std::string>() + ": " + fault["message"].get<std::string>());
        return all;
    }

    ApiMaster master;
    ApiUser admin = make_user(master, "admin_1", kSuperAdmin), anna = make_user(master, "anna_1");
};

TEST_F(AccountApi, CreatesUsersByTheRules) {
    const Json made = as(admin.token, "POST", "/api/users",
                         {{"name", "训练员工号"},
                          {"password", "Geheim1"},
                          {"role", "trainer"},
                          {"email", "x@example.com"},
                          {"note", "备注"}});
    EXPECT_EQ(made["status"], 201);
    EXPECT_EQ(made["email"], "x@example.com");
    EXPECT_FALSE(made.contains("password"));
    EXPECT_EQ(sign_in(master, "训练员工号", "Geheim1").status, 201);
    EXPECT_THAT(
        messages(as(admin.token, "POST", "/api/users",
                    {{"name", "a b"}, {"password", "abc"}, {"role", "trainer"}, {"email", "x"}})),
        ElementsAre(
            "name: the user name must have at least 5 characters",
            "name: the user name may hold only digits, Chinese and English letters and underscores",
            "password: the password must have at least 6 characters",
            "password: the password must hold at least two of upper case letters, lower case letters and digits",
            "email: not an e-mail address"));
    EXPECT_EQ(as(admin.token, "POST", "/api/users",
                 {{"name", "other_1"}, {"password", kPassword}, {"role", "root"}})["status"],
              422);
    const Json taken =
        as(admin.token, "POST", "/api/users", {{"name", "ANNA_1"}, {"password", kPassword}, {"role", "trainer"}});
    EXPECT_EQ(taken["status"], 409);
    EXPECT_EQ(taken["detail"], "there is a user 'ANNA_1' already");
}

TEST_F(AccountApi, SaysTheRulesInChineseWordForWord) {
    HttpHeaders chinese = with_token(admin.token);
    chinese.set("Accept-Language", "zh-CN");
    const Json body = {{"name", "a b"}, {"password", "abc"}, {"role", "trainer"}};
    EXPECT_THAT(messages(*parse_json(master.ask("POST", "/api/users", body, chinese).body, "problem")),
                ElementsAre("name: 字符长度不能小于5", "name: 用户名只能使用数字,中英文字母或下划线",
                            "password: 字符长度不能小于6", "password: 密码至少包括大小写字母、数字中的两种"));
}

TEST_F(AccountApi, ListsUsersForAdministrators) {
    const Json page = as(admin.token, "GET", "/api/users?sort=-name&q=role%3Dtrainer");
    EXPECT_EQ(page["total"], 1);
    EXPECT_EQ(page["items"][0]["name"], "anna_1");
    EXPECT_EQ(as(admin.token, "GET", "/api/users?limit=1")["items"].size(), 1U);
    EXPECT_THAT(
        master.ask("GET", "/api/users?format=csv&fields=name,role&sort=name", nullptr, with_token(admin.token)).body,
        "name,role\r\nadmin_1,super_admin\r\nanna_1,trainer\r\n");
    EXPECT_EQ(as(anna.token, "GET", "/api/users")["status"], 403);
}

TEST_F(AccountApi, EverybodyChangesHimself) {
    EXPECT_EQ(as(anna.token, "PATCH", "/api/users/me", {{"email", "anna@example.com"}})["email"], "anna@example.com");
    EXPECT_EQ(as(anna.token, "PATCH", "/api/users/me", {{"note", "in Ulm"}})["email"], "anna@example.com")
        << "as it was";
    EXPECT_EQ(as(anna.token, "GET", "/api/users/" + anna.id)["note"], "in Ulm");
    EXPECT_EQ(as(anna.token, "GET", "/api/users/" + admin.id)["status"], 404);
    EXPECT_EQ(as(anna.token, "PATCH", "/api/users/" + admin.id, {{"email", ""}})["status"], 404);
    EXPECT_EQ(as(anna.token, "PUT", "/api/users/" + admin.id + "/password", {{"password", "Other0"}})["status"], 404);
    const std::string password = "/api/users/me/password";
    EXPECT_THAT(messages(as(anna.token, "PUT", password, {{"present", "Wrong0"}, {"password", "Other0"}})),
                ElementsAre("present: the present password is wrong"));
    EXPECT_EQ(as(anna.token, "PUT", password, {{"password", "Other0"}})["status"], 422);
    EXPECT_EQ(as(anna.token, "PUT", password, {{"present", kPassword}, {"password", "Other0"}})["status"], 200);
    EXPECT_EQ(sign_in(master, "anna_1").status, 401);
    EXPECT_EQ(sign_in(master, "anna_1", "Other0").status, 201);
}

TEST_F(AccountApi, AdministratorsChangeEverybody) {
    EXPECT_EQ(as(admin.token, "PATCH", "/api/users/" + anna.id, {{"email", "a@example.com"}})["email"],
              "a@example.com");
    EXPECT_EQ(as(admin.token, "PUT", "/api/users/" + anna.id + "/password", {{"password", "Other0"}})["status"], 200);
    EXPECT_EQ(sign_in(master, "anna_1", "Other0").status, 201);
    EXPECT_EQ(as(admin.token, "PUT", "/api/users/" + anna.id + "/role", {{"role", "super_admin"}})["role"],
              "super_admin");
    EXPECT_EQ(as(anna.token, "GET", "/api/users")["status"], 200) << "at once";
    EXPECT_EQ(as(anna.token, "PUT", "/api/users/me/role", {{"role", "trainer"}})["role"], "trainer");
    EXPECT_EQ(as(anna.token, "GET", "/api/users")["status"], 403) << "at once";
    EXPECT_EQ(as(admin.token, "DELETE", "/api/users/" + anna.id)["status"], 200);
    EXPECT_EQ(as(anna.token, "GET", "/api/session")["status"], 401);
    EXPECT_EQ(as(admin.token, "DELETE", "/api/users/" + anna.id)["status"], 404);
    EXPECT_NE(make_user(master, "anna_1").id, anna.id) << "a number is given once";
}

TEST_F(AccountApi, ChangesAUserOnlyAsHeWasSeen) {
    HttpHeaders seen = with_token(anna.token);
    seen.set("If-Match", master.ask("GET", "/api/users/me", nullptr, seen).headers.value("ETag"));
    EXPECT_EQ(master.ask("PATCH", "/api/users/me", {{"note", "first"}}, seen).status, 200);
    EXPECT_EQ(master.ask("PATCH", "/api/users/me", {{"note", "second"}}, seen).status, 412);
    EXPECT_EQ(as(anna.token, "GET", "/api/users/me")["note"], "first");
}

TEST_F(AccountApi, NobodyDeletesHimselfAndOneAdministratorStays) {
    EXPECT_EQ(as(admin.token, "DELETE", "/api/users/" + admin.id)["detail"], "nobody deletes himself");
    EXPECT_EQ(as(admin.token, "DELETE", "/api/users/me")["status"], 409);
    EXPECT_EQ(as(master.token, "DELETE", "/api/users/" + admin.id)["detail"], "this is the last super administrator");
    EXPECT_EQ(as(admin.token, "PUT", "/api/users/me/role", {{"role", "trainer"}})["status"], 409);
    const ApiUser second = make_user(master, "admin_2", kSuperAdmin);
    std::atomic<int> done{0};
    std::vector<std::thread> both;  // each makes the other a trainer
    for (const auto& [token, id] : {std::pair{admin.token, second.id}, std::pair{second.token, admin.id}}) {
        both.emplace_back([&, token = token, id = id] {
            auto client = std::move(*HttpClient::create({.server = master.server->address()}));
            HttpRequest request{.method = "DELETE", .target = "/api/users/" + id, .headers = with_token(token)};
            if (client->send(request)->status == 200) ++done;
        });
    }
    for (std::thread& one : both) one.join();
    EXPECT_EQ(done, 1);
}

TEST_F(AccountApi, ListsAndEndsSessions) {
    const ApiSession here = sign_in(master, "anna_1"), there = sign_in(master, "anna_1");
    const auto listed = [&] {
        return *parse_json(master.ask("GET", "/api/sessions", nullptr, here.headers()).body, "sessions");
    };
    const Json sessions = listed();
    ASSERT_EQ(sessions["total"], 3) << "and the one that made the token";
    const auto shown = parse_json(master.ask("GET", "/api/session", nullptr, here.headers()).body, "session");
    EXPECT_EQ((*shown)["csrf"], here.csrf) << "a page that was opened anew gets it again";
    EXPECT_EQ((*shown)["user"]["name"], "anna_1");
    int ended = 0;
    for (const Json& one : sessions["items"]) {
        EXPECT_EQ(one["address"], "127.0.0.1");
        if (one["current"] == true) continue;
        EXPECT_EQ(master.ask("DELETE", "/api/sessions/" + one["id"].get<std::string>(), nullptr, here.headers()).status,
                  200);
        ++ended;
    }
    EXPECT_EQ(ended, 2);
    EXPECT_EQ(listed()["total"], 1);
    EXPECT_EQ(master.ask("GET", "/api/session", nullptr, there.headers()).status, 401);
    const HttpResponse out = master.ask("DELETE", "/api/session", nullptr, here.headers());
    EXPECT_THAT(out.headers.value("Set-Cookie"), HasSubstr("goetia_session=;"));
    EXPECT_EQ(master.ask("GET", "/api/session", nullptr, here.headers()).status, 401);
}

TEST_F(AccountApi, LimitsTokensToScopes) {
    const Json made =
        as(anna.token, "POST", "/api/tokens", {{"name", "reader"}, {"scopes", {"tasks.read", "account"}}, {"days", 1}});
    const std::string reader = made["token"];
    EXPECT_THAT(reader, testing::StartsWith("goetia_"));
    EXPECT_EQ(as(reader, "GET", "/api/tasks")["status"], 200);
    EXPECT_EQ(as(reader, "POST", "/api/tasks", {{"noop", true}})["status"], 403);
    EXPECT_EQ(as(reader, "GET", "/api/session")["scopes"], Json({"account", "tasks.read"}));
    EXPECT_EQ(as(reader, "POST", "/api/tokens", {{"scopes", {"tasks.write"}}})["status"], 422)
        << "it gives no more than it has";
    EXPECT_EQ(as(reader, "POST", "/api/tokens", Json::object())["status"], 422);
    EXPECT_EQ(as(reader, "POST", "/api/tokens", {{"scopes", {"tasks.read"}}})["status"], 201);
    EXPECT_EQ(as(anna.token, "POST", "/api/tokens", {{"scopes", {"tasks.reed"}}})["status"], 422);
    const std::string would_be = as(anna.token, "POST", "/api/tokens", {{"scopes", {"users.manage"}}})["token"];
    EXPECT_EQ(as(would_be, "GET", "/api/users")["status"], 403) << "a scope gives nothing that the user has not";
    EXPECT_THAT(json_text(as(anna.token, "GET", "/api/tokens")), testing::Not(HasSubstr("goetia_"))) << "shown once";
}

TEST_F(AccountApi, KeepsSessionsAndTokensOverAKill) {
    testkit::TemporaryFolder folder;
    ApiSession session;
    std::string token;
    {
        ApiMaster first(folder.path());
        make_user(first, "anna_1");
        session = sign_in(first, "anna_1");
        token = make_token(first, session.headers(), {{"scopes", {"tasks.read"}}});
    }
    ApiMaster again(folder.path());
    EXPECT_EQ(again.ask("GET", "/api/session", nullptr, session.headers()).status, 200);
    EXPECT_EQ(again.ask("POST", "/api/tasks", {{"noop", true}}, session.headers()).status, 201);
    EXPECT_EQ(again.ask("GET", "/api/tasks", nullptr, with_token(token)).status, 200);
    EXPECT_EQ(again.ask("GET", "/api/session", nullptr, with_token(token)).status, 403) << "its scopes, too";
}

TEST_F(AccountApi, AuditsEveryChangeInAChain) {
    as(anna.token, "POST", "/api/tasks", {{"noop", true}, {"name", "x"}});
    const Json page = as(admin.token, "GET", "/api/audit?q=actor%3Danna_1&limit=2");
    EXPECT_EQ(page["items"][0]["action"], "task.submit");
    EXPECT_EQ(page["items"][1]["action"], "token.create");
    EXPECT_EQ(as(admin.token, "GET",
                 "/api/audit?q=actor%3Danna_1&limit=2&cursor=" + page["next"].get<std::string>())["items"][0]["action"],
              "session.open");
    EXPECT_EQ(as(admin.token, "GET", "/api/audit?q=subject~x")["status"], 422);
    EXPECT_EQ(as(admin.token, "GET", "/api/audit?cursor=-3")["status"], 422);
    EXPECT_EQ(as(admin.token, "GET", "/api/audit/chain")["intact"], true);
    ASSERT_TRUE(master.service->store().write(
        [](StoreTransaction& change) { return change.sql().run("UPDATE audit SET actor = 'eve' WHERE number = 3"); }));
    const Json broken = as(admin.token, "GET", "/api/audit/chain");
    EXPECT_EQ(broken["intact"], false);
    EXPECT_EQ(broken["broken_at"], 3);
}

TEST_F(AccountApi, LocalIsAnAdministratorWithoutAnAccount) {
    EXPECT_EQ(as(master.token, "GET", "/api/session")["user"]["name"], "local");
    EXPECT_EQ(as(master.token, "GET", "/api/users/me")["role"], "super_admin");
    EXPECT_EQ(as(master.token, "PATCH", "/api/users/me", {{"email", ""}})["status"], 404);
    const std::string token = make_token(master, with_token(master.token));
    EXPECT_EQ(as(token, "GET", "/api/users")["status"], 200);
}

}  // namespace
}  // namespace goetia
