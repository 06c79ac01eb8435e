// goetia bench api: what a master answers over real sockets, with the generator beside it: tasks by id, durable
// submissions, pages of a long list, and the stream.
#include <algorithm>
#include <atomic>
#include <fstream>
#include <thread>

#include <unistd.h>

#include "apps/goetia/bench_stream.h"
#include "apps/goetia/command.h"
#include "base/clock.h"
#include "base/json_text.h"
#include "base/random.h"
#include "base/scratch_folder.h"
#include "experiment/environment.h"
#include "master/daemon/master_daemon.h"
#include "master/service/task_facts.h"
#include "net/client.h"
#include "net/problem.h"

namespace goetia::cli {
namespace {

namespace fs = std::filesystem;

struct ApiBenchOptions {
    std::int64_t tasks = 100'000, clients = 4, readers = 200, topics = 20, rate = 5000, lists = 200;
    double seconds = 5;
    fs::path data;
    std::string database;
};

Status fill_tasks(const ApiBenchOptions& options, const fs::path& data) {
    GOETIA_ASSIGN(const auto store, Store::open({.data = data, .url = options.database}));
    constexpr std::int64_t kAtOnce = 5000;
    for (auto next = static_cast<std::int64_t>(store->tasks().size()) + 1; next <= options.tasks; next += kAtOnce) {
        GOETIA_TRY(store->write([&](StoreTransaction& change) -> Status {
            for (std::int64_t id = next; id < std::min(next + kAtOnce, options.tasks + 1); ++id) {
                PoolTask task{.id = static_cast<TaskId>(id), .user = 1, .noop = true};
                task.state = id % 7 == 0 ? TaskState::kFailed : TaskState::kCompleted;
                const double at = 1'735'689'600.0 + static_cast<double>(id);
                const TaskFacts facts{.name = fmt::format("run {}", id % 1000),
                                      .owner = std::to_string(id % 20),
                                      .wanted = {},
                                      .created_at = at,
                                      .started_at = at,
                                      .finished_at = at + 60,
                                      .nodes = {},
                                      .version = 1};
                GOETIA_TRY(change.put(task_row(task, facts, at)));
            }
            return change.put(SettingRow{"task_ids", options.tasks + 1, ""});
        }));
    }
    return {};
}

class ApiClient {
  public:
    static Result<ApiClient> open(const MasterAccess& access) {
        ClientOptions options;
        GOETIA_ASSIGN(options.server, ServerAddress::parse(access.url));
        if (!access.pin.empty()) options.pins = {access.pin};
        GOETIA_ASSIGN(std::unique_ptr<HttpClient> client, HttpClient::create(std::move(options)));
        return ApiClient(std::move(client), access.token);
    }
    Status ask(const std::string& method, const std::string& target, const std::string& body = "") {
        HttpRequest request{.method = method, .target = target, .body = body};
        request.headers.set("Authorization", "Bearer " + token_);
        if (!body.empty()) request.headers.set("Content-Type", "application/json");
        GOETIA_ASSIGN(const HttpResponse response, client_->send(request));
        return response.status < 400 ? Status() : Status(error_from_problem(response));
    }

  private:
    ApiClient(std::unique_ptr<HttpClient> client, std::string token)
        : client_(std::move(client)), token_(std::move(token)) {}
    std::unique_ptr<HttpClient> client_;
    std::string token_;
};

// How often each of several clients gets an answer, all together, and how long the answers take.
struct AskedOften {
    double per_second = 0, p50_ms = 0, p99_ms = 0;
};

double at_share(std::vector<double>& sorted, double share) {
    return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
}

Result<AskedOften> ask_often(const MasterAccess& access, const ApiBenchOptions& options,
                             const std::function<Status(ApiClient&, Random&)>& ask) {
    std::vector<Status> outcomes(static_cast<std::size_t>(options.clients));
    std::vector<std::vector<double>> times(outcomes.size());
    std::vector<std::thread> clients;
    const double begun = steady_seconds();
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        clients.emplace_back([&, i] {
            Result<ApiClient> client = ApiClient::open(access);
            if (!client) return void(outcomes[i] = client.error());
            Random random({.seed = 1, .sample = i, .purpose = purpose("bench.api")});
            for (double at = steady_seconds(); at - begun < options.seconds && outcomes[i];) {
                outcomes[i] = ask(*client, random);
                const double now = steady_seconds();
                times[i].push_back((now - at) * 1e3);
                at = now;
            }
        });
    }
    for (std::thread& client : clients) client.join();
    const double seconds = steady_seconds() - begun;
    std::vector<double> all;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        GOETIA_TRY(std::move(outcomes[i]));
        all.insert(all.end(), times[i].begin(), times[i].end());
    }
    std::sort(all.begin(), all.end());
    return AskedOften{static_cast<double>(all.size()) / seconds, at_share(all, 0.5), at_share(all, 0.99)};
}

Status measure_gets(const MasterAccess& access, const ApiBenchOptions& options, const std::string& name,
                    Json& figures) {
    GOETIA_ASSIGN(const AskedOften gets, ask_often(access, options, [&](ApiClient& client, Random& random) {
                      const auto id =
                          1 + static_cast<std::int64_t>(random.uniform() * static_cast<double>(options.tasks));
                      return client.ask("GET", "/api/tasks/" + std::to_string(std::min(id, options.tasks)));
                  }));
    figures[name + "_per_second"] = gets.per_second;
    figures[name + "_p99_ms"] = gets.p99_ms;
    return {};
}

