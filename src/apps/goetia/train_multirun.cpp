// goetia train --multirun: a sweep on this machine, new or going on, and its results in one table.
#include "apps/goetia/train_options.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "apps/goetia/progress_view.h"
#include "apps/goetia/sweep_runs.h"
#include "apps/goetia/sweep_view.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/json_path.h"
#include "experiment/environment.h"
#include "experiment/summary.h"
#include "launch/rank_environment.h"
#include "run/world_size.h"
#include "sweep/decide/tpe.h"
#include "sweep/record/sweep_summary.h"

namespace goetia::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostListed = 1000;  // of a dry run

std::string joined(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, " ")); }

// What another process needs to compose the same documents. The time is that of the sweep: ${now:...} stays the same.
Result<Json> request_json(const ComposeRequest& request) {
    Json json = {{"file", fs::absolute(request.file).lexically_normal().native()},
                 {"name", request.name},
                 {"folder", request.folder.empty() ? "" : fs::absolute(request.folder).lexically_normal().native()},
                 {"config_dirs", Json::array()},
                 {"overrides", request.overrides},
                 {"working_folder", fs::current_path().native()}};
    for (const fs::path& folder : request.config_dirs)
        json["config_dirs"].push_back(fs::absolute(folder).lexically_normal().native());
    GOETIA_ASSIGN(const WallTime time, composing_time());
    json["time"] = std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
    return json;
}

ComposeRequest request_from(const Json& json) {
    ComposeRequest request{.file = json.at("file").get<std::string>(),
                           .overrides = json.at("overrides").get<std::vector<std::string>>(),
                           .name = json.at("name").get<std::string>(),
                           .folder = json.at("folder").get<std::string>()};
    for (const Json& folder : json.at("config_dirs")) request.config_dirs.emplace_back(folder.get<std::string>());
    request.time = WallTime(std::chrono::microseconds(json.at("time").get<std::int64_t>()));
    return request;
}

// Documents that contain every value of the sweep are checked before the first run starts (of a grid: all of them), and
// all their faults reported at once. The result is the first one.
Result<CheckedConfig> checked_probes(const SweepPlan& plan, const SweepRules& rules) {
    std::vector<SweepPoint> points = probe_points(plan.space);
    if (rules.strategy == Strategy::kGrid) {
        points.clear();
        for (std::size_t i = 0; i < plan.space.size().value_or(0); ++i) points.push_back(plan.space.at(i));
    }
    std::optional<CheckedConfig> first;
    Error faults = invalid("the sweep was not started");
    bool is_sound = true;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const ComposeRequest request = trial_request(plan, i, points[i]);
        auto config = checked_config(request, plan.skip_unavailable);
        if (config) {
            if (!first) first = std::move(config).value();
            continue;
        }
        is_sound = false;
        const Error& error = config.error();
        faults.code = error.code;
        faults.message += fmt::format("\njob '{}': {}", joined(request.overrides), error.message);
        faults.faults.insert(faults.faults.end(), error.faults.begin(), error.faults.end());
    }
    if (!is_sound || !first) return faults;
    return std::move(*first);
}

std::vector<std::string> visible_gpus() {
    std::vector<std::string> gpus;
    if (const char* named = std::getenv("CUDA_VISIBLE_DEVICES")) {
        std::string one;
        for (const char* letter = named;; ++letter) {
            if (*letter != ',' && *letter != '\0') one += *letter;
            else if (!one.empty()) gpus.push_back(std::exchange(one, ""));
            if (*letter == '\0') return gpus;
        }
    }
    const Json found = gpu_state();
    for (std::size_t i = 0; i < found.at("gpus").size(); ++i) gpus.push_back(std::to_string(i));
    return gpus;
}

Result<std::vector<RunSlot>> slots_of(const SweepOptions& options, const Json& document) {
    DeviceBudget budget{.cores = physical_cores(),
                        .jobs = options.jobs,
                        .gpus_per_run = options.gpus_per_run,
                        .cores_per_run = options.cores_per_run};
    GOETIA_ASSIGN(budget.ranks, world_size(document));
    // A run that names one GPU keeps it, with the numbers that this program sees.
    const auto device = value_of_type_at<std::string>(document, "training.device", "auto");
    if (device == "auto" || device == "cuda") budget.gpus = visible_gpus();
    return run_slots(budget);
}

