// goetia bench store: fills a master's data folder with finished runs, and measures what is answered from it.
#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <map>
#include <memory>

#include <fcntl.h>
#include <unistd.h>

#include "apps/goetia/command.h"
#include "apps/goetia/count_line.h"
#include "base/files.h"
#include "base/random.h"
#include "config/config.h"
#include "experiment/environment.h"
#include "experiment/folder.h"
#include "experiment/journal_format.h"
#include "experiment/journal_records.h"
#include "master/series/series_store.h"
#include "master/store/field_text.h"
#include "master/store/store.h"

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

// Milliseconds that 19 of 20 rounds take at most; `work` is told which round it is.
Result<double> p95_of(const StoreBenchOptions& options, const std::function<Status(std::int64_t)>& work) {
    std::vector<double> times;
    for (std::int64_t round = 0; round < options.rounds; ++round) {
        const double begun = steady_seconds();
        GOETIA_TRY(work(round));
        times.push_back((steady_seconds() - begun) * 1e3);
    }
    std::ranges::sort(times);
    return times[std::min(times.size() - 1, times.size() * 95 / 100)];
}

// What a page of the list shows of these runs, or what a comparison is made of.
struct StoredRuns {
    std::vector<ExperimentRow> rows;
    std::vector<ExperimentConfigRow> configs;
    std::vector<ExperimentMetricsRow> metrics;
};

Result<StoredRuns> read_runs(Store& store, const std::vector<std::string>& ids, bool with_configs) {
    StoredRuns runs;
    const auto append = [](auto& all, auto rows) { all.insert(all.end(), rows.begin(), rows.end()); };
    GOETIA_TRY(store.read([&](SqlConnection& database) -> Status {
        for (const std::string& id : ids) {
            GOETIA_ASSIGN(auto rows, rows_where<ExperimentRow>(database, " WHERE id = $1", {id}));
            append(runs.rows, std::move(rows));
            GOETIA_ASSIGN(auto metrics, rows_where<ExperimentMetricsRow>(database, " WHERE experiment = $1", {id}));
            append(runs.metrics, std::move(metrics));
            if (!with_configs) continue;
            GOETIA_ASSIGN(auto configs, rows_where<ExperimentConfigRow>(database, " WHERE experiment = $1", {id}));
            append(runs.configs, std::move(configs));
        }
        return {};
    }));
    return runs;
}

// A page of the list with what it shows.
Status measure_list(Store& store, const StoreBenchOptions& options, const std::string& name, std::string_view sort,
                    const std::function<std::string(std::int64_t)>& q, Json& figures) {
    GOETIA_ASSIGN(figures[name], p95_of(options, [&](std::int64_t round) -> Status {
                      GOETIA_ASSIGN(const ListQuery query, parse_list_query(q(round), sort, experiment_list_fields()));
                      GOETIA_ASSIGN(const ListPage page, store.experiments().list(query));
                      GOETIA_ASSIGN(const StoredRuns runs, read_runs(store, page.ids, false));
                      if (runs.rows.size() != page.ids.size()) return failed("a listed run is not in the store");
                      return {};
                  }));
    return {};
}

// The fields of many runs side by side, as a comparison answers them.
std::size_t compared_cells(const StoredRuns& runs) {
    std::map<std::string, std::map<std::string, ListValue>, std::less<>> cells;  // by field and run
    for (const ExperimentConfigRow& row : runs.configs)
        each_field(row.fields, [&](std::string_view name, ListValue value) {
            cells[std::string(name)][row.experiment] = std::move(value);
        });
    for (const ExperimentMetricsRow& row : runs.metrics)
        each_field(row.fields, [&](std::string_view name, ListValue value) {
            cells["metrics." + std::string(name)][row.experiment] = std::move(value);
        });
    std::size_t differing = 0;
    for (const auto& [field, of_runs] : cells) {
        const bool differs =
            std::ranges::any_of(of_runs, [&](const auto& cell) { return cell.second != of_runs.begin()->second; });
        differing += differs ? of_runs.size() : 0;
    }
    return differing;
}

