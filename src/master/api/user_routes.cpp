// Users. Administrators manage all; everybody shows and changes himself, as 'me' or by his id.
#include "base/json.h"
#include "master/api/lists.h"
#include "master/api/permissions.h"
#include "master/api/preconditions.h"
#include "master/api/refusals.h"
#include "master/api/routes.h"
#include "master/service/ownership.h"
#include "net/problem.h"

namespace goetia {
namespace {

ParamBuilder role_param() {
    return text("role", "What he may").one_of({std::string(kSuperAdmin), std::string(kTrainer)});
}

std::string user_id_of(const RouteCall& call) {
    const std::string id = call.path_text("id");
    return id == "me" ? call.caller.id : id;
}

std::optional<std::string> optional_text(const Json& value) {
    return value.is_null() ? std::nullopt : std::optional(value.get<std::string>());
}

Result<HttpResponse> user_response(const Result<Json>& user) {
    return user ? Result<HttpResponse>(tagged_response(*user)) : Result<HttpResponse>(user.error());
}

void create_user(MasterServices& services, const RouteCall& call, const RouteAnswer& answer) {
    const Json& body = *call.body;
    NewUser user{.name = body["name"],
                 .password = body["password"],
                 .role = body["role"],
                 .email = body["email"],
                 .note = body["note"]};
    services.accounts().create(call.caller, std::move(user), [call, answer](const Result<Json>& made) {
        made ? answer(json_response(*made, 201)) : answer(account_refusal(call, made.error()));
    });
}

void change_password(MasterServices& services, const RouteCall& call, const RouteAnswer& answer) {
    const Json& body = *call.body;
    services.accounts().change_password(call.caller, user_id_of(call), body["present"], body["password"],
                                        call.request.peer, [call, answer](const Result<Json>& user) {
                                            user ? answer(user_response(user))
                                                 : answer(account_refusal(call, user.error()));
                                        });
}

std::vector<Route> managing_routes(MasterServices& services) {
    std::vector<Route> routes;
    routes.push_back(as_list(Route("GET", "/api/users", kManageUsers, "Lists the users"))
                         .answers_list(user_schema())
                         .works([&services](const RouteCall& call) -> Result<HttpResponse> {
                             static const ListFields kFields{{"id", "name", "role", "email", "created_at"}, {}};
                             GOETIA_ASSIGN(const std::vector<Json> all, services.accounts().users());
                             return short_list(call, all, kFields, {"id", "name", "role", "email", "created_at"});
                         }));
    routes.push_back(
        Route("POST", "/api/users", kManageUsers, "Creates a user")
            .takes(Schema("NewUser", "Who may use the master")
                       .with(text("name", "At least 5 characters: digits, Chinese and English letters, underscores"))
                       .with(text("password",
                                  "At least 6 characters; two of upper case letters, lower case letters and digits"))
                       .with(role_param())
                       .with(text("email", "For others").fallback(""))
                       .with(text("note", "For others").fallback("")))
            .answers(201, user_schema())
            .does([&services](const RouteCall& call, const RouteAnswer& answer) {
                create_user(services, call, answer);
            }));
    routes.push_back(Route("PUT", "/api/users/{id}/role", kManageUsers, "Changes what a user may, at once")
                         .takes(Schema("Role", "Which").with(role_param()))
                         .answers(200, user_schema())
                         .works([&services](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const auto seen, expected_version(call));
                             return user_response(services.accounts().change_role(call.caller, user_id_of(call),
                                                                                  (*call.body)["role"], seen));
                         }));
    routes.push_back(
        Route("DELETE", "/api/users/{id}", kManageUsers, "Deletes a user and ends all that he is signed in to")
            .answers(200, Schema("DeletedUser", "Who was deleted").with(text("id", "His")))
            .works([&services](const RouteCall& call) -> Result<HttpResponse> {
                GOETIA_ASSIGN(const Json done, services.accounts().erase(call.caller, user_id_of(call)));
                return json_response(done);
            }));
    return routes;
}

}  // namespace

Schema user_schema() {
    return Schema("User", "Who uses the master")
        .with(text("id", "His number"))
        .with(text("name", "With which he signs in"))
        .with(role_param())
        .with(text("email", "For others"))
        .with(text("note", "For others"))
        .with(number("created_at", "Seconds since 1970"))
        .with(number("updated_at", "Seconds since 1970"))
        .with(text("etag", "Of the row"));
}

HttpResponse account_refusal(const RouteCall& call, const Error& error, int denied) {
    const bool too_often = !error.faults.empty() && error.faults[0].path == "Retry-After";
    const int status = too_often ? 429 : error.code == Code::kDenied ? denied : 0;
    HttpResponse response = problem_response(error, call.request, call.request_id, status);
    if (too_often) response.headers.set("Retry-After", error.faults[0].found);
    return response;
}

std::vector<Route> user_routes(MasterServices& services) {
    std::vector<Route> routes = managing_routes(services);
    routes.push_back(
        Route("GET", "/api/users/{id}", kOwnAccount, "Shows a user: oneself ('me'), or for administrators anyone")
            .answers(200, user_schema())
            .works([&services](const RouteCall& call) {
                return user_response(services.accounts().user(call.caller, user_id_of(call)));
            }));
    routes.push_back(Route("PATCH", "/api/users/{id}", kOwnAccount, "Changes what others read of a user")
                         .takes(Schema("UserChange", "What is to be otherwise")
                                    .with(text("email", "Null: as it is").or_null())
                                    .with(text("note", "Null: as it is").or_null()))
                         .answers(200, user_schema())
                         .works([&services](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const auto seen, expected_version(call));
                             const Json& body = *call.body;
                             return user_response(services.accounts().change(call.caller, user_id_of(call),
                                                                             optional_text(body["email"]),
                                                                             optional_text(body["note"]), seen));
                         }));
    routes.push_back(
        Route("PUT", "/api/users/{id}/password", kOwnAccount,
              "Changes a password, and ends all sessions of the user; one's own with the present one")
            .takes(Schema("NewPassword", "Which")
                       .with(text("present", "One's own; administrators need none of others").fallback(""))
                       .with(text("password",
                                  "At least 6 characters; two of upper case letters, lower case letters and digits")))
            .answers(200, user_schema())
            .does([&services](const RouteCall& call, const RouteAnswer& answer) {
                change_password(services, call, answer);
            }));
    return routes;
}

}  // namespace goetia