Result<SweepPlan> plan_from(const Json& request, const TrainOptions& options) {
    SweepPlan plan{.request = std::make_shared<const ComposeRequest>(request_from(request)),
                   .experiments = options.run.experiments,
                   .skip_unavailable = options.run.skip_unavailable};
    plan.working_folder = request.at("working_folder").get<std::string>();
    GOETIA_ASSIGN(plan.axes, sweep_axes(*plan.request));
    GOETIA_ASSIGN(plan.space, search_space(plan.axes));
    return plan;
}

// A folder that no sweep of this second has.
Result<SweepJournal> new_journal(const fs::path& experiments, const Json& first, fs::path& folder) {
    const std::string name = compact_local_time(now());
    for (int again = 1;; ++again) {
        folder = fs::absolute(experiments).lexically_normal() / "multirun" /
                 (again == 1 ? name : fmt::format("{}_{}", name, again));
        std::error_code code;
        if (!fs::exists(sweep_journal_file(folder), code)) return SweepJournal::create(folder, first);
    }
}

std::size_t planned_trials(const SweepPlan& plan, const SweepRules& rules) {
    const auto size = plan.space.size();
    const auto trials = rules.trials ? std::optional(static_cast<std::size_t>(*rules.trials)) : std::nullopt;
    if (size && trials) return std::min(*size, *trials);
    return size ? *size : trials.value_or(0);
}

Outcome sweep_outcome(const SweepState& state, const fs::path& folder, const TrainOptions& options, int signal) {
    Outcome outcome{.json = sweep_json(state, folder),
                    .text = sweep_result_text(state, options.run.experiments.native(), folder.native())};
    if (signal != 0) {
        outcome.exit_code = signal == SIGTERM ? kTerminated : kInterrupted;
        outcome.text += fmt::format("stopped on request; go on with 'goetia train --multirun --resume {}'\n",
                                    folder.filename().native());
        return outcome;
    }
    for (const SweepTrial& trial : state.trials) {
        if (trial.state != TrialState::kCompleted && trial.state != TrialState::kEarly) outcome.exit_code = kFailed;
    }
    return outcome;
}

Result<Outcome> run_sweep(Context& context, const TrainOptions& options, const SweepPlan& plan, SweepJournal& journal,
                          const fs::path& folder) {
    std::FILE* out = context.json ? stderr : stdout;
    GOETIA_ASSIGN(const ProgressMode mode, progress_mode(options.run.progress, out));
    SweepView view(mode, out, planned_trials(plan, journal.state().rules));
    const std::string_view strategy = strategy_name(journal.state().rules.strategy);
    view.event(fmt::format("sweep {}: {}, {} at a time, in {}", folder.filename().native(), strategy, plan.slots.size(),
                           folder.native()),
               {{"event", "sweep"}, {"dir", folder.native()}, {"strategy", strategy}, {"jobs", plan.slots.size()}});
    const Result<int> signal = SweepRuns(plan, journal, view).run();
    GOETIA_TRY(write_sweep_summary(journal.state(), folder));
    if (!signal)
        return make_error(signal.error().code,
                          "{}\n  the sweep is in '{}'; go on with 'goetia train --multirun --resume {}'",
                          signal.error().message, folder.native(), folder.filename().native());
    Outcome outcome = sweep_outcome(journal.state(), folder, options, *signal);
    if (mode == ProgressMode::kJson) outcome.text.clear();
    return outcome;
}

