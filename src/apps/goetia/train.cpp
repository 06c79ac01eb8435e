// goetia train: one run on this machine.
#include "apps/goetia/train_options.h"

#include "apps/goetia/config_show.h"
#include "apps/goetia/progress_view.h"
#include "run/world_size.h"

namespace goetia::cli {
namespace {

constexpr const char* kExamples = R"(Examples:
  goetia train --data photos
  goetia train --data photos --model resnet50 training.epochs=20
  goetia train --config configs/templates/classification/shapes.yaml
  goetia train --config resnet50.yaml optimizer.lr=0.0001 training.batch_size=64
  goetia train --config resnet50.yaml --multirun optimizer.lr=0.1,0.01 training.batch_size=32,64
  goetia train --config resnet50.yaml --multirun --strategy tpe --trials 30 'optimizer.lr=tag(log,interval(1e-4,1))'
  goetia train --multirun --resume 20250627_143052
  goetia train --resume exp_20250627_143052_a3b8c9d2
  goetia train --resume exp_2025 training.epochs=200

Ctrl-C finishes the step and writes a resumable checkpoint; a second Ctrl-C kills the run.)";

std::string quoted(const std::string& text) {
    std::string word = "'";
    for (const char letter : text)
        word += letter == '\'' || letter == '\\' ? std::string{'\\', letter} : std::string{letter};
    return word + "'";
}

Status check_combination(const TrainOptions& options) {
    if (options.request.file.empty() && options.resume.empty()) {
        return invalid("train needs '--data DIR' or '--config FILE' for a new run, or '--resume EXP' to resume one");
    }
    std::error_code code;
    if (!options.request.file.empty() && !std::filesystem::is_regular_file(options.request.file, code)) {
        return not_found("config file '{}' does not exist", options.request.file.native());
    }
    return {};
}

Result<Outcome> plan_of(const TrainOptions& options) {
    GOETIA_ASSIGN(const CheckedConfig config, checked_config(options.request, options.run.skip_unavailable));
    GOETIA_ASSIGN(const int world, world_size(config.composed.document));
    return Outcome{
        .json = {{"ok", true}, {"ranks", world}, {"overrides", config.composed.overrides}},
        .text = to_yaml(config.composed.unresolved) +
                fmt::format("# would train with {} rank{}; nothing was started\n", world, world == 1 ? "" : "s")};
}

// Like Hydra's --cfg: references stay as written unless --resolve is given.
Result<Outcome> shown_config(const TrainOptions& options) {
    if (options.request.file.empty()) return invalid("'--cfg' shows a configuration; name it with '--config FILE'");
    return show_config(options.request, {.multirun = options.multirun,
                                         .unresolved = !options.shown_resolved,
                                         .part = options.shown_part,
                                         .package = options.shown_package});
}

Result<Outcome> train(Context& context, TrainOptions options) {
    GOETIA_TRY(apply_choice(options.request, options.choice));
    GOETIA_TRY(apply_data(context, options));
    GOETIA_TRY(check_combination(options));
    GOETIA_TRY(progress_mode(options.run.progress, stdout));
    options.request.overrides = options.overrides();
    if (!options.shown_part.empty()) return shown_config(options);
    if (options.multirun) return train_multirun(context, options);
    if (options.dry_run && options.resume.empty()) return plan_of(options);
    GOETIA_ASSIGN(Outcome outcome,
                  options.resume.empty() ? train_new(context, options) : train_resumed(context, options));
    if (options.run.progress == "json") outcome.text.clear();  // standard output is for a program
    return outcome;
}

}  // namespace

std::vector<std::string> TrainOptions::overrides() const {
    std::vector<std::string> all = request.overrides;
    if (seed) all.push_back(fmt::format("++experiment.seed={}", *seed));
    if (name) all.push_back("++experiment.name=" + quoted(*name));
    return all;
}

void say_notices(Context& context, const CheckedConfig& config) {
    for (const std::string& notice : config.composed.notices) context.say("note: " + notice);
    for (const std::string& sentence : config.skipped) context.say(sentence);
}

Result<Outcome> train_new(Context& context, const TrainOptions& options) {
    GOETIA_ASSIGN(const CheckedConfig config, checked_config(options.request, options.run.skip_unavailable));
    say_notices(context, config);
    return train_from(context, config, std::nullopt, options.run);
}

void add_train_command(Command& app, Context& context) {
    Command& command = app.command("train", "Train from a configuration, or resume an experiment");
    auto options = std::make_shared<TrainOptions>();
    add_config_choice(command, options->request, options->choice);
    add_data_choice(command, *options, "--data").excludes("--resume");
    command
        .option(
            "--resume", options->resume,
            "Resume an experiment (id, unique prefix of one, folder), a checkpoint file, or with --multirun a sweep")
        .metavar("EXP|PATH");
    command.option("--seed", options->seed, "The same as experiment.seed=N").metavar("N");
    command.option("--name", options->name, "The same as experiment.name=NAME").metavar("NAME");
    command.flag("-m,--multirun", options->multirun,
                 "Run a sweep: every combination of comma lists, ranges and choices, or a search");
    add_sweep_options(command, options->sweep);
    command.flag("--dry-run", options->dry_run, "Compose and check, print what would run, start nothing");
    command.option("--cfg", options->shown_part, "Show the configuration and start nothing: job, hydra, all")
        .choices({"job", "hydra", "all"});
    command.flag("--resolve", options->shown_resolved, "With --cfg: follow the references").needs("--cfg");
    command.option("--package,-p", options->shown_package, "With --cfg: only this part of the document")
        .metavar("PATH")
        .needs("--cfg");
    command.flag("--skip-unavailable", options->run.skip_unavailable,
                 "Skip enabled sections that this build does not support");
    command.flag("--follow", options->follow, "Wait for the end of the run (a run on this machine is always followed)");
    command.option("--progress", options->run.progress, "auto, bar, plain or json").metavar("MODE");
    add_experiments_option(command, options->run);
    command.footer(kExamples);
    context.on(command, [&context, options] { return train(context, *options); });
}

}  // namespace goetia::cli
