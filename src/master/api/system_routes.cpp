// Health, figures, and the script by which a machine joins.
#include <future>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/json.h"
#include "master/api/permissions.h"
#include "master/api/routes.h"
#include "net/file_response.h"
#include "net/problem.h"

namespace goetia {
namespace {

HttpResponse plain_text(std::string body, const std::string& type = "text/plain; charset=utf-8") {
    HttpResponse response{.body = std::move(body)};
    response.headers.set("Content-Type", type);
    return response;
}

bool is_token_text(const std::string& text) {
    return !text.empty() && text.size() <= 100 && std::all_of(text.begin(), text.end(), [](char letter) {
        return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-' || letter == '_';
    });
}

// Fetches the agent by its hash and starts it. Every value in it was checked or is ours.
std::string join_script(const ApiOptions& options, const std::string& token, const std::string& sha256) {
    const std::string pin = options.pin.empty() ? "" : "-k --pinnedpubkey '" + options.pin + "'";
    const std::string pin_word = options.pin.empty() ? "" : " --pin '" + options.pin + "'";
    return fmt::format(R"(#!/bin/sh
# Makes this machine a node of the Goetia master at {url}.
set -eu
home=$HOME/.goetia-agent
[ -w /var/lib ] && home=/var/lib/goetia/agent  # of root: the code of tasks runs as other users, to whom /root is closed
data=${{GOETIA_AGENT_DATA:-$home}}
mkdir -p "$data"
chmod 711 "$data"
program=$data/goetia-agent
curl -fsSL {pin} -o "$program.part" '{url}/agent/program?token={token}'
echo '{sha256}  '"$program.part" | sha256sum -c - >/dev/null || {{ echo 'the agent that came has another hash' >&2; exit 1; }}
chmod 755 "$program.part"
mv "$program.part" "$program"
exec "$program" run --master '{url}' --token '{token}' --data "$data"{pin_word} "$@"
)",
                       fmt::arg("url", options.url), fmt::arg("pin", pin), fmt::arg("token", token),
                       fmt::arg("sha256", sha256), fmt::arg("pin_word", pin_word));
}

}  // namespace

std::vector<Route> system_routes(MasterService& service, const ApiOptions& options) {
    std::vector<Route> routes;
    routes.push_back(Route("GET", "/healthz", kForEverybody, "Answers while the master runs")
                         .answers_bytes("text/plain; charset=utf-8", "ok")
                         .does([](const RouteCall&, const RouteAnswer& answer) { answer(plain_text("ok\n")); }));
    routes.push_back(
        Route("GET", "/readyz", kForEverybody, "Answers 200 when the store does")
            .answers_bytes("text/plain; charset=utf-8", "ok")
            .works([&service](const RouteCall&) -> Result<HttpResponse> {
                GOETIA_TRY(service.store().read([](SqlConnection& database) { return database.run("SELECT 1"); }));
                return plain_text("ok\n");
            }));
    routes.push_back(
        Route("GET", "/metrics", kReadMetrics, "Figures, as Prometheus reads them")
            .answers_bytes("text/plain; version=0.0.4", "The figures")
            .works([&service, requests = options.requests](const RouteCall&) -> Result<HttpResponse> {
                std::promise<Result<MasterFigures>> told;
                service.figures([&told](Result<MasterFigures> figures) { told.set_value(std::move(figures)); });
                GOETIA_ASSIGN(MasterFigures figures, told.get_future().get());
                figures.requests = requests->read();
                return plain_text(metrics_text(figures, service.store(), service.data()), "text/plain; version=0.0.4");
            }));
    routes.push_back(Route("GET", "/join.sh", kForEverybody, "The script by which a machine joins")
                         .in_query(text("token", "What 'goetia node token create' printed"))
                         .answers_bytes("text/x-shellscript", "The script")
                         .works([&service, options](const RouteCall& call) -> Result<HttpResponse> {
                             const std::string token = call.query_text("token");
                             if (!is_token_text(token) || !service.is_join_token(token)) {
                                 return make_error(Code::kDenied, "the token is not known, was used, or has expired");
                             }
                             if (options.agent.empty()) return not_found("this master has no agent's program to give");
                             GOETIA_ASSIGN(const std::string sha256, sha256_file(options.agent));
                             return plain_text(join_script(options, token, sha256), "text/x-shellscript");
                         }));
    routes.push_back(Route("GET", "/agent/program", kForEverybody, "The agent, for whoever has a token to join with")
                         .in_query(text("token", "What 'goetia node token create' printed"))
                         .answers_bytes("application/octet-stream", "The program")
                         .works([&service, options](const RouteCall& call) -> Result<HttpResponse> {
                             if (!service.is_join_token(call.query_text("token"))) {
                                 return make_error(Code::kDenied, "the token is not known, was used, or has expired");
                             }
                             if (options.agent.empty()) return not_found("this master has no agent's program to give");
                             GOETIA_ASSIGN(const std::string sha256, sha256_file(options.agent));
                             return file_response(call.request, options.agent, sha256, "application/octet-stream");
                         }));
    return routes;
}

}  // namespace goetia