Outcome planned_text(const SweepPlan& plan, const SweepRules& rules) {
    const std::size_t planned = planned_trials(plan, rules);
    std::string text = fmt::format("{} jobs:\n", planned);
    Json jobs = Json::array();
    std::vector<TrialOutcome> trials;
    while (const auto point = next_point(plan.space, rules, trials)) {
        const std::vector<std::string> lines = lines_at(plan.axes, *point);
        text += fmt::format("  {}  {}\n", trials.size(), joined(lines));
        jobs.push_back({{"number", trials.size()}, {"overrides", lines}});
        trials.push_back({.point = *point});
        // What comes later depends on what the first ones show.
        if (rules.strategy == Strategy::kTpe && trials.size() == kTpeStartup) break;
        if (trials.size() == kMostListed) break;
    }
    if (trials.size() < planned)
        text += fmt::format("  ... {} more{}\n", planned - trials.size(),
                            rules.strategy == Strategy::kTpe ? ", chosen by the results" : "");
    return {.json = {{"ok", true}, {"trials", planned}, {"jobs", jobs}}, .text = text + "nothing was started\n"};
}

Result<Outcome> new_sweep(Context& context, const TrainOptions& options) {
    GOETIA_ASSIGN(Json request, request_json(options.request));
    GOETIA_ASSIGN(SweepPlan plan, plan_from(request, options));
    GOETIA_ASSIGN(const SweepRules rules, sweep_rules(options.sweep));
    GOETIA_TRY(check_rules(plan.space, rules));
    GOETIA_ASSIGN(const CheckedConfig first, checked_probes(plan, rules));
    GOETIA_ASSIGN(plan.slots, slots_of(options.sweep, first.composed.document));
    if (options.dry_run) return planned_text(plan, rules);
    request["config_sha256"] = sha256_hex(to_yaml(first.composed.unresolved));
    say_notices(context, first);
    fs::path folder;
    GOETIA_ASSIGN(SweepJournal journal, new_journal(options.run.experiments, sweep_record(rules, request), folder));
    const std::string& metric = options.sweep.metric;
    if (!metric.empty())
        GOETIA_TRY(journal.add(objective_record(
            metric, options.sweep.mode == "auto" ? lower_is_better(metric) : options.sweep.mode == "min")));
    return run_sweep(context, options, plan, journal, folder);
}

Result<fs::path> find_sweep(const TrainOptions& options) {
    for (const fs::path& folder :
         {fs::path(options.resume), fs::path(options.run.experiments) / "multirun" / options.resume}) {
        std::error_code code;
        if (fs::is_regular_file(sweep_journal_file(folder), code)) return fs::absolute(folder).lexically_normal();
    }
    return not_found("there is no sweep '{}', neither a folder nor in '{}'", options.resume,
                     (options.run.experiments / "multirun").native());
}

// Goes on with a sweep: its own rules, on the devices of now.
Result<Outcome> resumed_sweep(Context& context, TrainOptions options) {
    if (!options.request.file.empty() || !options.request.overrides.empty())
        return invalid(
            "a sweep goes on with its own configuration: '--multirun --resume SWEEP' takes no '--config' and "
            "no overrides");
    GOETIA_ASSIGN(const fs::path folder, find_sweep(options));
    options.run.experiments = folder.parent_path().parent_path();
    GOETIA_ASSIGN(SweepJournal journal, SweepJournal::resume(folder));
    GOETIA_ASSIGN(SweepPlan plan, plan_from(*journal.state().request, options));
    SweepRules rules = journal.state().rules;
    if (options.sweep.trials && options.sweep.trials != rules.trials) {
        rules.trials = options.sweep.trials;  // more of them
        GOETIA_TRY(check_rules(plan.space, rules));
        GOETIA_TRY(journal.add(sweep_record(rules, Json(*journal.state().request))));
    }
    GOETIA_ASSIGN(const CheckedConfig first, checked_probes(plan, rules));
    if (sha256_hex(to_yaml(first.composed.unresolved)) != journal.state().request->value("config_sha256", ""))
        return make_error(
            Code::kWrongState,
            "the configuration '{}' has changed since the sweep '{}' began, so that its runs could not be "
            "compared; restore it, or start a new sweep",
            plan.request->file.native(), folder.native());
    GOETIA_ASSIGN(plan.slots, slots_of(options.sweep, first.composed.document));
    return run_sweep(context, options, plan, journal, folder);
}

}  // namespace

Result<Outcome> train_multirun(Context& context, const TrainOptions& options) {
    return options.resume.empty() ? new_sweep(context, options) : resumed_sweep(context, options);
}

}  // namespace goetia::cli
