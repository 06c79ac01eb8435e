#include "net/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "base/json_text.h"
#include "net/openapi.h"
#include "net/problem.h"
#include "testkit/net_server.h"

namespace goetia {
namespace {

using testing::HasSubstr;

constexpr Permission kRead{"things.read"}, kWrite{"things.write", "super_admin"};

std::vector<Route> thing_routes() {
    std::vector<Route> routes;
    routes.push_back(Route("GET", "/api/things/{id}", kRead, "Shows a thing")
                         .in_path(integer("id", "Its number").at_least(1))
                         .in_query(boolean("all", "Everything of it").fallback(false))
                         .answers(200, Schema("Thing", "A thing").with(text("name", "Its name")))
                         .works([](const RouteCall& call) -> Result<HttpResponse> {
                             const auto id = call.path->at("id").get<int>();
                             if (id == 404) return not_found("there is no thing {}", id);
                             if (id == 500) return failed("cannot open '/secret/path'");
                             return json_response(
                                 {{"id", id}, {"all", call.query->at("all")}, {"by", call.caller.name}});
                         }));
    routes.push_back(
        Route("POST", "/api/things", kWrite, "Makes a thing")
            .in_query(integer("times", "How many").between(1, 9).fallback(1))
            .takes(Schema("NewThing", "What it should be")
                       .with(text("name", "Its name"))
                       .with(integer("size", "How large").between(1, 10).fallback(3))
                       .with(text("color", "Of its front").one_of({"red", "green"}).fallback("red")))
            .answers(201, Schema("Thing", "A thing"))
            .does([](const RouteCall& call, const RouteAnswer& answer) { answer(json_response(*call.body, 201)); }));
    routes.push_back(Route("GET", "/api/things/first", kForEverybody, "Shows the first thing")
                         .does([](const RouteCall&, const RouteAnswer& answer) { answer(json_response("first")); }));
    routes.push_back(
        Route("PUT", "/api/things/{id}/bytes", kRead, "Keeps bytes")
            .takes_stream(
                1000, "the bytes",
                [](const RouteCall&) { return Result<std::shared_ptr<BodySink>>(std::make_shared<TextSink>()); })
            .works_on_stream([](const RouteCall&, const std::shared_ptr<BodySink>& sink) -> Result<HttpResponse> {
                return HttpResponse{.body = static_cast<TextSink&>(*sink).text};
            }));
    return routes;
}

Admission guard(const HttpRequest& request, const Permission& permission) {
    const std::string token = request.headers.value("Authorization");
    if (token.empty()) return {.status = 401, .sentence = "sign in"};
    if (token != "Bearer admin" && permission.role == "super_admin") return {.status = 403, .sentence = "not yours"};
    return {.caller = Caller{.id = "1", .name = token.substr(7)}};
}

class Routers : public testing::Test {
  protected:
    Routers() {
        auto made = Router::create(thing_routes(),
                                   {.guard = guard, .log = [this](const std::string& line) { logged += line; }});
        router = *made;
        server = std::move(
            *HttpServer::start({.receive = [this](const HttpRequest& head) { return router->receive(head); }}));
        client = std::move(*HttpClient::create({.server = server->address()}));
    }
    ~Routers() override {
        server.reset();
        router->stop();
    }

    HttpResponse ask(HttpRequest request, const std::string& token = "admin") {
        if (!token.empty()) request.headers.set("Authorization", "Bearer " + token);
        if (!request.body.empty() && !request.headers.find("Content-Type"))
            request.headers.set("Content-Type", "application/json");
        Result<HttpResponse> response = client->send(request);
        return response ? std::move(*response) : HttpResponse{.status = 0, .body = response.error().message};
    }
    Json problem(HttpRequest request, int status, const std::string& token = "admin") {
        const HttpResponse response = ask(std::move(request), token);
        EXPECT_EQ(response.status, status) << response.body;
        EXPECT_EQ(response.headers.value("Content-Type"), "application/problem+json");
        return *parse_json(response.body, "problem");
    }