// Pages as the page and the command line ask for them, one after the other.
Status measure_lists(const MasterAccess& access, const ApiBenchOptions& options, Json& figures) {
    GOETIA_ASSIGN(ApiClient client, ApiClient::open(access));
    const std::vector<std::string> targets{"/api/tasks?limit=50&sort=-created_at",
                                           "/api/tasks?limit=50&q=state%3Dfailed&sort=-created_at",
                                           "/api/tasks?limit=50&q=name%7E99&sort=name",
                                           "/api/tasks?limit=50&q=owner%3D7+state%3Dcompleted&sort=-priority"};
    std::vector<double> times;
    for (std::int64_t i = 0; i < options.lists; ++i) {
        const double begun = steady_seconds();
        GOETIA_TRY(client.ask("GET", targets[static_cast<std::size_t>(i) % targets.size()]));
        times.push_back((steady_seconds() - begun) * 1e3);
    }
    std::sort(times.begin(), times.end());
    figures["list_p50_ms"] = at_share(times, 0.5);
    figures["list_p99_ms"] = at_share(times, 0.99);
    return {};
}

double resident_mb() {
    std::ifstream file("/proc/self/statm");
    double all = 0, resident = 0;
    file >> all >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

Result<std::unique_ptr<MasterDaemon>> started_master(const ApiBenchOptions& options, const fs::path& data,
                                                     const std::string& tls) {
    return MasterDaemon::start(
        {.data = data, .port = 0, .database = options.database, .tls = tls, .version = GOETIA_VERSION});
}

Status measure_plain(const ApiBenchOptions& options, const fs::path& data, Json& figures) {
    const double begun = steady_seconds();
    GOETIA_ASSIGN(const std::unique_ptr<MasterDaemon> master, started_master(options, data, ""));
    figures["start_seconds"] = steady_seconds() - begun;
    GOETIA_ASSIGN(const MasterAccess access, access_from(data));
    GOETIA_TRY(measure_gets(access, options, "get", figures));
    GOETIA_TRY(measure_lists(access, options, figures));
    const double resident = resident_mb();  // of the master and the generator: everything was used once
    GOETIA_TRY(measure_gets(access, options, "get", figures));
    GOETIA_TRY(measure_lists(access, options, figures));
    figures["grown_mb"] = resident_mb() - resident;
    GOETIA_ASSIGN(const StreamBenchFigures stream,
                  bench_stream({.access = access,
                                .readers = static_cast<int>(options.readers),
                                .topics = static_cast<int>(std::min({options.topics, options.readers, options.tasks})),
                                .messages_per_second = static_cast<double>(options.rate),
                                .seconds = options.seconds},
                               master->services().pool().monitor()));
    figures["stream_messages_per_second"] = stream.messages_per_second;
    figures["stream_received_per_second"] = stream.received_per_second;
    figures["stream_gaps"] = stream.gaps;
    figures["stream_late_p99_ms"] = stream.late_p99_ms;
    figures["resident_mb"] = resident_mb();
    GOETIA_ASSIGN(const AskedOften posts, ask_often(access, options, [](ApiClient& client, Random&) {
                      return client.ask("POST", "/api/tasks", R"({"noop": true})");
                  }));
    figures["post_per_second"] = posts.per_second;
    figures["post_p99_ms"] = posts.p99_ms;
    master->stop(5);
    return {};
}

Status measure_secure(const ApiBenchOptions& options, const fs::path& data, Json& figures) {
    GOETIA_ASSIGN(const std::unique_ptr<MasterDaemon> master, started_master(options, data, "own"));
    GOETIA_ASSIGN(const MasterAccess access, access_from(data));
    GOETIA_TRY(measure_gets(access, options, "get_tls", figures));
    master->stop(5);
    return {};
}

Result<Outcome> bench_api_at(const ApiBenchOptions& options, const fs::path& data) {
    GOETIA_TRY(fill_tasks(options, data));
    Json figures = Json::object();
    GOETIA_TRY(measure_plain(options, data, figures));
    GOETIA_TRY(measure_secure(options, data, figures));
    Outcome outcome{.json = {{"bench", "api"},
                             {"machine", machine_state()},
                             {"tasks", options.tasks},
                             {"clients", options.clients},
                             {"readers", options.readers},
                             {"figures", figures}}};
    for (const auto& [name, value] : figures.items())
        outcome.text += fmt::format("  {:<28} {:>14.2f}\n", name, value.get<double>());
    return outcome;
}

Result<Outcome> bench_api(const ApiBenchOptions& options) {
    if (!options.data.empty()) {
        GOETIA_TRY(make_folders(options.data));
        return bench_api_at(options, options.data);
    }
    GOETIA_ASSIGN(const ScratchFolder folder, ScratchFolder::make("bench"));
    return bench_api_at(options, folder.path());
}

}  // namespace

void add_bench_api_command(Command& bench, Context& context) {
    Command& command = bench.command("api", "Measure what a master answers, with the generator beside it");
    const auto options = std::make_shared<ApiBenchOptions>();
    command.option("--tasks", options->tasks, "Finished tasks in the store").range(1, 10'000'000).show_default();
    command.option("--clients", options->clients, "Who ask at once").range(1, 256).show_default();
    command.option("--readers", options->readers, "Sockets that read the stream").range(1, 1000).show_default();
    command.option("--topics", options->topics, "Of which each reader reads one; 1: everybody reads everything")
        .range(1, 1000)
        .show_default();
    command.option("--rate", options->rate, "Messages a second, over all topics").range(1, 1'000'000).show_default();
    command.option("--lists", options->lists, "Pages of the list that are asked for").range(4, 100'000).show_default();
    command.option("--seconds", options->seconds, "Of each measurement").range(0.1, 3600.0).show_default();
    command.option("--database", options->database, "'postgresql://HOST/NAME'; none: SQLite");
    command.option("--data", options->data, "Folder of the master's data, kept; none: a temporary one").metavar("DIR");
    context.on(command, [options] { return bench_api(*options); });
}

}  // namespace goetia::cli
