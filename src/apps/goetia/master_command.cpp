// goetia master: the daemon that keeps the queue, the records and the API.
#include <csignal>
#include <cstdio>
#include <thread>

#include "apps/goetia/command.h"
#include "apps/goetia/database_address.h"
#include "apps/goetia/master_call.h"
#include "apps/goetia/serve_options.h"
#include "apps/goetia/stop_on_signals.h"
#include "base/clock.h"
#include "base/process.h"
#include "base/service_notice.h"
#include "master/daemon/master_daemon.h"

namespace goetia::cli {
namespace {

// What the service manager's watchdog is told is what a client would see.
bool answers(const MasterDaemon& master) {
    const auto client = client_of({.url = master.url(), .pin = master.pin()});
    if (!client) return false;
    const Result<HttpResponse> response =
        (*client)->send({.method = "GET", .target = "/readyz"}, {.silence_seconds = 10});
    return response && response->status == 200;
}

Result<Outcome> serve(const ServeOptions& options, const Context& context) {
    const StopOnSignals signals;
    std::signal(SIGPIPE, SIG_IGN);
    DaemonOptions daemon{.data = options.data,
                         .host = options.host,
                         .port = static_cast<int>(options.port),
                         .database = options.database,
                         .tls = options.tls,
                         .copy_to = with_password(options.copy_to),
                         .data_sets = options.data_sets,
                         .page = page_folder(options),
                         .version = GOETIA_VERSION};
    GOETIA_ASSIGN(daemon.policy.ageing, moment_from(options.ageing));
    const std::filesystem::path agent = own_folder() / "goetia-agent";
    if (std::error_code none; std::filesystem::exists(agent, none)) daemon.agent = agent;
    daemon.programs = own_folder();
    daemon.log = [](const std::string& line) {
        std::fprintf(stderr, "%s %s\n", iso_time(now()).c_str(), line.c_str());
    };
    GOETIA_ASSIGN(const std::unique_ptr<MasterDaemon> master, MasterDaemon::start(std::move(daemon)));
    const std::string pin = master->pin().empty() ? "" : " (pin " + master->pin() + ")";
    context.say("goetia master answers at " + master->url() + pin);
    if (!master->setup_link().empty()) {
        context.say("for others to sign in, make its first administrator within 15 minutes at " + master->setup_link());
    }
    std::fflush(nullptr);
    ServiceNotice notice;
    notice.ready("answers at " + master->url());
    while (!signals.token().stop_requested()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        if (notice.alive_is_due(steady_seconds()) && answers(*master)) notice.alive(steady_seconds());
    }
    notice.stopping();
    master->stop(20);
    return Outcome{.json = {{"url", master->url()}, {"stopped", true}},
                   .text = "",
                   .exit_code = signals.terminated() ? kOk : kInterrupted};
}

}  // namespace

void add_master_command(Command& app, Context& context) {
    Command& command = app.command("master", "Run the master of a pool: queue, records, API and page");
    auto options = std::make_shared<ServeOptions>();
    add_serve_options(command, *options);
    context.on(command, [options, &context] { return serve(*options, context); });
}

}  // namespace goetia::cli
