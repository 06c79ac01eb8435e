#include "apps/goetia/train_run.h"

#include <cstdlib>

#include "apps/goetia/component_catalogue.h"
#include "apps/goetia/progress_view.h"
#include "apps/goetia/train_text.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/process.h"
#include "component/plugin_files.h"
#include "config/experiment_schema.h"
#include "experiment/reproduce_script.h"
#include "fetch/cache/cache.h"
#include "launch/rank_environment.h"
#include "launch/run_lock.h"
#include "run/derive_beside.h"

namespace goetia::cli {
namespace {

// A member of a nested object, or nothing where a level is missing or is no object.
const Json* member(const Json& document, std::initializer_list<const char*> path) {
    const Json* at = &document;
    for (const char* name : path) {
        if (!at->is_object() || !at->contains(name)) return nullptr;
        at = &(*at)[name];
    }
    return at;
}

template <class T>
T value_or(const Json& document, std::initializer_list<const char*> path, T fallback) {
    const Json* found = member(document, path);
    try {
        return found == nullptr || found->is_null() ? fallback : found->get<T>();
    } catch (const Json::exception&) {
        return fallback;  // a document that was checked has no other type here but a reference
    }
}

// Leaves out, or refuses by name, what this build cannot do.
Status settle_unavailable(CheckedConfig& config, const std::set<std::string>& available, bool skip) {
    std::vector<Fault> faults = unavailable_sections(config.composed.document, available);
    if (faults.empty()) return {};
    add_places(faults, config.composed.lines);
    if (!skip) {
        Error error = make_error(Code::kUnsupported,
                                 "this build cannot do everything the configuration enables; disable it there, or pass "
                                 "it over with --skip-unavailable");
        error.faults = std::move(faults);
        return error;
    }
    for (const Fault& fault : faults)
        config.passed_over.push_back(fmt::format("passed over '{}': {}", fault.path, fault.message));
    config.composed.document = without_unavailable(config.composed.document, available);
    config.composed.unresolved = without_unavailable(config.composed.unresolved, available);
    return {};
}

Progress first_progress(const Json& document) {
    Progress progress;
    progress.epochs = value_or<std::int64_t>(document, {"training", "epochs"}, 0);
    progress.best.metric = value_or<std::string>(document, {"checkpoint", "best_metric"}, "val/accuracy_top1");
    progress.best.higher_is_better = value_or<std::string>(document, {"checkpoint", "best_mode"}, "max") != "min";
    return progress;
}

// What earlier attempts found counts for the best value, too.
Status recall_best(Progress& progress, const ExperimentFolder& folder) {
    GOETIA_ASSIGN(const RunHistory history, read_history(folder));
    for (const EpochRecord& epoch : history.epochs) take_epoch(progress, epoch);
    return {};
}

bool is_input_fault(Code code) {
    return code == Code::kInvalid || code == Code::kNotFound || code == Code::kUnsupported || code == Code::kDenied;
}

// True when nothing of the run is worth keeping: it failed before its first attempt said that it runs.
bool never_began(const ExperimentFolder& folder) {
    const auto history = read_history(folder);
    return history && history->attempts.size() <= 1 && history->states.empty();
}

bool came_to_nothing(const Error& error, const ExperimentFolder& folder) {
    return is_input_fault(error.code) && never_began(folder);
}

Error without_folder(Error error, const ExperimentFolder& folder) {
    std::error_code code;
    std::filesystem::remove_all(folder.root(), code);
    return error;
}

// The run is what it is, whatever becomes of the files that are derived from it: their faults are said, and how to get
// them.
void finish_files(const Context& context, DeriveBeside& files, const ExperimentFolder& folder) {
    const auto undrawn = files.finish();
    if (!undrawn) {
        context.say(
            fmt::format("the readable files of '{}' are not whole: {}; 'goetia experiment rebuild {}' makes them",
                        folder.id(), undrawn.error().message, folder.id()));
        return;
    }
    for (const std::string& sentence : *undrawn) context.say(sentence);
}

Error told_with_folder(Error error, const ExperimentFolder& folder) {
    error.message += fmt::format("\n  the experiment is in '{}'; go on with 'goetia train --resume {}'",
                                 folder.root().native(), folder.id());
    return error;
}

}  // namespace

Result<CheckedConfig> checked_config(const ComposeRequest& request, bool skip_unavailable) {
    CheckedConfig config;
    GOETIA_ASSIGN(config.composed, compose(request));
    GOETIA_ASSIGN(config.plugins, plugins_of(config.composed, request.file));
    GOETIA_ASSIGN(const Catalogue catalogue, load_catalogue(config.plugins));
    if (skip_unavailable) GOETIA_TRY(settle_unavailable(config, catalogue.features, true));
    GOETIA_TRY(check_experiment(config.composed, catalogue.components));
    if (!skip_unavailable) GOETIA_TRY(settle_unavailable(config, catalogue.features, false));
    GOETIA_TRY(world_size(config.composed.document));
    return config;
}

Result<std::string> kept_config(const CheckedConfig& config, const ExperimentFolder& folder) {
    Json document = config.composed.unresolved;
    if (!config.plugins.empty()) {
        GOETIA_ASSIGN(document["components"],
                      keep_plugins({config.plugins.begin(), config.plugins.end()}, folder.root()));
    }
    return to_yaml(document);
}

Result<ExperimentFolder> make_experiment(const CheckedConfig& config, const std::filesystem::path& experiments) {
    const std::string text = to_yaml(config.composed.unresolved);
    const WallTime time = now();
    GOETIA_TRY(make_folders(experiments));
    GOETIA_ASSIGN(const ExperimentFolder folder,
                  ExperimentFolder::create(std::filesystem::absolute(experiments).lexically_normal(),
                                           make_experiment_id(time, text)));
    const char* devices = std::getenv("CUDA_VISIBLE_DEVICES");
    const ReproduceFacts facts{
        .id = folder.id(),
        .time = time,
        .seed = value_or<std::int64_t>(config.composed.document, {"experiment", "seed"}, 0),
        .visible_devices = devices == nullptr ? std::nullopt : std::optional<std::string>(devices),
        .working_folder = std::filesystem::current_path(),
        .program = own_folder() / "goetia"};
    const auto write = [&]() -> Status {
        GOETIA_ASSIGN(const std::string kept, kept_config(config, folder));
        GOETIA_TRY(write_file_atomic(folder.config(), kept));
        GOETIA_TRY(write_file_atomic(folder.overrides(), to_yaml(Json(config.composed.overrides))));
        return write_reproduce_script(folder.reproduce_script(), facts);
    };
    if (Status written = write(); !written) {
        std::error_code code;
        std::filesystem::remove_all(folder.root(), code);  // nothing half-made stays
        return std::move(written).error();
    }
    return folder;
}

Result<int> world_size(const Json& document) {
    if (!value_or(document, {"training", "distributed", "enabled"}, false)) return 1;
    const Json* world = member(document, {"training", "distributed", "world_size"});
    // On the CPU the machine is one device: more ranks than one are asked for by number.
    if (world == nullptr || world->is_null() || *world == "auto") return 1;
    if (!world->is_number_integer() || world->get<int>() < 1) {
        return invalid("training.distributed.world_size must be 'auto' or a whole number from 1, found {}",
                       world->dump());
    }
    return world->get<int>();
}

Result<AttemptResult> run_attempt(Context& context, const ExperimentFolder& folder, const Composed& config,
                                  const std::optional<std::filesystem::path>& checkpoint, const RunOptions& options) {
    std::FILE* out = context.json ? stderr : stdout;
    GOETIA_ASSIGN(const ProgressMode mode, progress_mode(options.progress, out));
    GOETIA_ASSIGN(const RunLock lock, RunLock::take(folder.root()));
    // Sets of the cache that this run reads are not removed under it.
    GOETIA_ASSIGN(const std::vector<CacheLock> cached, use_cached_roots(config.document.value("dataset", Json())));
    GOETIA_ASSIGN(const int world, world_size(config.document));
    GOETIA_ASSIGN(const std::filesystem::path runtime, find_runtime());
    const int threads =
        threads_per_rank(value_or(config.document, {"training", "threads"}, options.threads), physical_cores(), world);
    const LaunchPlan plan{.runtime = runtime,
                          .folder = folder,
                          .attempt = folder.next_attempt(),
                          .resume = checkpoint,
                          .world = world,
                          .threads = threads};
    Progress progress = first_progress(config.document);
    GOETIA_TRY(recall_best(progress, folder));
    const std::string heading =
        fmt::format("{}  {} {} of {} {}, in {}", folder.id(), world, world == 1 ? "rank" : "ranks", threads,
                    threads == 1 ? "thread" : "threads", folder.root().native());
    ProgressView view(mode, out, std::move(progress), heading);
    DeriveBeside files(folder, plan.attempt, derive_options(config.document));
    Result<LaunchEnd> end = launch(plan, view);
    view.finish();
    files.stop();
    if (!end && came_to_nothing(end.error(), folder)) return without_folder(std::move(end).error(), folder);
    finish_files(context, files, folder);
    if (!end) return told_with_folder(std::move(end).error(), folder);
    AttemptResult result{.end = *end, .summary = {}};
    GOETIA_ASSIGN(result.summary, read_summary(folder));
    if (result.end == LaunchEnd::kKilled) result.summary.state = ExperimentState::kInterrupted;
    return result;
}

Outcome outcome_of(const ExperimentFolder& folder, const AttemptResult& attempt) {
    Outcome outcome{.json = train_json(folder, attempt.summary), .text = summary_text(folder, attempt.summary)};
    if (attempt.end == LaunchEnd::kCompleted) return outcome;
    outcome.exit_code = attempt.end == LaunchEnd::kTerminated ? kTerminated : kInterrupted;
    outcome.text +=
        fmt::format("{}; go on with 'goetia train --resume {}'\n",
                    attempt.end == LaunchEnd::kKilled ? "killed on the second interrupt, the last checkpoint is kept"
                                                      : "stopped on request, everything up to this step is kept",
                    folder.id());
    return outcome;
}

void enter_working_folder(Context& context, const ExperimentFolder& folder) {
    const auto text = read_file(folder.environment());
    if (!text) return;
    const Json environment = Json::parse(*text, nullptr, false);
    const std::filesystem::path was = value_or<std::string>(environment, {"working_folder"}, "");
    std::error_code code;
    if (was.empty() || std::filesystem::equivalent(was, std::filesystem::current_path(), code)) return;
    std::filesystem::current_path(was, code);
    if (!code)
        context.say(
            fmt::format("note: relative paths count from '{}', where the experiment was started", was.native()));
}

void add_experiments_option(Command& command, RunOptions& options) {
    command.option("--experiments", options.experiments, "Where experiment folders are kept")
        .env("GOETIA_EXPERIMENTS")
        .metavar("DIR");
}

}  // namespace goetia::cli
