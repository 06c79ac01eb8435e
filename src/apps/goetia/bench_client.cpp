#include "apps/goetia/bench_client.h"

#include <algorithm>

#include "base/json.h"
#include "base/json_text.h"
#include "net/problem.h"
#include "protocol/agent_paths.h"

namespace goetia::cli {
namespace {

Result<ClientOptions> bench_client_options(const MasterAccess& access) {
    ClientOptions options;
    GOETIA_ASSIGN(options.server, ServerAddress::parse(access.url));
    if (!access.pin.empty()) options.pins = {access.pin};
    return options;
}

Result<std::string> enrolled(BenchClient& client, const std::string& name) {
    GOETIA_ASSIGN(const Json token, client.ask("POST", "/api/nodes/tokens", "{}"));
    GOETIA_ASSIGN(const Json made,
                  client.ask("POST", std::string(kEnrolPath), json_text({{"token", token["token"]}, {"name", name}})));
    return made["node"].get<std::string>() + "." + made["secret"].get<std::string>();
}

}  // namespace

Result<BenchClient> BenchClient::open(const MasterAccess& access) {
    GOETIA_ASSIGN(ClientOptions options, bench_client_options(access));
    GOETIA_ASSIGN(std::unique_ptr<HttpClient> client, HttpClient::create(std::move(options)));
    return BenchClient(std::move(client), access.token);
}

Result<Json> BenchClient::ask(const std::string& method, const std::string& target, const std::string& body) {
    HttpRequest request{.method = method, .target = target, .body = body};
    request.headers.set("Authorization", "Bearer " + token_);
    if (!body.empty()) request.headers.set("Content-Type", "application/json");
    GOETIA_ASSIGN(const HttpResponse response, client_->send(request));
    if (response.status >= 400) return error_from_problem(response);
    return parse_json(response.body, "the master's answer");
}

Result<BenchNode> BenchNode::join(BenchClient& client, const MasterAccess& access, const std::string& name, int cores) {
    GOETIA_ASSIGN(const std::string secret, enrolled(client, name));
    GOETIA_ASSIGN(const ClientOptions options, bench_client_options(access));
    HttpHeaders headers;
    headers.set("Authorization", "Bearer " + secret);
    GOETIA_ASSIGN(auto socket, WebSocketClient::open(options, std::string(kSessionPath), headers));
    NodeStatus status{.facts = NodeFacts{.host = "bench", .cores = cores, .memory = std::int64_t{1} << 40}};
    GOETIA_ASSIGN(const std::optional<std::string> greeting, socket->receive(10));
    GOETIA_ASSIGN(const Json greeted, parse_json(greeting.value_or(""), "the greeting"));
    status.session = greeted["session"].get<std::uint64_t>();
    return BenchNode(std::move(socket), std::move(status));
}

Result<bool> BenchNode::take(double seconds) {
    GOETIA_ASSIGN(const std::optional<std::string> text, socket_->receive(seconds));
    if (!text) return false;
    GOETIA_ASSIGN(const Json json, parse_json(*text, "desired"));
    GOETIA_ASSIGN(desired_, node_desired_from(json));
    status_.session = desired_.session;
    status_.generation = desired_.generation;
    status_.attempts.clear();
    for (const WantedAttempt& wanted : desired_.attempts) {
        status_.attempts.push_back(
            {.fence = wanted.fence, .task = wanted.task, .phase = AttemptPhase::kExited, .exit = AttemptExit{}});
    }
    return true;
}

Status BenchNode::report() {
    ++status_.number;
    GOETIA_TRY(socket_->send(json_text(to_json(status_))));
    status_.facts.reset();
    return {};
}

double percentile(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

}  // namespace goetia::cli
