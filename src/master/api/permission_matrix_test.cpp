// Who may what, for every route there is and whatever one may come with. What is expected follows from the routes, so
// that a new route is covered without an edit; only whose its objects are must be said here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "master/store/work_rows.h"
#include "testkit/api_accounts.h"
#include "testkit/known_runtime.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using testkit::ApiAgent;
using testkit::ApiMaster;
using testkit::ApiUser;
using testkit::make_token;
using testkit::make_user;
using testkit::stored_rows;
using testkit::with_token;

// Makes something of a user, and answers its id.
using MakeOwned = std::function<std::string(ApiMaster&, const ApiUser&)>;

std::string made_id(ApiMaster& master, const ApiUser& user, const std::string& target, const Json& body) {
    const auto made = parse_json(master.ask("POST", target, body, with_token(user.token)).body, target);
    return made ? made->value("id", "") : "";
}

// Puts a row into the store; its id.
template <class Row>
std::string stored_id(ApiMaster& master, const Row& row) {
    const Status stored = master.service->store().write([&](StoreTransaction& change) { return change.put(row); });
    return stored ? row.id : "";
}

// Routes with a parameter below these name objects of somebody; others do not see them.
const std::map<std::string, MakeOwned>& owned_objects() {
    static const std::map<std::string, MakeOwned> kOwned{
        {"/api/tasks/",
         [](ApiMaster& master, const ApiUser& user) { return made_id(master, user, "/api/tasks", {{"noop", true}}); }},
        {"/api/experiments/",
         [](ApiMaster& master, const ApiUser& user) {
             const ExperimentRow row{.id = "exp_" + user.id, .name = "of " + user.name, .owner = user.id};
             const Status put =
                 master.service->store().write([&](StoreTransaction& change) { return change.put(row); });
             return put ? row.id : "";
         }},
        {"/api/training/",
         [](ApiMaster& master, const ApiUser& user) { return made_id(master, user, "/api/tasks", {{"noop", true}}); }},
        {"/api/sweeps/", [](ApiMaster& master,
                            const ApiUser& user) { return stored_id(master, SweepRow{.id = "s1", .owner = user.id}); }},
        {"/api/models/", [](ApiMaster& master,
                            const ApiUser& user) { return stored_id(master, ModelRow{.id = "m1", .owner = user.id}); }},
        {"/api/users/", [](ApiMaster&, const ApiUser& user) { return user.id; }},
        {"/api/tokens/",
         [](ApiMaster& master, const ApiUser& user) { return made_id(master, user, "/api/tokens", Json::object()); }},
        {"/api/sessions/",
         [](ApiMaster& master, const ApiUser& user) {
             const auto session = testkit::sign_in(master, user.name);
             return parse_json(master.ask("GET", "/api/sessions", nullptr, session.headers()).body, "sessions")
                 ->at("items")[0]["id"]
                 .get<std::string>();
         }},
    };
    return kOwned;
}

// Routes with a parameter below these are for all who have the permission, whichever object it is.
const std::set<std::string>& shared_objects() {
    static const std::set<std::string> kShared{"/api/nodes/",    "/api/objects/",    "/agent/objects/",
                                               "/api/datasets/", "/api/components/", "/api/templates/",
                                               "/api/presets/"};
    return kShared;
}

std::string resource_of(const std::string& path) {
    const std::size_t parameter = path.find('{');
    return parameter == std::string::npos ? "" : path.substr(0, parameter);
}

std::string filled(std::string path, const std::string& id) {
    for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{')) {
        path.replace(at, path.find('}') - at + 1, id);
    }
    return path;
}

// A body that is right as far as its schema says; null: none is taken.
Json plausible_body(const Route::Description& route) {
    if (!route.body) return nullptr;
    Json body = Json::object();
    for (const Param& param : route.body->params()) {
        if (param.fallback) continue;
        if (!param.choices.empty()) body[param.name] = param.choices[0];
        else if (param.type == ParamType::kBool) body[param.name] = true;
        else if (param.type == ParamType::kString) body[param.name] = "Passw0rd";
        else if (param.type == ParamType::kInt || param.type == ParamType::kFloat)
            body[param.name] = param.minimum.value_or(1);
        else if (param.type == ParamType::kObject) body[param.name] = Json::object();
        else body[param.name] = Json::array();
    }
    return body;
}

