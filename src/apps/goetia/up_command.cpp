// goetia up: a whole pool on this machine, in one program: a master and one agent, kept running until Ctrl-C.
#include <csignal>
#include <cstdio>
#include <thread>

#include "apps/goetia/command.h"
#include "apps/goetia/local_pool.h"
#include "apps/goetia/stop_on_signals.h"

namespace goetia::cli {
namespace {

struct UpOptions {
    ServeOptions serve;
    std::vector<std::string> labels;
    std::string cache;
};

Result<Outcome> bring_up(const UpOptions& options, const Context& context) {
    const StopOnSignals signals;
    std::signal(SIGPIPE, SIG_IGN);
    LocalPoolOptions wanted{.serve = options.serve, .agent = {}};
    for (const std::string& label : options.labels) wanted.agent.insert(wanted.agent.end(), {"--label", label});
    if (!options.cache.empty()) wanted.agent.insert(wanted.agent.end(), {"--cache", options.cache});
    GOETIA_ASSIGN(const std::unique_ptr<LocalPool> pool, LocalPool::start(std::move(wanted), signals.token()));
    const MasterAccess& access = pool->access();
    const char* what = page_folder(options.serve).empty() ? "goetia answers" : "goetia's page is";
    context.say(fmt::format("{} at {}{}, this machine is its node '{}'; Ctrl-C ends both", what, access.url,
                            access.pin.empty() ? "" : " (pin " + access.pin + ")", pool->node()));
    if (const std::string setup = pool->setup_sentence(); !setup.empty()) context.say(setup);
    std::fflush(nullptr);
    while (!signals.token().stop_requested()) {
        for (const std::string& sentence : pool->advance()) std::fprintf(stderr, "%s\n", sentence.c_str());
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    pool->stop();
    return Outcome{.json = {{"url", access.url}, {"stopped", true}},
                   .text = "",
                   .exit_code = signals.terminated() ? kOk : kInterrupted};
}

}  // namespace

void add_up_command(Command& app, Context& context) {
    Command& command = app.command("up", "Run a pool on this machine: a master with this machine as its node");
    auto options = std::make_shared<UpOptions>();
    add_serve_options(command, options->serve);
    command.option("--label", options->labels, "Of the node, that tasks may ask for").repeated().metavar("KEY=VALUE");
    command.option("--cache", options->cache, "Most disk space for what the node fetched: 200GB").metavar("SIZE");
    command.footer(
        "Commands such as 'goetia task submit' find it by themselves; with another folder than the default by "
        "GOETIA_DATA=DIR.");
    context.on(command, [options, &context] { return bring_up(*options, context); });
}

}  // namespace goetia::cli
