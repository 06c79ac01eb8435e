#include "apps/goetia/inference_call.h"

#include <fmt/ranges.h>

#include "base/error_json.h"
#include "base/process.h"
#include "experiment/summary.h"
#include "launch/programs.h"
#include "run/checked_config.h"
#include "run/resume.h"

namespace goetia::cli {
namespace {

namespace fs = std::filesystem;

struct Trained {
    ExperimentFolder folder;
    fs::path checkpoint;
};

Result<fs::path> checkpoint_of(const ExperimentFolder& folder, const std::string& choice) {
    GOETIA_ASSIGN(const RunSummary summary, read_summary(folder));
    if (choice != "best" && choice != "last") {
        const fs::path named = folder.checkpoints() / choice;
        if (fs::is_regular_file(named)) return named;
        if (fs::is_regular_file(choice)) return fs::absolute(choice).lexically_normal();
        return not_found("experiment '{}' has no checkpoint '{}'; allowed: best, last, or a file", folder.id(), choice);
    }
    const std::string& best = summary.best_checkpoint.empty() ? summary.last_checkpoint : summary.best_checkpoint;
    const std::string& file = choice == "last" ? summary.last_checkpoint : best;
    if (file.empty()) return not_found("experiment '{}' has no checkpoint yet", folder.id());
    return folder.root() / file;
}

Result<Trained> find_trained(const InferenceOptions& options) {
    std::error_code code;
    if (!fs::is_regular_file(options.run, code)) {
        GOETIA_ASSIGN(const ExperimentFolder found,
                      ExperimentFolder::find(fs::absolute(options.options.experiments), options.run));
        const ExperimentFolder folder(fs::absolute(found.root()).lexically_normal());
        GOETIA_ASSIGN(fs::path checkpoint, checkpoint_of(folder, options.checkpoint));
        return Trained{folder, std::move(checkpoint)};
    }
    const fs::path checkpoint = fs::absolute(options.run).lexically_normal();
    const auto home = experiment_of_checkpoint(checkpoint);
    if (!home)
        return invalid(
            "checkpoint '{}' is in no experiment folder, whose configuration says how its model is built; name the "
            "experiment, with --checkpoint '{}'",
            checkpoint.native(), checkpoint.native());
    GOETIA_ASSIGN(const ExperimentFolder folder, ExperimentFolder::open(*home));
    return Trained{folder, checkpoint};
}

// The last line of standard error is the runtime's error as JSON.
Error runtime_error(const ProcessResult& done) {
    std::string text = done.errors;
    while (!text.empty() && text.back() == '\n') text.pop_back();
    const Json json = Json::parse(text.substr(text.rfind('\n') + 1), nullptr, false);
    if (const auto error = error_from_json(json)) return *error;
    return failed("goetia-runtime ended with exit code {}: {}", done.exit_code, text);
}

}  // namespace

void add_inference_options(Command& command, InferenceOptions& options) {
    command.positional("RUN", options.run, "An experiment, by ID or folder, or a checkpoint in one").required();
    command.option("--checkpoint", options.checkpoint, "best, last, or a file of the experiment").show_default();
    command
        .option("--weights", options.weights,
                "averaged: those of training.ema; trained: the others; as_evaluated: those the run was evaluated with")
        .choices({"as_evaluated", "averaged", "trained"})
        .show_default();
    command.option("--pictures", options.pictures, "Draw what was found in so many images").range(0, 100000);
    command.option("--least-score", options.least_score, "Objects below it are not drawn and count as no mistake")
        .show_default();
    add_experiments_option(command, options.options);
}

Result<Json> run_inference(Context& context, const InferenceOptions& options, Json work) {
    return run_with_trained(context, options, "infer", std::move(work));
}

Result<Json> run_with_trained(Context& context, const InferenceOptions& options, const std::string& runtime_command,
                              Json work, const std::function<void(const std::string& line)>& show) {
    GOETIA_ASSIGN(const Trained trained, find_trained(options));
    GOETIA_TRY(verify_checkpoint(trained.checkpoint));
    const fs::path working_folder = working_folder_for(context, trained.folder);
    GOETIA_ASSIGN(const CheckedConfig config,
                  checked_config({.file = trained.folder.config(), .overrides = options.overrides},
                                 options.options.skip_unavailable));
    GOETIA_ASSIGN(std::string input, rank_input_of(trained.folder, config));
    GOETIA_ASSIGN(const fs::path runtime, find_runtime());
    work["checkpoint"] = trained.checkpoint.native(), work["weights"] = options.weights;
    work["folder"] = trained.folder.root().native(), work["experiment"] = trained.folder.id();
    if (!options.output.empty()) work["output"] = fs::absolute(options.output).lexically_normal().native();
    work["pictures"] = options.pictures, work["mistakes"] = options.mistakes;
    work["least_score"] = options.least_score;
    GOETIA_ASSIGN(const ProcessResult done,
                  run_process({.words = {runtime.native(), runtime_command, "--work", work.dump()},
                               .environment = {},
                               .folder = working_folder,
                               .input = std::move(input),
                               .on_error_line = show}));
    if (done.exit_code != 0) return runtime_error(done);
    Json report = Json::parse(done.output, nullptr, false);
    if (!report.is_object()) return failed("goetia-runtime printed no report: {}", done.output);
    report["experiment"] = trained.folder.id();
    return report;
}

std::string files_text(const Json& report) {
    std::string text;
    for (const Json& one : report["skipped"])
        text += fmt::format("skipped '{}': {}\n", one["sample"].get<std::string>(), one["reason"].get<std::string>());
    for (const Json& file : report["files"]) text += fmt::format("wrote '{}'\n", file.get<std::string>());
    return text;
}

}  // namespace goetia::cli
