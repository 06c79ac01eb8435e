// goetia bench nodes: how soon a master answers after its start, and what it costs to hold many nodes over TLS.
#include <atomic>
#include <charconv>
#include <csignal>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apps/goetia/bench_client.h"
#include "apps/goetia/command.h"
#include "apps/goetia/count_line.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/process.h"
#include "base/scratch_folder.h"
#include "experiment/environment.h"
#include "launch/spawn.h"

namespace goetia::cli {
namespace {

namespace fs = std::filesystem;

constexpr double kBetweenReports = 10;  // seconds, as agents do
constexpr double kLongestStart = 120;
constexpr std::size_t kHolders = 2;  // threads that speak for the nodes

struct NodesBench {
    std::int64_t nodes = 1000, seconds = 30, queued = 0;
    fs::path data;
    std::string database;
};

struct ProcessCost {
    double seconds = 0;  // of processor
    double mib = 0;      // resident
};

Result<ProcessCost> cost_of(pid_t process) {
    GOETIA_ASSIGN(const std::string stat, read_file(fmt::format("/proc/{}/stat", process)));
    GOETIA_ASSIGN(const std::string statm, read_file(fmt::format("/proc/{}/statm", process)));
    std::istringstream words(stat.substr(stat.rfind(')') + 2)), sizes(statm);
    std::string word;
    for (int i = 0; i < 11; ++i) words >> word;
    double user = 0, system = 0, all = 0, resident = 0;
    words >> user >> system;
    sizes >> all >> resident;
    return ProcessCost{.seconds = (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK)),
                       .mib = resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20)};
}

