// goetia bench scheduler: what an empty task costs from its submission to its end, durable, over real sockets.
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "apps/goetia/bench_client.h"
#include "apps/goetia/command.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/scratch_folder.h"
#include "master/daemon/master_daemon.h"

namespace goetia::cli {
namespace {

namespace fs = std::filesystem;

struct SchedulerBench {
    std::int64_t tasks = 10000, nodes = 4, cores = 32, clients = 8, single = 300;
    fs::path data;
    std::string database;
};

// When each task was seen at a node.
class SeenTasks {
  public:
    void note(const std::string& task) {
        const double at = steady_seconds();
        const std::scoped_lock lock(mutex_);
        seen_.emplace(task, at);
    }
    [[nodiscard]] double when(const std::string& task) const {  // 0: not yet
        const std::scoped_lock lock(mutex_);
        const auto found = seen_.find(task);
        return found == seen_.end() ? 0 : found->second;
    }

  private:
    mutable std::mutex mutex_;
    std::map<std::string, double> seen_;
};

// Ends every empty task as soon as it is told of it.
Status be_a_node(BenchNode& node, SeenTasks& seen, const std::atomic<bool>& over) {
    while (!over) {
        GOETIA_ASSIGN(const bool any, node.receive(1, [&seen](const std::string& task) { seen.note(task); }));
        if (!any) GOETIA_TRY(node.report());
    }
    node.close();
    return {};
}

constexpr const char* kEmptyTask = R"({"noop": true})";

// One after the other, on an idle pool.
Status measure_single(BenchClient& client, const SchedulerBench& bench, const SeenTasks& seen, Json& figures) {
    std::vector<double> submits, dispatches;
    for (std::int64_t i = 0; i < bench.single; ++i) {
        const double begin = steady_seconds();
        GOETIA_ASSIGN(const Json made, client.ask("POST", "/api/tasks", kEmptyTask));
        submits.push_back((steady_seconds() - begin) * 1e3);
        const auto id = made["id"].get<std::string>();
        while (seen.when(id) == 0) {
            if (steady_seconds() - begin > 10) return failed("task '{}' reached no node within 10 s", id);
            std::this_thread::sleep_for(std::chrono::microseconds(50));
        }
        dispatches.push_back((seen.when(id) - begin) * 1e3);
    }
    figures["submit_p50_ms"] = percentile(submits, 0.5);
    figures["dispatch_p50_ms"] = percentile(dispatches, 0.5);
    figures["dispatch_p99_ms"] = percentile(dispatches, 0.99);
    return {};
}

Status submit_many(const MasterAccess& access, std::int64_t count) {
    GOETIA_ASSIGN(BenchClient client, BenchClient::open(access));
    for (std::int64_t i = 0; i < count; ++i) {
        GOETIA_ASSIGN([[maybe_unused]] const Json made, client.ask("POST", "/api/tasks", kEmptyTask));
    }
    return {};
}

Status measure_many(BenchClient& client, const MasterAccess& access, const SchedulerBench& bench, Json& figures) {
    const double begin = steady_seconds(), cpu = processor_seconds();
    std::vector<Status> outcomes(static_cast<std::size_t>(bench.clients));
    std::vector<std::thread> clients;
    for (std::int64_t i = 0; i < bench.clients; ++i) {
        clients.emplace_back(
            [&, i] { outcomes[static_cast<std::size_t>(i)] = submit_many(access, bench.tasks / bench.clients); });
    }
    for (std::thread& thread : clients) thread.join();
    for (Status& outcome : outcomes) GOETIA_TRY(std::move(outcome));
    const std::int64_t all = bench.tasks / bench.clients * bench.clients + bench.single;
    const double submitted = steady_seconds();
    for (std::int64_t done = 0; done < all;) {
        GOETIA_ASSIGN(const Json page, client.ask("GET", "/api/tasks?limit=1&q=state%3Dcompleted"));
        done = page["total"].get<std::int64_t>();
        if (steady_seconds() - submitted > 120) return failed("{} of {} tasks have ended", done, all);
        if (done < all) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    const double seconds = steady_seconds() - begin;
    const auto tasks = static_cast<double>(all - bench.single);
    figures["tasks"] = all - bench.single;
    figures["tasks_per_second"] = tasks / seconds;
    figures["submits_per_second"] = tasks / (submitted - begin);
    figures["cpu_ms_per_task"] = (processor_seconds() - cpu) * 1e3 / tasks;  // of the master, the nodes and the clients
    return {};
}

Result<Outcome> bench_at(const SchedulerBench& bench, const fs::path& data) {
    GOETIA_ASSIGN(
        const std::unique_ptr<MasterDaemon> master,
        MasterDaemon::start({.data = data, .port = 0, .database = bench.database, .version = GOETIA_VERSION}));
    GOETIA_ASSIGN(const MasterAccess access, access_from(data));
    GOETIA_ASSIGN(BenchClient client, BenchClient::open(access));
    SeenTasks seen;
    std::atomic<bool> over{false};
    std::vector<BenchNode> nodes;
    for (std::int64_t i = 0; i < bench.nodes; ++i) {
        GOETIA_ASSIGN(BenchNode node,
                      BenchNode::join(client, access, "node" + std::to_string(i), static_cast<int>(bench.cores)));
        nodes.push_back(std::move(node));
    }
    std::vector<std::thread> threads;
    std::vector<Status> outcomes(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i)
        threads.emplace_back([&, i] { outcomes[i] = be_a_node(nodes[i], seen, over); });
    Json figures = Json::object();
    Status measured = measure_single(client, bench, seen, figures);
    if (measured) measured = measure_many(client, access, bench, figures);
    over = true;
    for (std::thread& thread : threads) thread.join();
    master->stop(5);
    GOETIA_TRY(std::move(measured));
    for (Status& outcome : outcomes) GOETIA_TRY(std::move(outcome));
    const std::string text = fmt::format(
        "an empty task, durable, over sockets: at its node after {:.2f} ms (p99 {:.2f} ms), acknowledged after {:.2f} "
        "ms\n"
        "{} tasks from {} clients over {} nodes: {:.0f} tasks/s from submission to end, {:.2f} ms of processor each\n",
        figures["dispatch_p50_ms"].get<double>(), figures["dispatch_p99_ms"].get<double>(),
        figures["submit_p50_ms"].get<double>(), figures["tasks"].get<std::int64_t>(), bench.clients, bench.nodes,
        figures["tasks_per_second"].get<double>(), figures["cpu_ms_per_task"].get<double>());
    return Outcome{.json = std::move(figures), .text = text};
}

Result<Outcome> bench_scheduler(const SchedulerBench& bench) {
    if (!bench.data.empty()) return bench_at(bench, bench.data);
    GOETIA_ASSIGN(const ScratchFolder folder, ScratchFolder::make("bench"));
    return bench_at(bench, folder.path());
}

}  // namespace

void add_bench_scheduler_command(Command& bench, Context& context) {
    Command& command =
        bench.command("scheduler", "Measure what an empty task costs at a master, durable, over sockets");
    auto options = std::make_shared<SchedulerBench>();
    command.option("--tasks", options->tasks, "How many").range(1, 10'000'000).show_default();
    command.option("--nodes", options->nodes, "Nodes").range(1, 1000).show_default();
    command.option("--cores", options->cores, "Tasks at once on each").range(1, 1000).show_default();
    command.option("--clients", options->clients, "Who submit at once").range(1, 256).show_default();
    command.option("--single", options->single, "Tasks one after the other, for the time of one")
        .range(1, 100000)
        .show_default();
    command.option("--database", options->database, "'postgresql://HOST/NAME'; none: SQLite");
    command.option("--data", options->data, "Folder of the master's data; none: a temporary one").metavar("DIR");
    context.on(command, [options] { return bench_scheduler(*options); });
}

}  // namespace goetia::cli
