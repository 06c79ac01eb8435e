// goetia train --resume: which experiment, from which checkpoint, with which configuration.
#include "apps/goetia/train_options.h"

#include "base/files.h"
#include "experiment/checkpoints.h"
#include "launch/run_lock.h"

namespace goetia::cli {
namespace {

bool is_checkpoint_file(const std::string& word) {
    std::error_code code;
    return std::filesystem::is_regular_file(word, code) || word.ends_with(".pth");
}

// The experiment a checkpoint lies in, if it lies in one.
std::optional<std::filesystem::path> home_of(const std::filesystem::path& checkpoint) {
    const std::filesystem::path folder = std::filesystem::absolute(checkpoint).lexically_normal().parent_path();
    std::error_code code;
    if (folder.filename() != "checkpoints" || !std::filesystem::exists(folder.parent_path() / "config.yaml", code))
        return std::nullopt;
    return folder.parent_path();
}

Status check_resumable(const RunSummary& summary, const Json& document, bool changed) {
    const std::int64_t epochs = document.value(Json::json_pointer("/training/epochs"), std::int64_t{0});
    // As many as are done is fine: a run may have been killed between its last epoch and its end.
    if (summary.state != ExperimentState::kCompleted && epochs < summary.epochs_done) {
        return invalid(
            "training.epochs is {}, but experiment '{}' has come further: {} epochs are done; give at least as many",
            epochs, summary.id, summary.epochs_done);
    }
    if (summary.state != ExperimentState::kCompleted) return {};
    // One that ended before its last epoch (early stopping) goes on when something was changed.
    if (changed && epochs > summary.epochs_done) return {};
    return make_error(Code::kWrongState,
                      "experiment '{}' is finished: {} of {} epochs are done; to train it longer, raise the number: "
                      "'goetia train --resume {} training.epochs={}'",
                      summary.id, summary.epochs_done, epochs, summary.id, summary.epochs_done * 2);
}

// config.yaml says what the experiment is from now on; overrides.yaml keeps every change there ever was.
Status record_change(const ExperimentFolder& folder, const CheckedConfig& config) {
    GOETIA_ASSIGN(const std::string text, read_file(folder.overrides()));
    GOETIA_ASSIGN(Json all, parse_yaml(text, folder.overrides()));
    if (!all.is_array()) all = Json::array();
    for (const std::string& one : config.composed.overrides) all.push_back(one);
    GOETIA_ASSIGN(const std::string kept, kept_config(config, folder));
    GOETIA_TRY(write_file_atomic(folder.overrides(), to_yaml(all)));
    return write_file_atomic(folder.config(), kept);
}

// The newest whole checkpoint; nothing when the run had not come to its first one.
Result<std::optional<std::filesystem::path>> newest_checkpoint(Context& context, const ExperimentFolder& folder) {
    GOETIA_ASSIGN(const CheckpointManifest manifest, CheckpointManifest::open(folder.checkpoints()));
    if (manifest.entries().empty()) {
        context.say("no checkpoint was written yet; the run begins again");
        return std::optional<std::filesystem::path>();
    }
    GOETIA_ASSIGN(const CheckpointManifest::Choice choice, manifest.newest_whole());
    for (const std::string& sentence : choice.damaged) context.say("note: " + sentence);
    context.say(fmt::format("going on from '{}' (epoch {}, step {})", choice.entry.file, choice.entry.epoch,
                            choice.entry.step));
    return std::optional(folder.checkpoints() / choice.entry.file);
}

// A checkpoint that its own manifest knows must be as it was written.
Status verify_named(const std::filesystem::path& checkpoint) {
    std::error_code code;
    if (!std::filesystem::is_regular_file(checkpoint, code))
        return not_found("checkpoint '{}' does not exist", checkpoint.native());
    if (!home_of(checkpoint)) return {};
    GOETIA_ASSIGN(const CheckpointManifest manifest, CheckpointManifest::open(checkpoint.parent_path()));
    for (const CheckpointEntry& entry : manifest.entries()) {
        if (entry.file == checkpoint.filename()) return manifest.verify(entry);
    }
    return {};
}

Result<Outcome> go_on(Context& context, const TrainOptions& options, const ExperimentFolder& found,
                      std::optional<std::filesystem::path> checkpoint) {
    const ExperimentFolder folder(std::filesystem::absolute(found.root()).lexically_normal());
    if (is_running(folder.root())) return RunLock::take(folder.root()).error();
    ComposeRequest request = options.request;
    request.file = std::filesystem::absolute(request.file.empty() ? folder.config() : request.file);
    for (std::filesystem::path& dir : request.config_dirs) dir = std::filesystem::absolute(dir);
    if (!request.folder.empty()) request.folder = std::filesystem::absolute(request.folder);
    enter_working_folder(context, folder);
    GOETIA_ASSIGN(const CheckedConfig config, checked_config(request, options.run.skip_unavailable));
    say_notices(context, config);
    GOETIA_ASSIGN(const RunSummary summary, read_summary(folder));
    const bool changed = !request.overrides.empty() || !options.request.file.empty();
    GOETIA_TRY(check_resumable(summary, config.composed.document, changed));
    if (!checkpoint) {
        GOETIA_ASSIGN(checkpoint, newest_checkpoint(context, folder));
    }
    if (options.dry_run)
        return Outcome{.json = {{"ok", true}, {"experiment", folder.id()}}, .text = "nothing was started\n"};
    if (changed) GOETIA_TRY(record_change(folder, config));
    GOETIA_ASSIGN(const AttemptResult attempt, run_attempt(context, folder, config.composed, checkpoint, options.run));
    return outcome_of(folder, attempt);
}

// A new experiment that begins from another one's checkpoint.
Result<Outcome> branch_off(Context& context, const TrainOptions& options, const std::filesystem::path& checkpoint) {
    GOETIA_ASSIGN(const CheckedConfig config, checked_config(options.request, options.run.skip_unavailable));
    say_notices(context, config);
    GOETIA_ASSIGN(const ExperimentFolder folder, make_experiment(config, options.run.experiments));
    GOETIA_ASSIGN(const AttemptResult attempt, run_attempt(context, folder, config.composed, checkpoint, options.run));
    return outcome_of(folder, attempt);
}

}  // namespace

Result<Outcome> train_resumed(Context& context, const TrainOptions& options) {
    if (!is_checkpoint_file(options.resume)) {
        GOETIA_ASSIGN(const ExperimentFolder folder,
                      ExperimentFolder::find(std::filesystem::absolute(options.run.experiments), options.resume));
        return go_on(context, options, folder, std::nullopt);
    }
    const std::filesystem::path checkpoint = std::filesystem::absolute(options.resume).lexically_normal();
    GOETIA_TRY(verify_named(checkpoint));
    const std::optional<std::filesystem::path> home = home_of(checkpoint);
    const bool own_config =
        options.request.file.empty() ||
        (home && std::filesystem::absolute(options.request.file).lexically_normal() == *home / "config.yaml");
    if (!own_config) return branch_off(context, options, checkpoint);
    if (!home)
        return invalid(
            "checkpoint '{}' lies in no experiment folder; name the configuration it belongs to with '--config FILE'",
            checkpoint.native());
    GOETIA_ASSIGN(const ExperimentFolder folder, ExperimentFolder::open(*home));
    return go_on(context, options, folder, checkpoint);
}

}  // namespace goetia::cli
