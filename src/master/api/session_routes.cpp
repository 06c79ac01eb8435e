// The first administrator, signing in and out, and the sessions of the one who asks.
#include <fmt/format.h>

#include "base/json.h"
#include "master/api/lists.h"
#include "master/api/permissions.h"
#include "master/api/refusals.h"
#include "master/api/routes.h"
#include "net/problem.h"

namespace goetia {
namespace {

std::string session_cookie(const std::string& secret, double seconds, bool secure) {
    return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={:.0f}{}", kSessionCookie, secret, seconds,
                       secure ? "; Secure" : "");
}

Shape session_shape() {
    return Shape(Schema("Session", "Who is signed in")
                     .with(object("user", "As GET /api/users/ID shows him"))
                     .with(text("version", "Of the master"))
                     .with(text("csrf", "What changes that are asked with the cookie send in the header X-CSRF-Token")
                               .or_null())
                     .with(texts("scopes", "What the token that asks is limited to; none: all that its user may")))
        .where("user", user_schema());
}

Json session_json(const Json& user, const std::string& secret, const Caller& caller, const std::string& version) {
    return {{"user", user},
            {"version", version},
            {"csrf", secret.empty() ? Json() : Json(csrf_token(secret))},
            {"scopes", caller.scopes ? Json(*caller.scopes) : Json::array()}};
}

// Before anybody is known, there is only where he asks from.
Status check_place(MasterServices& services, const RouteCall& call) {
    if (services.credentials().answers(call.request)) return {};
    return make_error(Code::kDenied,
                      "until its first administrator exists, this master answers people of its own machine only");
}

void set_up(MasterServices& services, const RouteCall& call, const RouteAnswer& answer) {
    if (Status place = check_place(services, call); !place) return answer(std::move(place).error());
    const Json& body = *call.body;
    NewUser user{.name = body["name"], .password = body["password"], .email = body["email"]};
    services.accounts().set_up(body["token"], std::move(user), [call, answer](const Result<Json>& made) {
        made ? answer(json_response(*made, 201)) : answer(account_refusal(call, made.error()));
    });
}

void sign_in(MasterServices& services, const std::string& version, const RouteCall& call, const RouteAnswer& answer) {
    if (Status place = check_place(services, call); !place) return answer(std::move(place).error());
    const Json& body = *call.body;
    services.accounts().sign_in(
        body["name"], body["password"], call.request.peer, [call, answer, version](const Result<SignedIn>& signed_in) {
            if (!signed_in) return answer(account_refusal(call, signed_in.error(), 401));
            HttpResponse response = json_response(session_json(*signed_in->user, signed_in->secret, {}, version), 201);
            response.headers.set("Set-Cookie", session_cookie(signed_in->secret, kSessionSeconds, call.request.secure));
            answer(std::move(response));
        });
}

Schema credentials_schema(Schema schema) {
    return std::move(schema).with(text("name", "Of the user")).with(text("password", "His"));
}

std::vector<Route> sign_in_routes(MasterServices& services, const std::string& version) {
    std::vector<Route> routes;
    routes.push_back(
        Route("POST", "/api/setup", kForEverybody, "Makes the first administrator, by the link that the master printed")
            .takes(credentials_schema(Schema("SetUp", "Who administers the master")
                                          .with(text("token", "Of the link; valid for 15 minutes, and once"))
                                          .with(text("email", "For others").fallback(""))))
            .answers(201, user_schema())
            .does([&services](const RouteCall& call, const RouteAnswer& answer) { set_up(services, call, answer); }));
    routes.push_back(Route("POST", "/api/session", kForEverybody, "Signs in: sets the cookie of a session")
                         .takes(credentials_schema(Schema("SignIn", "Who")))
                         .answers(201, session_shape())
                         .does([&services, version](const RouteCall& call, const RouteAnswer& answer) {
                             sign_in(services, version, call, answer);
                         }));
    return routes;
}

}  // namespace

std::vector<Route> session_routes(MasterServices& services, const std::string& version) {
    std::vector<Route> routes = sign_in_routes(services, version);
    routes.push_back(Route("GET", "/api/session", kOwnAccount, "Says who asks")
                         .answers(200, session_shape())
                         .works([&services, version](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const Json user, services.accounts().user(call.caller, call.caller.id));
                             const bool by_token = !call.request.headers.value("Authorization").empty();
                             const std::string secret = by_token ? "" : session_secret_in(call.request);
                             return json_response(session_json(user, secret, call.caller, version));
                         }));
    routes.push_back(Route("DELETE", "/api/session", kOwnAccount, "Signs out: ends the session that asks")
                         .answers(200, Schema("SignedOut", "What was ended").with(text("id", "Of the session")))
                         .works([&services](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_TRY(services.accounts().sign_out(call.caller));
                             HttpResponse response = json_response({{"id", call.caller.credential}});
                             response.headers.set("Set-Cookie", session_cookie("", 0, call.request.secure));
                             return response;
                         }));
    routes.push_back(as_list(Route("GET", "/api/sessions", kOwnAccount, "Lists the sessions of the one who asks"))
                         .answers_list(Schema("OpenSession", "Where somebody is signed in")
                                           .with(text("id", "Its name"))
                                           .with(text("address", "From which he signed in"))
                                           .with(number("created_at", "Seconds since 1970"))
                                           .with(number("expires_at", "Seconds since 1970"))
                                           .with(boolean("current", "It is the one that asks")))
                         .works([&services](const RouteCall& call) -> Result<HttpResponse> {
                             static const ListFields kFields{{"id", "address", "created_at", "expires_at"}, {}};
                             GOETIA_ASSIGN(const std::vector<Json> all, services.accounts().sessions(call.caller));
                             return short_list(call, all, kFields, {"id", "address", "created_at", "expires_at"});
                         }));
    routes.push_back(Route("DELETE", "/api/sessions/{id}", kOwnAccount, "Ends a session of the one who asks")
                         .answers(200, Schema("EndedSession", "What was ended").with(text("id", "Of the session")))
                         .works([&services](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const Json ended,
                                           services.accounts().end_session(call.caller, call.path_text("id")));
                             return json_response(ended);
                         }));
    return routes;
}

}  // namespace goetia