class PermissionMatrix : public testing::Test {
  protected:
    std::string name(const Route::Description& route, const std::string& who) {
        return route.method + " " + route.path + " as " + who;
    }
    HttpResponse ask(const Route::Description& route, const std::string& id, const HttpHeaders& headers) {
        return master.ask(route.method, filled(route.path, id), plausible_body(route), headers);
    }

    testkit::InstalledRuntime runtime;
    ApiMaster master;
    ApiAgent node{master, "one"};
    ApiUser admin = make_user(master, "admin_1", kSuperAdmin), anna = make_user(master, "anna_1"),
            bertram = make_user(master, "bertram");
    std::vector<Route> routes = master_routes(*master.services, {});
};

TEST_F(PermissionMatrix, EveryRouteHasAPermissionThatATokenCanBeLimitedTo) {
    std::set<std::string_view> known{kForEverybody.name, kNodeOnly.name};
    for (const PermissionInfo& info : kPermissions) known.insert(info.permission.name);
    for (const Route& route : routes) {
        EXPECT_TRUE(known.contains(route.described().permission.name))
            << route.described().permission.name << " is not in permissions.h";
    }
}

TEST_F(PermissionMatrix, RefusesWhoeverComesWithNothingThatIsValid) {  // A01
    const std::string expired = "goetia_expired", revoked = make_token(master, with_token(anna.token));
    master.services->credentials().add(sha256_hex(expired),
                                       Credential{.caller = {.id = anna.id, .role = "super_admin"}, .expires_at = 1});
    const auto listed =
        parse_json(master.ask("GET", "/api/tokens?sort=-created_at", nullptr, with_token(anna.token)).body, "tokens");
    for (const Json& token : (*listed)["items"]) {
        if (token["current"] == true) continue;
        EXPECT_EQ(master.ask("DELETE", "/api/tokens/" + token["id"].get<std::string>(), nullptr, with_token(anna.token))
                      .status,
                  200);
    }
    const std::string before = stored_rows(master);
    for (const Route& one : routes) {
        const Route::Description& route = one.described();
        if (route.permission == kForEverybody) continue;
        for (const auto& [who, value] :
             std::vector<std::pair<std::string, std::string>>{{"nobody", ""},
                                                              {"garbage", "Bearer garbage"},
                                                              {"basic", "Basic YWRtaW46YWRtaW4="},
                                                              {"expired", "Bearer " + expired},
                                                              {"revoked", "Bearer " + revoked},
                                                              {"a hash", "Bearer " + sha256_hex(anna.token)}}) {
            HttpHeaders headers;
            headers.set("Authorization", value);
            EXPECT_EQ(ask(route, "1", headers).status, 401) << name(route, who);
        }
    }
    EXPECT_EQ(stored_rows(master), before);
}

TEST_F(PermissionMatrix, RefusesRolesAndScopesThatHaveNotThePermission) {
    const std::string narrow = make_token(master, with_token(admin.token), {{"scopes", {"components.read"}}});
    const std::string before = stored_rows(master);
    for (const Route& one : routes) {
        const Route::Description& route = one.described();
        const Permission& permission = route.permission;
        if (permission == kForEverybody) continue;
        if (permission == kNodeOnly) {
            for (const std::string& token : {master.token, admin.token, anna.token, narrow})
                EXPECT_EQ(ask(route, "1", with_token(token)).status, 403) << name(route, "a user");
            continue;
        }
        EXPECT_EQ(ask(route, "1", with_token(node.bearer())).status, 403) << name(route, "a node");
        if (permission != kReadComponents) {
            const HttpResponse refused = ask(route, "1", with_token(narrow));
            EXPECT_EQ(refused.status, 403) << name(route, "a token without the scope");
            EXPECT_THAT(refused.body, HasSubstr(permission.name));
        }
        if (permission.role == kSuperAdmin) {
            EXPECT_EQ(ask(route, anna.id, with_token(anna.token)).status, 403) << name(route, "a trainer");
        }
    }
    EXPECT_EQ(stored_rows(master), before);
}

