#include "apps/goetia/train_run.h"

#include "apps/goetia/progress_view.h"
#include "apps/goetia/train_text.h"
#include "fetch/cache/cache.h"
#include "launch/launcher.h"
#include "run/background_deriver.h"
#include "run/make_experiment.h"
#include "run/parent.h"

namespace goetia::cli {
namespace {

// An error in the derived files does not affect the run: it is reported, together with how to create them.
void finish_files(ProgressView& view, BackgroundDeriver& files, const ExperimentFolder& folder) {
    const auto plot_errors = files.finish();
    if (!plot_errors) {
        view.print_note(NoticeNote{fmt::format(
            "the readable files of '{}' are incomplete: {}; 'goetia experiment rebuild {}' writes them again",
            folder.id(), plot_errors.error().message, folder.id())});
        return;
    }
    for (const std::string& sentence : *plot_errors) view.print_note(ImageNotDrawnNote{.reason = sentence});
}

// Adds where to find the results of a failed run, if there are any.
Error with_folder(Error error, const ExperimentFolder& folder) {
    std::error_code code;
    if (!std::filesystem::exists(folder.root(), code)) return error;
    error.message += fmt::format("\n  the experiment is in '{}'; resume it with 'goetia train --resume {}'",
                                 folder.root().native(), folder.id());
    return error;
}

}  // namespace

Result<AttemptResult> follow_attempt(Context& context, const ExperimentFolder& folder, const CheckedConfig& config,
                                     const AttemptOptions& attempt, const RunOptions& options) {
    std::FILE* out = context.json ? stderr : stdout;
    GOETIA_ASSIGN(const ProgressMode mode, progress_mode(options.progress, out));
    GOETIA_ASSIGN(const RunLock lock, RunLock::take(folder.root()));
    // Cached sets that this run reads are locked against removal.
    const Json& document = config.composed.document;
    GOETIA_ASSIGN(const std::vector<CacheLock> cached,
                  use_cached_roots(document.value("dataset", Json()), attempt.working_folder));
    GOETIA_ASSIGN(const LaunchPlan plan, plan_attempt(folder, config, attempt));
    GOETIA_ASSIGN(RunProgress progress, initial_progress(folder, document));
    const std::string heading =
        fmt::format("{}  {} {} of {} {}, in {}", folder.id(), plan.world, plan.world == 1 ? "rank" : "ranks",
                    plan.threads, plan.threads == 1 ? "thread" : "threads", folder.root().native());
    ProgressView view(mode, out, std::move(progress), heading);
    GOETIA_ASSIGN(const DeriveOptions derived, derive_options(document));
    BackgroundDeriver files(folder, plan.attempt, derived);
    const Result<LaunchEnd> end = launch(plan, view);
    view.finish();
    files.stop();
    Result<AttemptResult> result = finish_attempt(folder, end);
    if (std::error_code code; std::filesystem::exists(folder.root(), code)) finish_files(view, files, folder);
    if (!result) return with_folder(std::move(result).error(), folder);
    return result;
}

Result<Outcome> train_from(Context& context, const CheckedConfig& config,
                           const std::optional<std::filesystem::path>& checkpoint, const RunOptions& options) {
    const std::filesystem::path here = std::filesystem::current_path();
    GOETIA_ASSIGN(const ExperimentFolder folder, make_experiment(config, options.experiments, here));
    if (checkpoint) {
        GOETIA_ASSIGN(const RunParent parent, parent_by(*checkpoint, "branch"));
        GOETIA_TRY(write_parent(folder, parent));
    }
    GOETIA_ASSIGN(const AttemptResult attempt,
                  follow_attempt(context, folder, config, {.checkpoint = checkpoint, .working_folder = here}, options));
    return outcome_of(folder, attempt);
}

Outcome outcome_of(const ExperimentFolder& folder, const AttemptResult& attempt) {
    Outcome outcome{.json = train_json(folder, attempt.summary), .text = summary_text(folder, attempt.summary)};
    if (attempt.end == LaunchEnd::kCompleted) return outcome;
    outcome.exit_code = attempt.end == LaunchEnd::kTerminated ? kTerminated : kInterrupted;
    outcome.text +=
        fmt::format("{}; resume it with 'goetia train --resume {}'\n",
                    attempt.end == LaunchEnd::kKilled ? "killed on the second interrupt, the last checkpoint is kept"
                                                      : "stopped on request, everything up to this step is kept",
                    folder.id());
    return outcome;
}

std::filesystem::path working_folder_for(Context& context, const ExperimentFolder& folder) {
    std::filesystem::path here = std::filesystem::current_path();
    std::filesystem::path was = working_folder_of(folder);
    std::error_code code;
    if (was.empty() || std::filesystem::equivalent(was, here, code)) return here;
    context.say(fmt::format("note: paths are relative to '{}', where the experiment was started", was.native()));
    return was;
}

void add_experiments_option(Command& command, RunOptions& options) {
    add_experiments_option(command, options.experiments);
}

void add_experiments_option(Command& command, std::filesystem::path& experiments) {
    command.option("--experiments", experiments, "Where experiment folders are kept")
        .env("GOETIA_EXPERIMENTS")
        .metavar("DIR");
}

}  // namespace goetia::cli
