// goetia train --resume: which experiment, from which checkpoint, with which configuration.
#include "apps/goetia/train_options.h"

#include "experiment/run_lock.h"
#include "run/derive.h"
#include "run/make_experiment.h"
#include "run/resume.h"

namespace goetia::cli {
namespace {

bool is_checkpoint_file(const std::string& word) {
    std::error_code code;
    return std::filesystem::is_regular_file(word, code) || word.ends_with(".pth");
}

Result<Outcome> go_on(Context& context, const TrainOptions& options, const ExperimentFolder& found,
                      std::optional<std::filesystem::path> checkpoint) {
    const ExperimentFolder folder(std::filesystem::absolute(found.root()).lexically_normal());
    if (is_running(folder.root())) return RunLock::take(folder.root()).error();
    ComposeRequest request = options.request;
    if (request.file.empty()) request.file = folder.config();
    const std::filesystem::path working_folder = working_folder_for(context, folder);
    GOETIA_ASSIGN(const CheckedConfig config, checked_config(request, options.run.skip_unavailable));
    say_notices(context, config);
    GOETIA_ASSIGN(const RunSummary summary, read_summary(folder));
    const bool changed = !request.overrides.empty() || !options.request.file.empty();
    if (Status resumable = check_resumable(summary, config.composed.document, changed); !resumable) {
        // Its launcher may have been killed after the last step: the files are completed.
        if (const Status derived = derive_unfinished(folder); !derived) context.say(to_string(derived.error()));
        return std::move(resumable).error();
    }
    if (!checkpoint) {
        GOETIA_ASSIGN(ResumePoint newest, newest_checkpoint(folder));
        for (const std::string& note : newest.notes) context.say(note);
        checkpoint = std::move(newest.checkpoint);
    }
    if (options.dry_run)
        return Outcome{.json = {{"ok", true}, {"experiment", folder.id()}}, .text = "nothing was started\n"};
    if (changed) GOETIA_TRY(record_change(folder, config));
    GOETIA_ASSIGN(const AttemptResult attempt,
                  follow_attempt(context, folder, config, {.checkpoint = checkpoint, .working_folder = working_folder},
                                 options.run));
    return outcome_of(folder, attempt);
}

// A new experiment that begins from another one's checkpoint.
Result<Outcome> branch_off(Context& context, const TrainOptions& options, const std::filesystem::path& checkpoint) {
    GOETIA_ASSIGN(const CheckedConfig config, checked_config(options.request, options.run.skip_unavailable));
    say_notices(context, config);
    return train_from(context, config, checkpoint, options.run);
}

}  // namespace

Result<Outcome> train_resumed(Context& context, const TrainOptions& options) {
    if (!is_checkpoint_file(options.resume)) {
        GOETIA_ASSIGN(const ExperimentFolder folder,
                      ExperimentFolder::find(std::filesystem::absolute(options.run.experiments), options.resume));
        return go_on(context, options, folder, std::nullopt);
    }
    const std::filesystem::path checkpoint = std::filesystem::absolute(options.resume).lexically_normal();
    GOETIA_TRY(verify_checkpoint(checkpoint));
    const std::optional<std::filesystem::path> home = experiment_of_checkpoint(checkpoint);
    const bool own_config =
        options.request.file.empty() ||
        (home && std::filesystem::absolute(options.request.file).lexically_normal() == *home / "config.yaml");
    if (!own_config) return branch_off(context, options, checkpoint);
    if (!home)
        return invalid("checkpoint '{}' is not in an experiment folder; give its configuration with '--config FILE'",
                       checkpoint.native());
    GOETIA_ASSIGN(const ExperimentFolder folder, ExperimentFolder::open(*home));
    return go_on(context, options, folder, checkpoint);
}

}  // namespace goetia::cli