TEST_F(PermissionMatrix, ShowsNobodyWhatBelongsToAnother) {  // A05
    std::map<std::string, std::string> ids;
    for (const auto& [resource, make] : owned_objects()) {
        ids[resource] = make(master, anna);
        ASSERT_NE(ids[resource], "") << resource;
    }
    const std::string before = stored_rows(master);
    for (const Route& one : routes) {
        const Route::Description& route = one.described();
        const std::string resource = resource_of(route.path);
        if (resource.empty() || shared_objects().contains(resource) || route.permission.role == kSuperAdmin) continue;
        ASSERT_TRUE(ids.contains(resource))
            << "say in permission_matrix_test.cpp whose the objects of '" << route.path << "' are";
        const HttpResponse others = ask(route, ids[resource], with_token(bertram.token));
        const HttpResponse none = ask(route, "987654321", with_token(bertram.token));
        EXPECT_EQ(others.status, 404) << name(route, "another trainer") << ": " << others.body;
        EXPECT_EQ(none.status, 404) << name(route, "of nothing");
        const auto detail = [](const HttpResponse& response, const std::string& id) {
            std::string text = parse_json(response.body, "problem")->value("detail", "");
            if (const std::size_t at = text.find("'" + id + "'"); at != std::string::npos)
                text.replace(at + 1, id.size(), "ID");
            return text;
        };
        EXPECT_EQ(detail(others, ids[resource]), detail(none, "987654321")) << name(route, "another trainer");
    }
    EXPECT_EQ(stored_rows(master), before);
}

TEST_F(PermissionMatrix, LetsInWhoeverMay) {
    for (const Route& one : routes) {
        const Route::Description& route = one.described();
        if (route.permission == kForEverybody) continue;
        const auto let_in = [](const HttpResponse& response) {
            return response.status != 401 && response.status != 403 && response.status < 500;
        };
        if (route.permission == kNodeOnly) {
            EXPECT_TRUE(let_in(ask(route, "987654321", with_token(node.bearer())))) << name(route, "a node");
            continue;
        }
        EXPECT_TRUE(let_in(ask(route, "987654321", with_token(master.token)))) << name(route, "local");
        const std::string scoped = make_token(master, with_token(admin.token), {{"scopes", {route.permission.name}}});
        EXPECT_TRUE(let_in(ask(route, "987654321", with_token(scoped))))
            << name(route, "an administrator's token with the scope");
        if (route.permission.role.empty()) {
            EXPECT_TRUE(let_in(ask(route, "987654321", with_token(bertram.token)))) << name(route, "a trainer");
        }
    }
}

TEST_F(PermissionMatrix, ListsOnlyWhatOneMaySee) {
    made_id(master, anna, "/api/tasks", {{"noop", true}, {"name", "of anna"}});
    made_id(master, bertram, "/api/tasks", {{"noop", true}, {"name", "of bertram"}});
    const auto names = [&](const std::string& token, const std::string& more = "") {
        const auto page =
            parse_json(master.ask("GET", "/api/tasks?sort=name" + more, nullptr, with_token(token)).body, "tasks");
        std::string all = std::to_string((*page)["total"].get<int>());
        for (const Json& item : (*page)["items"]) all += ", " + item["name"].get<std::string>();
        return all;
    };
    EXPECT_EQ(names(anna.token), "1, of anna");
    EXPECT_EQ(names(bertram.token), "1, of bertram");
    EXPECT_EQ(names(bertram.token, "&q=owner%3D" + anna.id), "0");
    EXPECT_EQ(names(admin.token), "2, of anna, of bertram");
    EXPECT_EQ(names(master.token, "&q=owner%3D" + anna.id), "1, of anna");

    for (const ApiUser* user : {&anna, &bertram}) owned_objects().at("/api/experiments/")(master, *user);
    const auto experiments = [&](const std::string& token, const std::string& more) {
        return master.ask("GET", "/api/experiments?sort=id&" + more, nullptr, with_token(token)).body;
    };
    EXPECT_THAT(experiments(anna.token, ""), HasSubstr(R"("total":1)"));
    EXPECT_EQ(experiments(anna.token, "format=csv&fields=name"), "name\r\nof anna_1\r\n");
    EXPECT_EQ(experiments(bertram.token, "format=csv&fields=name&q=owner%3D" + anna.id), "name\r\n");
    EXPECT_THAT(experiments(admin.token, ""), HasSubstr(R"("total":2)"));
}

}  // namespace
}  // namespace goetia
