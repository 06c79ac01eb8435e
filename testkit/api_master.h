// A master with its API on a free port, and agents that do as a test says, over real sockets.
#pragma once

#include <chrono>
#include <map>
#include <thread>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_text.h"
#include "master/api/routes.h"
#include "net/client.h"
#include "net/problem.h"
#include "net/router.h"
#include "net/server.h"
#include "testkit/small_package.h"
#include "testkit/temporary_folder.h"

namespace goetia::testkit {

class ApiMaster {
  public:
    explicit ApiMaster(std::filesystem::path data = {}, int port = 0,
                       AccountOptions accounts = {.cost = kCheapPasswords}, const PoolPolicy& policy = {}) {
        if (data.empty()) data = folder_.path();
        auto opened =
            MasterServices::open({.data = data,
                                  .policy = policy,
                                  .log = [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }},
                                 std::move(accounts));
        if (!opened) throw std::runtime_error(to_string(opened.error()));
        services = std::move(*opened);
        service = &services->pool();
        const auto figures = std::make_shared<RequestFigures>();
        router_ = std::move(*Router::create(
            master_routes(*services, {.version = "0", .url = "http://127.0.0.1", .requests = figures}),
            {.guard = [this](const HttpRequest& request,
                             const Permission& permission) { return service->admit(request, permission); },
             .figures = figures}));
        auto started = HttpServer::start(
            {.port = port, .receive = [this](const HttpRequest& head) { return router_->receive(head); }});
        if (!started) throw std::runtime_error(to_string(started.error()));
        server = std::move(*started);
        token = *read_file(data / "local.token");
        token.pop_back();
        client_ = std::move(*HttpClient::create({.server = server->address()}));
    }
    ~ApiMaster() {
        server->stop(0);
        router_->stop();
        services->stop();
    }

    HttpResponse ask(const std::string& method, const std::string& target, const Json& body = nullptr,
                     HttpHeaders headers = {}) {
        HttpRequest request{.method = method, .target = target, .headers = std::move(headers)};
        if (!request.headers.find("Authorization")) request.headers.set("Authorization", "Bearer " + token);
        if (!body.is_null()) {
            request.body = json_text(body);
            request.headers.set("Content-Type", "application/json");
        }
        auto response = client_->send(request);
        return response ? std::move(*response) : HttpResponse{.status = 0, .body = response.error().message};
    }
    Json json(const std::string& method, const std::string& target, const Json& body = nullptr) {
        const HttpResponse response = ask(method, target, body);
        const auto parsed = parse_json(response.body, target);
        return parsed ? *parsed : Json(response.body);
    }
    // The answer once `is_there` holds of it.
    Json answer_when(const std::string& target, const auto& is_there) {
        Json answer;
        for (const double until = steady_seconds() + 20; steady_seconds() < until;) {
            answer = json("GET", target);
            if (is_there(answer)) return answer;
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        ADD_FAILURE() << target << ": " << answer;
        return answer;
    }
    std::string submit(Json task = {{"noop", true}}) { return json("POST", "/api/tasks", task).value("id", ""); }
    // The package of a task, stored; as the task names it.
    Json stored_package() {
        const std::string archive = small_package(), sha256 = sha256_hex(archive);
        const auto bytes = std::ssize(archive);
        EXPECT_TRUE(service->put_package({.id = "1"}, {.fence = 1, .sha256 = sha256, .bytes = bytes}, archive));
        return {{"sha256", sha256}, {"bytes", bytes}};
    }
    std::string state(const std::string& id) { return json("GET", "/api/tasks/" + id).value("state", ""); }

    TemporaryFolder& folder() { return folder_; }

  private:
    TemporaryFolder folder_;
    std::shared_ptr<Router> router_;
    std::unique_ptr<HttpClient> client_;

  public:
    std::unique_ptr<MasterServices> services;
    MasterService* service = nullptr;  // of `services`
    std::unique_ptr<HttpServer> server;
    std::string token;
};

// An agent without a machine: it joins, and says of its attempts what the test wants it to.
class ApiAgent {
  public:
    ApiAgent(ApiMaster& master, const std::string& name, int cores = 4) : master_(master), cores_(cores) {
        const std::string token = master.json("POST", "/api/nodes/tokens", Json::object())["token"];
        const Json made = master.json("POST", "/agent/enrol", {{"token", token}, {"name", name}});
        id = made.value("node", "");
        secret = made.value("secret", "");
    }