Status measure_lists(Store& store, const StoreBenchOptions& options, Json& figures) {
    const auto nothing = [](std::int64_t) { return std::string(); };
    GOETIA_TRY(measure_list(store, options, "list_p95_ms", "-created_at", nothing, figures));
    GOETIA_TRY(measure_list(store, options, "sort_by_metric_p95_ms", "-metrics.val/accuracy_top1", nothing, figures));
    GOETIA_TRY(measure_list(store, options, "sort_by_parameter_p95_ms", "config.optimizer.lr", nothing, figures));
    GOETIA_TRY(measure_list(
        store, options, "filter_by_parameter_p95_ms", "-created_at",
        [](std::int64_t round) {
            return fmt::format("config.optimizer.lr>=0.001 config.augmentation.key_7={}",
                               0.5 * static_cast<double>(round % 50));
        },
        figures));
    GOETIA_TRY(measure_list(
        store, options, "filter_by_metric_p95_ms", "-created_at",
        [](std::int64_t round) {
            return fmt::format("metrics.val/loss<{}", 0.05 * static_cast<double>(round % 7 + 1));
        },
        figures));
    return measure_list(
        store, options, "filter_by_both_p95_ms", "-metrics.val/accuracy_top1",
        [](std::int64_t) {
            return std::string("state=completed metrics.val/loss<0.3 config.optimizer.lr>=0.001 tag=bench");
        },
        figures);
}

Status measure_runs(Store& store, const StoreBenchOptions& options, Json& figures) {
    SeriesStore series(options.data);
    GOETIA_ASSIGN(const ListPage page, store.experiments().list({.limit = 1000}));
    const auto run_of = [&](std::int64_t round) {
        return page.ids[static_cast<std::size_t>(round * 37) % page.ids.size()];
    };
    GOETIA_ASSIGN(figures["open_p95_ms"], p95_of(options, [&](std::int64_t round) -> Status {
                      const std::string id = run_of(round);
                      GOETIA_ASSIGN(const StoredRuns runs, read_runs(store, {id}, true));
                      if (compared_cells(runs) != 0) return failed("a run differs from itself");
                      GOETIA_ASSIGN(const auto curves, series.open(id));
                      GOETIA_TRY(curves->update());
                      GOETIA_TRY(curves->curves({.names = {}, .points = 1000}));
                      return {};
                  }));
    GOETIA_ASSIGN(figures["compare_100_p95_ms"], p95_of(options, [&](std::int64_t round) -> Status {
                      std::vector<std::string> ids;
                      for (std::int64_t i = 0; i < 100; ++i) ids.push_back(run_of(round + i * 3));
                      std::ranges::sort(ids);
                      ids.erase(std::ranges::unique(ids).begin(), ids.end());
                      GOETIA_ASSIGN(const StoredRuns runs, read_runs(store, ids, true));
                      if (runs.configs.size() != ids.size()) return failed("a compared run has no config");
                      if (ids.size() > 5 && compared_cells(runs) == 0) return failed("different runs do not differ");
                      return {};
                  }));
    GOETIA_ASSIGN(const auto curves, series.open(page.ids.at(0)));
    GOETIA_ASSIGN(figures["curve_p95_ms"], p95_of(options, [&](std::int64_t) -> Status {
                      GOETIA_TRY(curves->update());
                      GOETIA_TRY(curves->curves({.names = {"train/loss"}, .points = 2000}));
                      return {};
                  }));
    return {};
}

Status measure_store(const StoreBenchOptions& options, Json& figures) {
    const double begun = steady_seconds();
    GOETIA_ASSIGN(const auto store, Store::open({.data = options.data, .url = options.database}));
    figures["start_seconds"] = steady_seconds() - begun;
    figures["experiments"] = store->experiments().size();
    GOETIA_TRY(measure_lists(*store, options, figures));
    return measure_runs(*store, options, figures);
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
