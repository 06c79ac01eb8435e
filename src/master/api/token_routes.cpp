// API tokens of the one who asks, for programs.
#include "base/json.h"
#include "master/api/lists.h"
#include "master/api/permissions.h"
#include "master/api/routes.h"
#include "net/problem.h"

namespace goetia {
namespace {

constexpr double kDay = 86400;

Schema token_schema(Schema schema) {
    return std::move(schema)
        .with(text("id", "Its name"))
        .with(text("name", "For people"))
        .with(texts("scopes", "What it is limited to; none: all that its user may"))
        .with(number("created_at", "Seconds since 1970"))
        .with(number("expires_at", "Seconds since 1970"))
        .with(boolean("current", "It is the one that asks"));
}

std::vector<std::string> scope_names() {
    std::vector<std::string> names;
    for (const PermissionInfo& info : kPermissions) names.emplace_back(info.permission.name);
    return names;
}

Result<HttpResponse> create_api_token(MasterServices& services, const RouteCall& call) {
    const Json& body = *call.body;
    const auto scopes = body["scopes"].get<std::vector<std::string>>();
    GOETIA_ASSIGN(const Json made,
                  services.accounts().create_token(call.caller, {.name = body["name"],
                                                                 .scopes = {scopes.begin(), scopes.end()},
                                                                 .seconds = body["days"].get<double>() * kDay}));
    return json_response(made, 201);
}

}  // namespace

std::vector<Route> token_routes(MasterServices& services) {
    std::vector<Route> routes;
    routes.push_back(as_list(Route("GET", "/api/tokens", kOwnAccount, "Lists the tokens of the one who asks"))
                         .answers_list(token_schema(Schema("Token", "With which a program asks")))
                         .works([&services](const RouteCall& call) -> Result<HttpResponse> {
                             static const ListFields kFields{{"id", "name", "created_at", "expires_at"}, {}};
                             GOETIA_ASSIGN(const std::vector<Json> all, services.accounts().tokens(call.caller));
                             return short_list(call, all, kFields,
                                               {"id", "name", "scopes", "created_at", "expires_at"});
                         }));
    routes.push_back(
        Route("POST", "/api/tokens", kOwnAccount, "Makes a token for a program; it is shown once")
            .takes(Schema("NewToken", "For what")
                       .with(text("name", "For people").fallback(""))
                       .with(texts("scopes", "What it is limited to; none: all that its user may")
                                 .one_of(scope_names())
                                 .fallback(Json::array()))
                       .with(number("days", "How long it is valid").between(0.0001, 3650).fallback(90)))
            .answers(201, token_schema(Schema("MadeToken", "Shown once")).with(text("token", "The secret")))
            .works([&services](const RouteCall& call) { return create_api_token(services, call); }));
    routes.push_back(Route("DELETE", "/api/tokens/{id}", kOwnAccount, "Revokes a token; what it let in ends")
                         .answers(200, Schema("RevokedToken", "What was revoked").with(text("id", "Of the token")))
                         .works([&services](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const Json done,
                                           services.accounts().revoke_token(call.caller, call.path_text("id")));
                             return json_response(done);
                         }));
    return routes;
}

}  // namespace goetia
