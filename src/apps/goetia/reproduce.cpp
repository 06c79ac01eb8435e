// goetia reproduce: runs an experiment again from its own folder and compares the results.
#include "apps/goetia/reproduce_compare.h"
#include "apps/goetia/train_options.h"

#include "base/files.h"
#include "run/make_experiment.h"
#include "weights/pth.h"

namespace goetia::cli {
namespace {

struct ReproduceOptions {
    std::string experiment;
    double eps = 1e-4;
    RunOptions run;
};

Result<std::optional<Value>> last_weights(const ExperimentFolder& folder) {
    GOETIA_ASSIGN(const RunSummary summary, read_summary(folder));
    const std::string& file = summary.last_checkpoint.empty() ? summary.best_checkpoint : summary.last_checkpoint;
    if (file.empty()) return std::optional<Value>();
    GOETIA_ASSIGN(Value value, read_pth(folder.root() / file));
    return std::optional<Value>(std::move(value));
}

Result<Json> environment_of(const ExperimentFolder& folder) {
    std::error_code code;
    if (!std::filesystem::exists(folder.environment(), code)) return Json(nullptr);
    GOETIA_ASSIGN(const std::string text, read_file(folder.environment()));
    return Json::parse(text, nullptr, false);
}

struct Compared {
    Comparison comparison;
    std::vector<std::string> environment;
    bool weights = false;
};

Result<Compared> compare(const ExperimentFolder& original, const ExperimentFolder& reproduced) {
    Compared all;
    MeasuredRun before, after;
    GOETIA_TRY(measure(original, before));
    GOETIA_TRY(measure(reproduced, after));
    compare_metrics(before, after, all.comparison);
    GOETIA_ASSIGN(const auto old_weights, last_weights(original));
    GOETIA_ASSIGN(const auto new_weights, last_weights(reproduced));
    if (old_weights && new_weights) {
        GOETIA_TRY(compare_weights(*old_weights, *new_weights, all.comparison));
        all.weights = true;
    }
    GOETIA_ASSIGN(const Json old_environment, environment_of(original));
    GOETIA_ASSIGN(const Json new_environment, environment_of(reproduced));
    all.environment = environment_differences(old_environment, new_environment);
    return all;
}

std::string verdict_text(const Compared& all, const std::string& original, double eps) {
    const Verdict verdict = verdict_of(all.comparison, eps);
    std::string text =
        fmt::format("\n{}: {} metric values{} of '{}' compared\n", verdict_name(verdict), all.comparison.metrics,
                    all.weights ? fmt::format(" and {} tensors", all.comparison.tensors) : "", original);
    if (!all.weights) text += "the weights were not compared: one of the two runs has no checkpoint\n";
    if (verdict == Verdict::kWithinEps)
        text += fmt::format("{} of them differ, none by more than {:g}\n", all.comparison.differences.size(), eps);
    if (const Difference* first = first_difference(all.comparison, eps))
        text += "first difference: " + to_text(*first) + "\n";
    for (const std::string& sentence : all.environment) text += "different environment: " + sentence + "\n";
    return text;
}

Result<Outcome> reproduce(Context& context, const ReproduceOptions& options) {
    GOETIA_ASSIGN(const ExperimentFolder found, ExperimentFolder::find(options.run.experiments, options.experiment));
    const ExperimentFolder original(std::filesystem::absolute(found.root()).lexically_normal());
    GOETIA_ASSIGN(const RunSummary summary, read_summary(original));
    if (summary.state != ExperimentState::kCompleted) {
        return make_error(
            Code::kWrongState,
            "experiment '{}' is {}, only a completed one can be reproduced; resume it with 'goetia train --resume {}'",
            original.id(), state_name(summary.state), original.id());
    }
    const std::filesystem::path working_folder = working_folder_for(context, original);
    GOETIA_ASSIGN(
        const CheckedConfig config,
        checked_config({.file = original.config(), .config_dirs = {}, .overrides = {}}, options.run.skip_unavailable));
    say_notices(context, config);
    // The number of threads affects the result, since it determines the order of sums.
    AttemptOptions attempt_options{.working_folder = working_folder};
    GOETIA_ASSIGN(const RunHistory before, read_history(original));
    if (!before.attempts.empty()) attempt_options.threads = before.attempts.back().threads;
    // The new experiment is created next to the original.
    GOETIA_ASSIGN(const ExperimentFolder again, make_experiment(config, original.root().parent_path(), working_folder));
    GOETIA_ASSIGN(const AttemptResult attempt, follow_attempt(context, again, config, attempt_options, options.run));
    Outcome outcome = outcome_of(again, attempt);
    if (attempt.end != LaunchEnd::kCompleted) return outcome;
    GOETIA_ASSIGN(const Compared all, compare(original, again));
    const Verdict verdict = verdict_of(all.comparison, options.eps);
    const Difference* first = first_difference(all.comparison, options.eps);
    outcome.json["original"] = original.id();
    outcome.json["verdict"] = verdict_name(verdict);
    outcome.json["eps"] = options.eps;
    outcome.json["first_difference"] = first == nullptr ? Json(nullptr) : to_json(*first);
    outcome.json["compared"] = {{"metrics", all.comparison.metrics}, {"tensors", all.comparison.tensors}};
    outcome.json["environment_differences"] = all.environment;
    outcome.text += verdict_text(all, original.id(), options.eps);
    if (verdict == Verdict::kDiverged) outcome.exit_code = kProblemsFound;
    return outcome;
}

}  // namespace

void add_reproduce_command(Command& app, Context& context) {
    Command& command = app.command("reproduce", "Run an experiment again from its own folder and compare");
    auto options = std::make_shared<ReproduceOptions>();
    command.positional("experiment", options->experiment, "Id, unique prefix of one, or folder")
        .required()
        .metavar("EXP");
    command.option("--eps", options->eps, "The largest relative difference that counts as the same")
        .metavar("X")
        .not_negative();
    command.flag("--skip-unavailable", options->run.skip_unavailable,
                 "Skip enabled sections that this build does not support");
    command.option("--progress", options->run.progress, "auto, bar, plain or json").metavar("MODE");
    add_experiments_option(command, options->run);
    command.footer(
        "Examples:\n  goetia reproduce exp_20250627_143052_a3b8c9d2\n  goetia reproduce exp_2025 --json\n\n"
        "The verdict is 'bitwise', 'within_eps' or 'diverged'; the exit code is 8 when it diverged.");
    context.on(command, [&context, options] { return reproduce(context, *options); });
}

}  // namespace goetia::cli