    // Whoever has the secret of a node.
    ApiAgent(ApiMaster& master, std::string node, std::string its_secret)
        : id(std::move(node)), secret(std::move(its_secret)), master_(master), cores_(4) {}

    // Opens the session, and says what the machine has.
    Status connect(std::vector<AttemptStatus> attempts = {}) {
        HttpHeaders headers;
        headers.set("Authorization", "Bearer " + bearer());
        GOETIA_ASSIGN(socket_, WebSocketClient::open({.server = master_.server->address()}, "/agent/session", headers));
        number_ = 0;
        GOETIA_ASSIGN(const std::optional<std::string> greeting, socket_->receive(10));
        GOETIA_ASSIGN(const Json json, parse_json(greeting.value_or(""), "the greeting"));
        desired = {.session = json.at("session").get<std::uint64_t>()};
        NodeFacts facts{.host = "h", .cores = cores_, .memory = 1LL << 36};
        return report(std::move(attempts), facts);
    }
    // The newest document, if one comes within `seconds`.
    Status receive(double seconds) {
        GOETIA_ASSIGN(const std::optional<std::string> text, socket_->receive(seconds));
        if (!text) return {};
        GOETIA_ASSIGN(const Json json, parse_json(*text, "desired"));
        GOETIA_ASSIGN(desired, node_desired_from(json));
        return {};
    }
    Status report(std::vector<AttemptStatus> attempts, std::optional<NodeFacts> facts = std::nullopt) {
        const NodeStatus status{.session = desired.session,
                                .number = ++number_,
                                .generation = desired.generation,
                                .facts = std::move(facts),
                                .attempts = std::move(attempts)};
        return socket_->send(json_text(to_json(status)));
    }
    // Says of everything that is wanted that it is in this phase.
    Status report_all(AttemptPhase phase) {
        std::vector<AttemptStatus> attempts;
        for (const WantedAttempt& wanted : desired.attempts) {
            AttemptStatus status{.fence = wanted.fence, .task = wanted.task, .phase = phase};
            if (phase >= AttemptPhase::kExited) status.exit = AttemptExit{};
            attempts.push_back(std::move(status));
        }
        return report(std::move(attempts));
    }
    // A request of its own, outside the session: an append or a piece of an object, as `document` says.
    HttpResponse post(std::string_view path, const Json& document, const std::string& bytes) {
        if (!client_) client_ = std::move(*HttpClient::create({.server = master_.server->address()}));
        HttpRequest request{.method = "POST", .target = std::string(path), .body = bytes};
        request.headers.set("Goetia-Request", json_text(document));
        request.headers.set("Authorization", "Bearer " + bearer());
        auto response = client_->send(request);
        return response ? std::move(*response) : HttpResponse{.status = 0, .body = response.error().message};
    }
    Status send(const NodeStatus& status) { return socket_->send(json_text(to_json(status))); }
    [[nodiscard]] std::string bearer() const { return id + "." + secret; }
    [[nodiscard]] ServerAddress server() const { return master_.server->address(); }
    void drop() { socket_.reset(); }

    NodeDesired desired;
    std::string id, secret;

  private:
    ApiMaster& master_;
    int cores_;
    std::unique_ptr<WebSocketClient> socket_;
    std::unique_ptr<HttpClient> client_;
    std::uint64_t number_ = 0;
};

}  // namespace goetia::testkit