// The program as users start it: a process of its own, so that its memory is its own.
class MasterProcess {
  public:
    static Result<MasterProcess> start(const NodesBench& bench, const fs::path& data, const fs::path& log) {
        const FileDescriptor output(::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
        if (!output.valid()) return os_error("write", log.native(), errno);
        std::error_code none;
        fs::remove(data / "master.json", none);  // of an earlier start
        Spawn wanted{.words = {own_folder() / "goetia", "master", "--data", data, "--port", "0", "--tls", "own"},
                     .environment = {},
                     .folder = {},
                     .input = {},
                     .output = output.get()};
        if (!bench.database.empty()) wanted.words.insert(wanted.words.end(), {"--database", bench.database});
        GOETIA_ASSIGN(Spawned spawned, spawn(wanted));
        return MasterProcess(std::move(spawned));
    }
    MasterProcess(MasterProcess&& other) noexcept : process_(std::exchange(other.process_, {})) {}
    MasterProcess(const MasterProcess&) = delete;
    MasterProcess& operator=(const MasterProcess&) = delete;
    MasterProcess& operator=(MasterProcess&&) = delete;
    ~MasterProcess() {
        if (process_.pid <= 0) return;
        ::kill(process_.pid, SIGTERM);
        ::waitpid(process_.pid, nullptr, 0);
    }
    [[nodiscard]] pid_t pid() const { return process_.pid; }
    [[nodiscard]] bool has_ended() const { return ::waitpid(process_.pid, nullptr, WNOHANG) == process_.pid; }

  private:
    explicit MasterProcess(Spawned process) : process_(std::move(process)) {}
    Spawned process_;
};

// Returns once it has answered for tasks and nodes.
Result<MasterAccess> answering(const MasterProcess& master, const fs::path& data, const fs::path& log, Json& figures) {
    const double begin = steady_seconds();
    for (;; std::this_thread::sleep_for(std::chrono::milliseconds(2))) {
        if (master.has_ended() || steady_seconds() - begin > kLongestStart) {
            const auto said = read_file(log);
            return failed("the master did not start: {}", said ? *said : "");
        }
        const Result<MasterAccess> access = access_from(data);
        if (!access) continue;
        GOETIA_ASSIGN(BenchClient client, BenchClient::open(*access));
        const Result<Json> tasks = client.ask("GET", "/api/tasks?limit=50&sort=-created_at");
        if (!tasks) continue;
        GOETIA_TRY(client.ask("GET", "/api/nodes"));
        figures["start_seconds"] = steady_seconds() - begin;
        figures["tasks"] = (*tasks)["total"];
        return *access;
    }
}

// Tasks that wait for a machine with more cores than there is: what a start has to read and to put in line again.
Status queue_tasks(const MasterAccess& access, std::int64_t count) {
    constexpr std::int64_t kClients = 8;
    std::vector<Status> outcomes(kClients);
    std::vector<std::thread> clients;
    for (std::int64_t first = 0; first < kClients; ++first) {
        clients.emplace_back([&, first] {
            outcomes[static_cast<std::size_t>(first)] = [&]() -> Status {
                GOETIA_ASSIGN(BenchClient client, BenchClient::open(access));
                for (std::int64_t i = first; i < count; i += kClients)
                    GOETIA_TRY(client.ask("POST", "/api/tasks", R"({"noop": true, "cores": 1024})"));
                return {};
            }();
        });
    }
    for (std::thread& client : clients) client.join();
    for (Status& outcome : outcomes) GOETIA_TRY(std::move(outcome));
    return {};
}

Result<std::vector<BenchNode>> join_all(const MasterAccess& access, std::int64_t count) {
    GOETIA_ASSIGN(BenchClient client, BenchClient::open(access));
    std::vector<BenchNode> nodes;
    CountLine line("nodes");
    for (std::int64_t i = 0; i < count; ++i) {
        GOETIA_ASSIGN(BenchNode node, BenchNode::join(client, access, fmt::format("bench{}", i), 8));
        nodes.push_back(std::move(node));
        GOETIA_TRY(nodes.back().report());
        line.show(i + 1, count);
    }
    return nodes;
}

// Speaks for every kHolders-th node: takes what comes, and reports when that is due.
Status hold(std::vector<BenchNode>& nodes, std::size_t first, const std::atomic<bool>& over,
            std::atomic<std::int64_t>& reports) {
    std::vector<double> due(nodes.size());
    for (std::size_t i = first; i < nodes.size(); i += kHolders)
        due[i] = steady_seconds() + kBetweenReports * static_cast<double>(i) / static_cast<double>(nodes.size());
    while (!over) {
        for (std::size_t i = first; i < nodes.size(); i += kHolders) {
            GOETIA_TRY(nodes[i].receive(0.00005, [](const std::string&) {}));
            if (steady_seconds() < due[i]) continue;
            due[i] += kBetweenReports;
            ++reports;
            GOETIA_TRY(nodes[i].report());
        }
    }
    return {};
}

Status ask_meanwhile(const MasterAccess& access, double seconds, Json& figures) {
    GOETIA_ASSIGN(BenchClient client, BenchClient::open(access));
    std::vector<double> answers, submits;
    const auto timed = [&client](const std::string& method, const std::string& target,
                                 const std::string& body) -> Result<double> {
        const double begin = steady_seconds();
        GOETIA_TRY(client.ask(method, target, body));
        return (steady_seconds() - begin) * 1e3;
    };
    for (const double until = steady_seconds() + seconds; steady_seconds() < until;) {
        GOETIA_ASSIGN(const double answer, timed("GET", "/api/tasks?limit=50&sort=-created_at", ""));
        GOETIA_ASSIGN(const double submit, timed("POST", "/api/tasks", R"({"noop": true})"));
        answers.push_back(answer);
        submits.push_back(submit);
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    figures["list_p50_ms"] = percentile(answers, 0.5);
    figures["list_p99_ms"] = percentile(answers, 0.99);
    figures["submit_p50_ms"] = percentile(submits, 0.5);
    return {};
}

Status measure_held(const NodesBench& bench, const MasterAccess& access, pid_t master, Json& figures) {
    GOETIA_ASSIGN(const ProcessCost before, cost_of(master));
    double begin = steady_seconds();
    GOETIA_ASSIGN(std::vector<BenchNode> nodes, join_all(access, bench.nodes));
    figures["joins_per_second"] = static_cast<double>(bench.nodes) / (steady_seconds() - begin);
    std::atomic<bool> over{false};
    std::atomic<std::int64_t> reports{0};
    std::vector<Status> outcomes(kHolders);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < kHolders; ++i)
        threads.emplace_back([&, i] { outcomes[i] = hold(nodes, i, over, reports); });
    const Result<ProcessCost> first = cost_of(master);
    begin = steady_seconds();
    Status asked = ask_meanwhile(access, static_cast<double>(bench.seconds), figures);
    const double seconds = steady_seconds() - begin;
    const Result<ProcessCost> last = cost_of(master);
    over = true;
    for (std::thread& thread : threads) thread.join();
    GOETIA_TRY(std::move(asked));
    for (Status& outcome : outcomes) GOETIA_TRY(std::move(outcome));
    GOETIA_TRY(first);
    GOETIA_TRY(last);
    figures["nodes"] = bench.nodes;
    figures["reports_per_second"] = static_cast<double>(reports) / seconds;
    figures["cores"] = (last->seconds - first->seconds) / seconds;
    figures["resident_mib"] = last->mib;
    figures["kib_each"] = (last->mib - before.mib) * 1024 / static_cast<double>(bench.nodes);
    return {};
}

Result<Outcome> bench_nodes_at(const NodesBench& bench, const fs::path& data, const fs::path& log) {
    GOETIA_TRY(make_folders(data));
    Json figures = Json::object();
    if (bench.queued > 0) {
        GOETIA_ASSIGN(const MasterProcess before, MasterProcess::start(bench, data, log));
        GOETIA_ASSIGN(const MasterAccess filled, answering(before, data, log, figures));
        GOETIA_TRY(queue_tasks(filled, bench.queued));
    }
    GOETIA_ASSIGN(const MasterProcess master, MasterProcess::start(bench, data, log));
    GOETIA_ASSIGN(const MasterAccess access, answering(master, data, log, figures));
    GOETIA_TRY(measure_held(bench, access, master.pid(), figures));
    Outcome outcome{.json = {{"bench", "nodes"}, {"machine", machine_state()}, {"figures", figures}}};
    outcome.text = fmt::format(
        "with {} tasks the master answered {:.2f} s after its start\n"
        "{} nodes over TLS, {:.0f} reports a second: {:.3f} cores, {:.0f} MiB resident, {:.0f} KiB each\n"
        "meanwhile a page of tasks took {:.2f} ms (p99 {:.2f} ms), a submission {:.2f} ms\n",
        figures["tasks"].get<std::int64_t>(), figures["start_seconds"].get<double>(), bench.nodes,
        figures["reports_per_second"].get<double>(), figures["cores"].get<double>(),
        figures["resident_mib"].get<double>(), figures["kib_each"].get<double>(), figures["list_p50_ms"].get<double>(),
        figures["list_p99_ms"].get<double>(), figures["submit_p50_ms"].get<double>());
    return outcome;
}

Result<Outcome> bench_nodes(const NodesBench& bench) {
    GOETIA_ASSIGN(const ScratchFolder folder, ScratchFolder::make("bench"));
    const fs::path log = folder.path() / "master.log";
    return bench_nodes_at(bench, bench.data.empty() ? folder.path() / "data" : bench.data, log);
}

}  // namespace

void add_bench_nodes_command(Command& bench, Context& context) {
    Command& command = bench.command(
        "nodes", "Measure how soon a master answers after its start, and what many nodes over TLS cost it");
    auto options = std::make_shared<NodesBench>();
    command.option("--nodes", options->nodes, "How many").range(1, 100'000).show_default();
    command.option("--seconds", options->seconds, "How long they are held").range(1, 3600).show_default();
    command
        .option("--queued", options->queued,
                "Tasks that wait for a machine which never comes, submitted before the start that is measured")
        .range(0, 10'000'000)
        .show_default();
    command.option("--database", options->database, "'postgresql://HOST/NAME'; none: SQLite");
    command
        .option("--data", options->data,
                "Folder of the master's data, such as 'goetia bench store' fills; none: a temporary one")
        .metavar("DIR");
    context.on(command, [options] { return bench_nodes(*options); });
}

}  // namespace goetia::cli