    std::string logged;
    std::shared_ptr<Router> router;
    std::unique_ptr<HttpServer> server;
    std::unique_ptr<HttpClient> client;
};

TEST_F(Routers, call_the_function_with_checked_and_complete_fields) {
    EXPECT_EQ(ask({.target = "/api/things/7?all=true"}).body, R"({"id":7,"all":true,"by":"admin"})");
    EXPECT_EQ(ask({.target = "/api/v1/things/7"}, "me").body, R"({"id":7,"all":false,"by":"me"})");
    EXPECT_EQ(ask({.target = "/api/things/first"}, "").body, R"("first")");
    const HttpResponse made = ask({.method = "POST", .target = "/api/things", .body = R"({"name":"x"})"});
    EXPECT_EQ(made.status, 201);
    EXPECT_EQ(made.body, R"({"name":"x","size":3,"color":"red"})");
    EXPECT_EQ(ask({.method = "PUT", .target = "/api/things/7/bytes", .body = "abc"}).body, "abc");
}

TEST_F(Routers, report_every_fault_of_path_query_and_body_at_once) {
    const Json found = problem(
        {.method = "POST", .target = "/api/things?times=10&tims=1", .body = R"({"size":0,"colour":"red"})"}, 422);
    EXPECT_EQ(found["code"], "invalid");
    std::vector<std::string> paths;
    for (const Json& fault : found["faults"]) paths.push_back(fault["path"]);
    EXPECT_THAT(paths, testing::UnorderedElementsAre("query.times", "query.tims", "size", "colour", "name"));
    EXPECT_EQ(found["faults"][1]["nearest"], "times");
    const Json path = problem({.target = "/api/things/x?all=maybe"}, 422);
    EXPECT_EQ(path["faults"].size(), 2U);
    problem({.target = "/api/things/0"}, 422);
    problem({.target = "/api/things/1?all=true&all=true"}, 422);
}

TEST_F(Routers, refuse_before_the_body_what_is_not_there_or_not_allowed) {
    EXPECT_THAT(problem({.target = "/api/nothing"}, 404)["detail"], HasSubstr("there is no '/api/nothing'"));
    EXPECT_EQ(problem({.method = "DELETE", .target = "/api/things"}, 405)["detail"],
              "'DELETE' is not possible here (allowed: POST)");
    problem({.method = "MADEUP", .target = "/api/things/7"}, 405);
    EXPECT_EQ(problem({.target = "/api/things/7"}, 401, "")["detail"], "sign in");
    problem({.method = "POST", .target = "/api/things", .body = "{}"}, 403, "trainer");
    problem({.target = "/api/things/%zz"}, 400);
    problem({.target = "/api/things/7/../7"}, 404);
    EXPECT_EQ(ask({.method = "PUT", .target = "/api/things/7/bytes", .body = std::string(1001, 'x')}).status, 413);
    problem({.method = "POST", .target = "/api/things", .body = "{\"name\":"}, 400);
    HttpRequest form{.method = "POST", .target = "/api/things", .body = "name=x"};
    form.headers.set("Content-Type", "text/plain");
    problem(form, 415);
}

TEST_F(Routers, leave_to_another_what_no_route_claims_and_count_it_under_one_name) {
    const auto figures = std::make_shared<RequestFigures>();
    std::string asked;
    const auto paged =
        *Router::create(thing_routes(), {.guard = guard,
                                         .unclaimed = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
                                             asked += std::string(request.path()) + " ";
                                             if (request.path() == "/gone") return std::nullopt;
                                             return HttpResponse{.body = "page"};
                                         },
                                         .figures = figures});
    const auto answer = [&](const std::string& target, const std::string& host = "localhost") {
        HttpRequest head{.target = target};
        head.headers.set("Host", host);
        const Reception reception = paged->receive(head);
        if (!reception.refusal) return std::string("a route");
        return reception.refusal->status == 200 ? reception.refusal->body : std::to_string(reception.refusal->status);
    };
    EXPECT_EQ(answer("/"), "page");
    EXPECT_EQ(answer("/tasks/17?x=1"), "page");
    EXPECT_EQ(answer("/apinot"), "page");
    EXPECT_EQ(answer("/gone"), "404");
    asked.clear();
    for (const char* target : {"/api", "/api/", "/api/nothing", "/api/v1/nothing", "/api/things"}) {
        EXPECT_THAT(answer(target), testing::AnyOf("404", "405")) << target;
    }
    EXPECT_EQ(answer("/api/things/first"), "a route");
    EXPECT_EQ(answer("/tasks/17", "evil.example"), "421");
    EXPECT_EQ(asked, "") << "what the routes own and what comes from elsewhere";
    const auto counted = figures->read().requests;
    EXPECT_EQ(counted.at({Router::kUnclaimed, 200}), 3U);
    EXPECT_EQ(counted.at({"none /", 404}), 5U);
    paged->stop();
}

TEST_F(Routers, let_no_page_of_another_origin_in) {
    for (const char* method : {"GET", "POST", "DELETE", "OPTIONS", "MADEUP"}) {
        HttpRequest rebound{.method = method, .target = "/api/things/7"}, foreign = rebound, unknown = rebound;
        rebound.headers.set("Host", "evil.example:80");
        EXPECT_EQ(ask(rebound).status, 421) << method;
        foreign.headers.set("Origin", "https://evil.example");
        EXPECT_EQ(ask(foreign).status, 403) << method;
        unknown.headers.set("Origin", "null");
        EXPECT_EQ(ask(unknown).status, 403) << method;
    }
    HttpRequest own{.target = "/api/things/7"};
    own.headers.set("Origin", "http://" + server->address().authority());
    EXPECT_EQ(ask(own).status, 200);
}

TEST_F(Routers, tell_errors_in_the_callers_language_and_nothing_of_the_inside) {
    HttpRequest request{.target = "/api/things/404"};
    EXPECT_EQ(problem(request, 404)["title"], "There is no such thing");
    request.headers.set("Accept-Language", "zh-CN,zh;q=0.9,en;q=0.8");
    EXPECT_EQ(problem(request, 404)["title"], "找不到所请求的对象");
    request.target = "/api/nothing";
    EXPECT_EQ(problem(request, 404)["detail"], "没有“/api/nothing”这个地址");
    EXPECT_EQ(problem(request, 404)["reason"], "request.no_path");
    request.target = "/api/things/0";
    const Json fault = problem(request, 422)["faults"][0];
    EXPECT_EQ(fault["code"], "value.range");
    EXPECT_EQ(fault["message"], "超出范围");
    EXPECT_EQ(fault["allowed"], "整数, 不小于 1");
    const Json inside = problem({.target = "/api/things/500"}, 500);
    EXPECT_THAT(json_text(inside), Not(HasSubstr("secret")));
    EXPECT_THAT(logged, HasSubstr("/secret/path"));
    EXPECT_THAT(logged, HasSubstr(inside["request"].get<std::string>()));
    const Error error = error_from_problem(ask({.target = "/api/things/404"}));
    EXPECT_EQ(error.code, Code::kNotFound);
    EXPECT_EQ(error.message, "there is no thing 404");
}

TEST(RouteLists, with_a_route_twice_or_without_a_function_are_refused) {
    std::vector<Route> twice = thing_routes();
    twice.push_back(twice[0]);
    EXPECT_THAT(Router::create(std::move(twice), {}).error().message, HasSubstr("listed twice"));
    EXPECT_THAT(Router::create({Route("GET", "/a", kRead, "A")}, {}).error().message, HasSubstr("has no function"));
}

TEST(OpenApi, says_of_every_route_what_it_takes_and_who_may) {
    const Json document = openapi_document(thing_routes(), "Things", "1");
    EXPECT_EQ(document["openapi"], "3.1.0");
    const Json& post = document["paths"]["/api/things"]["post"];
    EXPECT_EQ(post["x-permission"], "things.write");
    EXPECT_EQ(post["x-role"], "super_admin");
    const Json& body = post["requestBody"]["content"]["application/json"]["schema"];
    EXPECT_EQ(body["required"], Json::array({"name"}));
    EXPECT_EQ(body["properties"]["size"]["maximum"], 10);
    EXPECT_EQ(body["properties"]["color"]["enum"], Json::array({"red", "green"}));
    const Json& get = document["paths"]["/api/things/{id}"]["get"];
    EXPECT_EQ(get["parameters"][0]["in"], "path");
    EXPECT_EQ(get["parameters"][0]["schema"]["type"], "integer");
    EXPECT_EQ(get["parameters"][1]["schema"]["default"], false);
    EXPECT_TRUE(document["paths"]["/api/things/first"]["get"]["security"].empty());
}

}  // namespace
}  // namespace goetia
