// goetia demo: the README's first command. Generates a small image set, trains a classifier on it and shows where the
// results are. An interrupted demo is resumed by the next call; a further call uses the same images.
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

#include "apps/goetia/train_options.h"
#include "apps/goetia/train_text.h"
#include "base/clock.h"
#include "base/files.h"
#include "datasets/synthetic/shapes.h"
#include "run/make_experiment.h"

namespace goetia::cli {
namespace {

constexpr ShapesPlan kShapes{.images = 2000, .classes = 8, .size = 64, .seed = 0, .png = false, .threads = 0};

std::filesystem::path demo_folder() {
    const char* named = std::getenv("GOETIA_DEMO");
    return std::filesystem::absolute(named != nullptr && *named != '\0' ? named : "demo-data").lexically_normal();
}

Status make_images(Context& context, const std::filesystem::path& data) {
    std::error_code code;
    if (std::filesystem::exists(data, code)) {  // written atomically: if it exists, it is complete
        context.say(fmt::format("1/3  images: {} exist already, in {}", kShapes.images, data.native()));
        return {};
    }
    context.say(fmt::format("1/3  images: drawing {} of {} shapes, {} pixels wide, into {}", kShapes.images,
                            kShapes.classes, kShapes.size, data.native()));
    GOETIA_TRY(make_folders(data.parent_path()));
    const bool terminal = ::isatty(STDERR_FILENO) == 1;
    GOETIA_ASSIGN(const SplitSizes made, make_shapes(kShapes, data, [terminal](std::int64_t done, std::int64_t all) {
                      if (terminal)
                          std::fputs(
                              done == all ? "\r\x1b[2K" : fmt::format("\r\x1b[2K     {} of {}", done, all).c_str(),
                              stderr);
                  }));
    context.say(fmt::format("     {} for training, {} for validation", made.train, made.val));
    return {};
}

// The demo's interrupted experiment, if there is one.
std::optional<ExperimentFolder> interrupted_experiment(const std::filesystem::path& marker) {
    const auto path = read_file(marker);
    if (!path) return std::nullopt;
    const auto folder = ExperimentFolder::open(*path);
    if (!folder) return std::nullopt;
    const auto summary = read_summary(*folder);
    const bool open =
        summary && (summary->state == ExperimentState::kStopped || summary->state == ExperimentState::kInterrupted);
    return open ? std::optional(*folder) : std::nullopt;
}

// The files of the folder with a description; only those that exist.
std::string tree_text(const ExperimentFolder& folder) {
    constexpr std::pair<const char*, const char*> kParts[] = {
        {"config.yaml", "what was trained, every value"},
        {"environment.json", "where: machine, compiler, libraries, code"},
        {"reproduce.sh", "runs it again and compares"},
        {"best_model.pth", "the best weights; torch.load reads them"},
        {"checkpoints", "to resume from: last.pth, best_*.pth"},
        {"training_curves.png", "loss and accuracy over the epochs"},
        {"visualizations", "confusion matrix and curves"},
        {"logs", "train.log, metrics.json, tensorboard/"},
        {"metrics_history.csv", "one row per epoch"}};
    std::vector<std::vector<std::string>> rows;
    for (const auto& [name, sentence] : kParts) {
        std::error_code code;
        if (std::filesystem::exists(folder.root() / name, code)) rows.push_back({std::string("  ") + name, sentence});
    }
    return folder.root().string() + "\n" + table_text(rows);
}

std::string closing_text(const ExperimentFolder& folder, const RunSummary& summary) {
    const auto accuracy = summary.best_metrics.find("val/accuracy_top1");
    std::string text = "\n";
    if (accuracy != summary.best_metrics.end()) {
        text += fmt::format("trained in {}: {:.1f} % of the unseen validation images are classified correctly\n\n",
                            readable_duration(summary.seconds), accuracy->second * 100);
    }
    return text + tree_text(folder) + "\nnext:\n" +
           table_text({{"  goetia experiment show " + summary.id, "its numbers"},
                       {"  goetia reproduce " + summary.id, "runs it again and compares the results"},
                       {"  goetia train --resume " + summary.id + " training.epochs=12", "trains it longer"},
                       {"  goetia config explain training.batch_size", "what a key means"},
                       {"  goetia component list", "every model, loss, transform"}});
}

Result<Outcome> train_or_resume(Context& context, TrainOptions options, const std::filesystem::path& data,
                                const std::filesystem::path& marker) {
    if (const auto folder = interrupted_experiment(marker)) {
        context.say(fmt::format("2/3  training: resuming {}", folder->id()));
        options.resume = folder->root().string();
        return train_resumed(context, options);
    }
    context.say(
        "2/3  training: ResNet-18, about two minutes on two cores (Ctrl-C saves the progress; call it again to "
        "resume)");
    options.request.file = builtin_configs() / "templates" / "classification" / "shapes.yaml";
    options.request.overrides = {fmt::format("dataset.data_root='{}'", data.native()), "experiment.name=demo"};
    GOETIA_ASSIGN(const CheckedConfig config, checked_config(options.request, false));
    say_notices(context, config);
    const std::filesystem::path here = std::filesystem::current_path();
    GOETIA_ASSIGN(const ExperimentFolder folder, make_experiment(config, options.run.experiments, here));
    GOETIA_TRY(write_file_atomic(marker, folder.root().native()));
    GOETIA_ASSIGN(const AttemptResult attempt,
                  follow_attempt(context, folder, config, {.working_folder = here}, options.run));
    return outcome_of(folder, attempt);
}

Result<Outcome> demo(Context& context, const RunOptions& run) {
    if (builtin_configs().empty())
        return not_found(
            "the built-in configs/ were not found next to the program; set GOETIA_CONFIGS to their folder");
    const std::filesystem::path home = demo_folder();
    const std::filesystem::path marker = home / "experiment";
    const std::filesystem::path data = home / "shapes";
    context.say("goetia demo: generates images, trains a classifier on them, shows the results\n");
    GOETIA_TRY(make_images(context, data));
    TrainOptions options;
    options.run = run;
    GOETIA_ASSIGN(Outcome outcome, train_or_resume(context, options, data, marker));
    outcome.json["data"] = data.native();
    if (outcome.exit_code != kOk) return outcome;
    GOETIA_ASSIGN(const ExperimentFolder folder, ExperimentFolder::open(outcome.json["dir"].get<std::string>()));
    GOETIA_ASSIGN(const RunSummary summary, read_summary(folder));
    outcome.text = "\n3/3  done" + closing_text(folder, summary);
    return outcome;
}

}  // namespace

void add_demo_command(Command& app, Context& context) {
    Command& command = app.command("demo", "Generate a small image set, train a classifier on it, show the results");
    auto run = std::make_shared<RunOptions>();
    add_experiments_option(command, *run);
    command.option("--progress", run->progress, "auto, bar, plain or json").metavar("MODE");
    command.footer(
        "The images are stored in ./demo-data, or in the folder GOETIA_DEMO; a second call uses them again.");
    context.on(command, [&context, run] { return demo(context, *run); });
}

}  // namespace goetia::cli
