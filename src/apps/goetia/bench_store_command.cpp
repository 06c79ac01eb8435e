// goetia bench store: fills a master's data folder with finished runs, and measures what is answered from it.
#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <memory>

#include <fcntl.h>
#include <unistd.h>

#include "apps/goetia/command.h"
#include "apps/goetia/count_line.h"
#include "base/files.h"
#include "base/json_text.h"
#include "base/random.h"
#include "config/config.h"
#include "experiment/environment.h"
#include "experiment/folder.h"
#include "experiment/journal_format.h"
#include "experiment/journal_records.h"
#include "master/daemon/master_daemon.h"
#include "master/store/field_text.h"
#include "master/store/store.h"
#include "net/client.h"
#include "net/problem.h"

namespace goetia::cli {
namespace {

namespace fs = std::filesystem;

struct StoreBenchOptions {
    fs::path data;
    std::int64_t runs = 1000, metrics = 10, steps = 100, parameters = 40, rounds = 40;
    std::string database;
};

// One finished run, every number of which follows from its own number.
class FilledRun {
  public:
    FilledRun(std::int64_t number, const StoreBenchOptions& options)
        : options_(options),
          random_({.seed = 1, .sample = static_cast<std::uint64_t>(number), .purpose = purpose("bench.store")}),
          id_(fmt::format("exp_20250101_000000_{:08x}", number)),
          began_(1'735'689'600.0 + static_cast<double>(number)) {
        config_ = {{"experiment", {{"name", fmt::format("run {}", number)}, {"seed", number % 5}}},
                   {"model", {{"type", number % 3 == 0 ? "ResNet18" : "ResNet50"}}},
                   {"optimizer", {{"type", "SGD"}, {"lr", std::pow(10.0, -static_cast<double>(number % 5))}}},
                   {"training", {{"batch_size", 16 << number % 4}, {"epochs", 10}}}};
        for (std::int64_t key = 0; key + kOwnParameters < options.parameters; ++key)
            config_["augmentation"][fmt::format("key_{}", key)] = 0.5 * static_cast<double>((key + number) % 50);
    }

    // Not synced one by one: the bench ends with one sync of everything.
    Status write_folder() {
        const fs::path root = options_.data / "experiments" / id_;
        GOETIA_TRY(make_folders(root / "journal"));
        std::string yaml;
        for (const auto& [section, keys] : config_.items()) {
            yaml += section + ":\n";
            for (const auto& [key, value] : keys.items()) yaml += fmt::format("  {}: {}\n", key, value.dump());
        }
        GOETIA_TRY(write_plainly(root / "config.yaml", yaml));
        return write_plainly(root / "journal/attempt_1.journal", journal());
    }

    Status put(StoreTransaction& change) const {
        GOETIA_TRY(change.put(ExperimentRow{.id = id_,
                                            .name = config_["experiment"]["name"].get<std::string>(),
                                            .state = "completed",
                                            .owner = "bench",
                                            .created_at = began_,
                                            .updated_at = began_ + static_cast<double>(options_.steps),
                                            .version = 1,
                                            .tags = R"(["bench"])"}));
        GOETIA_TRY(change.put(ExperimentConfigRow{id_, flattened(config_)}));
        return change.put(ExperimentMetricsRow{id_, summary_});
    }

  private:
    static constexpr std::int64_t kOwnParameters = 7;  // beside those of the augmentation

    [[nodiscard]] static std::string metric_name(std::int64_t metric) {
        constexpr std::array<const char*, 3> kNames{"train/loss", "val/loss", "val/accuracy_top1"};
        return metric < 3 ? kNames[static_cast<std::size_t>(metric)] : fmt::format("train/metric_{}", metric);
    }

    static Status write_plainly(const fs::path& path, const std::string& bytes) {
        std::ofstream file(path, std::ios::binary);
        file << bytes;
        file.flush();
        return file ? Status() : failed("cannot write '{}'; is the disk full?", path.native());
    }

    std::string journal() {
        std::string bytes(journal_format::kMagic);
        std::uint64_t sequence = 0;
        const auto put = [&](RecordType type, const Json& body) {
            journal_format::put_record(bytes, type, sequence++, body.dump());
        };
        put(RecordType::kAttempt,
            to_json(AttemptRecord{.attempt = 1, .experiment = id_, .resumed_from_step = 0, .time = began_}));
        std::vector<double> last(static_cast<std::size_t>(options_.metrics)), best = last;
        for (std::int64_t metric = 0; metric < options_.metrics; ++metric)
            put(RecordType::kName, to_json(NameRecord{.id = metric, .name = metric_name(metric)}));
        for (std::int64_t step = 1; step <= options_.steps; ++step) {
            for (std::size_t metric = 0; metric < last.size(); ++metric) {
                const double share = static_cast<double>(step) / static_cast<double>(options_.steps);
                const double value = metric == 2 ? share * random_.uniform() : (1 - share) + 0.3 * random_.uniform();
                const bool is_better = metric == 2 ? value > best[metric] : value < best[metric];
                last[metric] = value;
                if (step == 1 || is_better) best[metric] = value;
                journal_format::put_point(
                    bytes, sequence++,
                    {static_cast<std::uint32_t>(metric), step, 1 + 10 * step / (options_.steps + 1),
                     began_ + static_cast<double>(step), value});
            }
        }
        put(RecordType::kState, to_json(StateRecord{.state = ExperimentState::kCompleted,
                                                    .epoch = 10,
                                                    .step = options_.steps,
                                                    .time = began_ + static_cast<double>(options_.steps)}));
        for (std::int64_t metric = 0; metric < options_.metrics; ++metric) {
            const auto at = static_cast<std::size_t>(metric);
            put_field(summary_, metric_name(metric), last[at]);
            put_field(summary_, metric_name(metric) + ".best", best[at]);
            put_field(summary_, metric_name(metric) + ".step", static_cast<double>(options_.steps));
        }
        return bytes;
    }

