#include "agent/session/run_agent.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "agent/session/agent_options.h"
#include "agent/session/net_channel.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/process.h"
#include "base/random.h"
#include "base/service_notice.h"

namespace goetia {
namespace {

volatile std::sig_atomic_t leave_signal = 0, drain_signal = 0;

void on_leave(int number) { (number == SIGUSR1 ? drain_signal : leave_signal) = 1; }

void handle_signals() {
    struct sigaction action{};
    action.sa_handler = on_leave;
    for (const int number : {SIGTERM, SIGINT, SIGUSR1}) ::sigaction(number, &action, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGHUP, SIG_IGN);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Two agents on one folder would start every attempt twice.
Result<FileDescriptor> lock_data(const std::filesystem::path& data) {
    GOETIA_TRY(make_folders(data));
    const std::filesystem::path file = data / "agent.lock";
    FileDescriptor held(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!held.valid()) return os_error("write", file.native(), errno);
    if (::flock(held.get(), LOCK_EX | LOCK_NB) != 0)
        return make_error(Code::kWrongState, "another agent uses '{}'; stop it, or name another folder with --data",
                          data.native());
    return held;
}

Error become(const std::filesystem::path& program, const std::vector<std::string>& words) {
    std::vector<std::string> all = {program};
    all.insert(all.end(), words.begin(), words.end());
    std::vector<char*> list = pointers(all);
    ::execv(program.c_str(), list.data());
    return os_error("start", program.native(), errno);
}

std::string host_name_or(const std::string& name) {
    if (!name.empty()) return name;
    char host[256] = {};
    return ::gethostname(host, sizeof host - 1) == 0 ? host : "node";
}

}  // namespace

Result<int> run_agent(const std::vector<std::string>& words) {
    GOETIA_ASSIGN(AgentOptions options, agent_options_from({words.begin() + 1, words.end()}));
    ::prctl(PR_SET_DUMPABLE, 0);  // no core file and no debugger: it holds the node's secret
    handle_signals();
    GOETIA_ASSIGN(const FileDescriptor lock, lock_data(options.node.data));
    options.node.version = GOETIA_VERSION;
    if (options.node.setup.sandbox) options.node.setup.groups = AttemptGroups::open();
    const std::filesystem::path identity = options.node.data / "identity.json";
    GOETIA_ASSIGN(const std::unique_ptr<MasterChannel> channel,
                  net_channel({.master = options.master,
                               .pins = options.pin.empty() ? std::vector<std::string>() : std::vector{options.pin},
                               .token = options.token,
                               .name = host_name_or(options.name),
                               .identity = identity}));
    GOETIA_ASSIGN(std::unique_ptr<GpuSource> gpus, gpus_of_this_machine());
    GOETIA_ASSIGN(const std::unique_ptr<AgentNode> node,
                  AgentNode::open(std::move(options.node), std::move(gpus), [&] { return channel->open_link(); }));
    const std::string name = host_name_or(options.name);
    // Each node has its own jitter, so that they do not come back together.
    const SessionOptions session{.seed = purpose(name) ^ static_cast<std::uint64_t>(::getpid())};
    AgentSession loop(*node, *channel, session);
    fmt::print("goetia-agent: node '{}' of {}\n", name, options.master);
    std::fflush(stdout);
    ServiceNotice notice;
    notice.ready(fmt::format("node '{}' of {}", name, options.master));
    GOETIA_ASSIGN(const SessionEnd end, loop.run([&node, &notice] {
        if (const double now = steady_seconds(); notice.alive_is_due(now)) notice.alive(now);
        if (drain_signal != 0) node->drain();
        return leave_signal != 0;
    }));
    if (end != SessionEnd::kUpdate) notice.stopping();
    if (end == SessionEnd::kUpdate) return become(loop.update(), words);
    if (end == SessionEnd::kDenied)
        return make_error(Code::kDenied, "the master at {} does not know this node (any more); enrol it with --token",
                          options.master);
    return 0;
}

}  // namespace goetia