    const StoreBenchOptions& options_;
    Random random_;
    std::string id_;
    double began_;
    Json config_;
    std::string summary_;  // of the metrics, once the journal is made
};

Status fill_store(const StoreBenchOptions& options) {
    GOETIA_ASSIGN(const auto store, Store::open({.data = options.data, .url = options.database}));
    const auto first = static_cast<std::int64_t>(store->experiments().size());
    CountLine line("runs");
    constexpr std::int64_t kAtOnce = 500;
    for (std::int64_t begin = 0; begin < options.runs; begin += kAtOnce) {
        std::vector<FilledRun> runs;
        for (std::int64_t i = begin; i < std::min(begin + kAtOnce, options.runs); ++i) {
            runs.emplace_back(first + i, options);
            GOETIA_TRY(runs.back().write_folder());
        }
        GOETIA_TRY(store->write([&](StoreTransaction& change) -> Status {
            for (const FilledRun& run : runs) GOETIA_TRY(run.put(change));
            return {};
        }));
        line.show(std::min(begin + kAtOnce, options.runs), options.runs);
    }
    const FileDescriptor folder(::open(options.data.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.valid() || ::syncfs(folder.get()) != 0) return os_error("sync", options.data.native(), errno);
    return {};
}

// Asks a master of this process over a socket, as its page does.
class StoreAsker {
  public:
    static Result<StoreAsker> open(const fs::path& data) {
        GOETIA_ASSIGN(const MasterAccess access, access_from(data));
        ClientOptions options;
        GOETIA_ASSIGN(options.server, ServerAddress::parse(access.url));
        GOETIA_ASSIGN(std::unique_ptr<HttpClient> client, HttpClient::create(std::move(options)));
        return StoreAsker(std::move(client), access.token);
    }
    Result<Json> ask(const std::string& target) {
        HttpRequest request{.target = target};
        request.headers.set("Authorization", "Bearer " + token_);
        GOETIA_ASSIGN(const HttpResponse response, client_->send(request));
        if (response.status >= 400) return error_from_problem(response);
        return parse_json(response.body, "the master's answer");
    }

  private:
    StoreAsker(std::unique_ptr<HttpClient> client, std::string token)
        : client_(std::move(client)), token_(std::move(token)) {}
    std::unique_ptr<HttpClient> client_;
    std::string token_;
};

// Milliseconds that 19 of 20 rounds take at most; `target` is told which round it is.
Result<double> p95_of(StoreAsker& master, const StoreBenchOptions& options,
                      const std::function<std::string(std::int64_t)>& target) {
    std::vector<double> times;
    for (std::int64_t round = 0; round < options.rounds; ++round) {
        const std::string asked = target(round);
        const double begun = steady_seconds();
        GOETIA_ASSIGN([[maybe_unused]] const Json answer, master.ask(asked));
        times.push_back((steady_seconds() - begun) * 1e3);
    }
    std::ranges::sort(times);
    return times[std::min(times.size() - 1, times.size() * 95 / 100)];
}

std::string listed_by(const std::string& sort, const std::string& q) {
    return "/api/experiments?limit=50&sort=" + percent_encoded(sort) + "&q=" + percent_encoded(q);
}

Status measure_lists(StoreAsker& master, const StoreBenchOptions& options, Json& figures) {
    const auto measure = [&](const std::string& name,
                             const std::function<std::string(std::int64_t)>& target) -> Status {
        GOETIA_ASSIGN(figures[name + "_p95_ms"], p95_of(master, options, target));
        return {};
    };
    GOETIA_TRY(measure("list", [](std::int64_t) { return listed_by("-created_at", ""); }));
    GOETIA_TRY(measure("sort_by_metric", [](std::int64_t) { return listed_by("-metrics.val/accuracy_top1", ""); }));
    GOETIA_TRY(measure("sort_by_parameter", [](std::int64_t) { return listed_by("config.optimizer.lr", ""); }));
    GOETIA_TRY(measure("filter_by_parameter", [](std::int64_t round) {
        const double wanted = 0.5 * static_cast<double>(round % 50);
        return listed_by("-created_at", fmt::format("config.optimizer.lr>=0.001 config.augmentation.key_7={}", wanted));
    }));
    GOETIA_TRY(measure("filter_by_metric", [](std::int64_t round) {
        return listed_by("-created_at", fmt::format("metrics.val/loss<{}", 0.05 * static_cast<double>(round % 7 + 1)));
    }));
    return measure("filter_by_both", [](std::int64_t) {
        return listed_by("-metrics.val/accuracy_top1",
                         "state=completed metrics.val/loss<0.3 config.optimizer.lr>=0.001 tag=bench");
    });
}

// Each round asks for other runs, so that the first opening of a run is measured too.
Status measure_runs(StoreAsker& master, const StoreBenchOptions& options, Json& figures) {
    GOETIA_ASSIGN(const Json page, master.ask("/api/experiments?limit=1000&fields=id"));
    const Json& items = page["items"];
    const auto run_of = [&](std::int64_t at) {
        return items[static_cast<std::size_t>(at * 37) % items.size()]["id"].get<std::string>();
    };
    GOETIA_ASSIGN(figures["open_p95_ms"],
                  p95_of(master, options, [&](std::int64_t round) { return "/api/experiments/" + run_of(round); }));
    GOETIA_ASSIGN(figures["curves_p95_ms"], p95_of(master, options, [&](std::int64_t round) {
                      return "/api/experiments/" + run_of(round) + "/metrics?points=1000";
                  }));
    const std::int64_t side_by_side = std::min<std::int64_t>(100, static_cast<std::int64_t>(items.size()));
    if (side_by_side < 2) return {};
    GOETIA_ASSIGN(figures["compare_100_p95_ms"], p95_of(master, options, [&](std::int64_t round) {
                      std::string ids;
                      for (std::int64_t i = 0; i < side_by_side; ++i) {
                          const auto at = static_cast<std::size_t>(round * 7 + i) % items.size();
                          ids += (ids.empty() ? "" : ",") + items[at]["id"].get<std::string>();
                      }
                      return "/api/experiments/compare?ids=" + ids;
                  }));
    return {};
}

Status measure_store(const StoreBenchOptions& options, Json& figures) {
    const double begun = steady_seconds();
    GOETIA_ASSIGN(const std::unique_ptr<MasterDaemon> daemon,
                  MasterDaemon::start(
                      {.data = options.data, .port = 0, .database = options.database, .version = GOETIA_VERSION}));
    figures["start_seconds"] = steady_seconds() - begun;
    GOETIA_ASSIGN(StoreAsker master, StoreAsker::open(options.data));
    GOETIA_ASSIGN(const Json first, master.ask("/api/experiments?limit=1"));
    figures["experiments"] = first["total"];
    GOETIA_TRY(measure_lists(master, options, figures));
    GOETIA_TRY(measure_runs(master, options, figures));
    daemon->stop(5);
    return {};
}

Result<Outcome> bench_store(const StoreBenchOptions& options) {
    Json figures = Json::object();
    const double begun = steady_seconds();
    GOETIA_TRY(fill_store(options));
    const double seconds = steady_seconds() - begun;
    figures["runs_per_second"] = static_cast<double>(options.runs) / seconds;
    figures["points_per_second"] = static_cast<double>(options.runs * options.metrics * options.steps) / seconds;
    GOETIA_TRY(measure_store(options, figures));
    Outcome outcome{.json = {{"bench", "store"},
                             {"machine", machine_state()},
                             {"data", fs::absolute(options.data).string()},
                             {"runs", options.runs},
                             {"metrics", options.metrics},
                             {"steps", options.steps},
                             {"parameters", options.parameters},
                             {"figures", figures}}};
    for (const auto& [name, value] : figures.items())
        outcome.text += fmt::format("  {:<24} {:>14.2f}\n", name, value.get<double>());
    return outcome;
}

}  // namespace

void add_bench_store_command(Command& bench, Context& context) {
    const auto options = std::make_shared<StoreBenchOptions>();
    Command& store =
        bench.command("store", "Fill a master's data folder with finished runs, and measure lists and curves");
    store.option("--data", options->data, "the folder; runs are added to those that it holds")
        .metavar("DIR")
        .required();
    store.option("--runs", options->runs, "finished runs")
        .range(std::int64_t{1}, std::int64_t{10'000'000})
        .show_default();
    store.option("--metrics", options->metrics, "metrics of each run")
        .range(std::int64_t{1}, std::int64_t{10'000})
        .show_default();
    store.option("--steps", options->steps, "steps of each run, with a point of every metric")
        .range(std::int64_t{1}, std::int64_t{1'000'000'000})
        .show_default();
    store.option("--parameters", options->parameters, "keys of each run's config")
        .range(std::int64_t{7}, std::int64_t{4000})
        .show_default();
    store.option("--rounds", options->rounds, "how often each answer is measured")
        .range(std::int64_t{1}, std::int64_t{100'000})
        .show_default();
    store.option("--database", options->database, "'postgresql://HOST/NAME'; none: SQLite in the folder");
    context.on(store, [options] { return bench_store(*options); });
}

}  // namespace goetia::cli
