// goetia demo: the README's first command. Generates a small image set, starts a master with this machine as its node,
// has a classifier trained there, evaluates it and shows where the results are. An interrupted demo is resumed by the
// next call; a further call uses the same images.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <unistd.h>

#include "apps/goetia/browser.h"
#include "apps/goetia/demo_pool.h"
#include "apps/goetia/inference_call.h"
#include "apps/goetia/master_call.h"
#include "apps/goetia/progress_view.h"
#include "apps/goetia/stop_on_signals.h"
#include "apps/goetia/task_follow.h"
#include "apps/goetia/task_package_call.h"
#include "apps/goetia/train_options.h"
#include "apps/goetia/train_text.h"
#include "base/clock.h"
#include "base/files.h"
#include "datasets/synthetic/shapes.h"
#include "master/page/page_files.h"
#include "net/http.h"
#include "run/derive.h"
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

struct DemoOptions {
    RunOptions run;
    bool keep = false;
};

struct DemoFolders {
    std::filesystem::path images, pool, marker;  // the marker names the task that is under way
};

TrainOptions demo_run(const DemoOptions& options, const DemoFolders& folders) {
    TrainOptions chosen;
    chosen.run = options.run;
    chosen.request.file = builtin_configs() / "templates" / "classification" / "shapes.yaml";
    chosen.request.overrides = {fmt::format("dataset.data_root='{}'", folders.images.native()), "experiment.name=demo"};
    return chosen;
}

// The task of a demo that was interrupted: it waits in the queue, or has ended since.
std::optional<std::string> unfinished_task(MasterCall& master, const std::filesystem::path& marker) {
    const auto id = read_file(marker);
    if (!id) return std::nullopt;
    const auto task = master.ask("GET", "/api/tasks/" + percent_encoded(*id));
    if (!task) return std::nullopt;
    const std::string state = task->value("state", "");
    return state == "failed" || state == "stopped" ? std::nullopt : std::optional(*id);
}

Result<std::string> submitted_task(Context& context, MasterCall& master, const Json& node, const TrainOptions& run) {
    Json task = {{"cores", node.value("cores", 1)}, {"gpus", node["gpus"].empty() ? 0 : 1}};
    GOETIA_ASSIGN(task, packed_task(context, run, {}, std::move(task), &master));
    GOETIA_ASSIGN(const Json made, master.ask("POST", "/api/tasks", task));
    return made.value("id", "");
}

// No node holds the attempt any more: the master has all of its files.
Status wait_for_files(MasterCall& master, const std::string& task, const StopToken& stop) {
    for (;;) {
        GOETIA_ASSIGN(const Json page, master.ask("GET", "/api/nodes?limit=1000"));
        const bool held = std::ranges::any_of(page["items"], [&](const Json& node) {
            return std::ranges::find(node["tasks"], Json(task)) != node["tasks"].end();
        });
        if (!held) return {};
        if (stop.stop_requested()) return make_error(Code::kCancelled, "stopped before the last files had come");
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

// From the master's records to an experiment's folder like any other. Checkpoints, which never change, are not copied.
Result<ExperimentFolder> taken_experiment(const std::filesystem::path& kept, const TrainOptions& run) {
    namespace fs = std::filesystem;
    GOETIA_TRY(make_folders(run.run.experiments));
    const ExperimentFolder folder(fs::absolute(run.run.experiments).lexically_normal() / kept.filename());
    const fs::path arriving = folder.root().native() + ".part";
    std::error_code code;
    fs::remove_all(arriving, code);
    fs::copy(kept, arriving, fs::copy_options::recursive | fs::copy_options::create_hard_links, code);
    if (code) {
        fs::remove_all(arriving, code);
        fs::copy(kept, arriving, fs::copy_options::recursive, code);
    }
    if (code) return os_error("copy", kept.native(), code.value());
    fs::remove_all(folder.root(), code);
    fs::rename(arriving, folder.root(), code);
    if (code) return os_error("make", folder.root().native(), code.value());
    GOETIA_ASSIGN(const CheckedConfig config, checked_config(run.request, false));
    GOETIA_TRY(add_reproduce_script(folder, config, fs::current_path()));
    GOETIA_TRY(derive_unfinished(folder));
    return folder;
}

Result<std::string> evaluated(Context& context, const ExperimentFolder& folder, const RunOptions& run, Json& report) {
    GOETIA_ASSIGN(report, run_inference(context, {.run = folder.root(), .options = run}, {{"split", "val"}}));
    return fmt::format("evaluated its best model on {} validation images: {:.1f} % are classified correctly",
                       report.value("samples", 0), 100 * report["metrics"].value("val/accuracy_top1", 0.0));
}

Result<Json> trained(Context& context, MasterCall& master, const std::string& task, const RunOptions& run,
                     const StopToken& stop) {
    std::FILE* out = context.json ? stderr : stdout;
    GOETIA_ASSIGN(const ProgressMode mode, progress_mode(run.progress, out));
    ProgressView view(mode, out, {}, fmt::format("     task {} trains on this machine", task));
    GOETIA_ASSIGN(const Json ended, follow_task(master, task, view, [](const Json&) {}, stop));
    view.finish();
    if (ended.value("state", "") != "completed")
        return failed("task '{}' {}: {}", task, ended.value("state", ""), ended.value("reason", ""));
    GOETIA_TRY(wait_for_files(master, task, stop));
    return ended;
}

// Where the task can be watched. Whoever is nobody yet becomes the first administrator on the way there.
void show_page(const Context& context, const DemoPool& pool, const std::string& task) {
    if (built_page().empty()) return;
    const std::string place = "/tasks/" + percent_encoded(task), address = pool.holder().url + place;
    context.say("     watch it at " + address);
    std::string way = address;
    if (!pool.setup_link().empty()) {
        way = pool.setup_link() + "&next=" + percent_encoded(place);
        context.say("     the first time by " + way);
    }
    if (!context.json) open_in_browser(way);
}

Result<Outcome> demonstrate(Context& context, const DemoOptions& options, const DemoFolders& folders,
                            const StopToken& stop) {
    GOETIA_ASSIGN(const std::unique_ptr<DemoPool> pool, DemoPool::open(folders.pool, options.keep, stop));
    GOETIA_ASSIGN(MasterCall master, MasterCall::open({.data = folders.pool}));
    const TrainOptions run = demo_run(options, folders);
    std::optional<std::string> task = unfinished_task(master, folders.marker);
    context.say(fmt::format("2/3  training: {}a master at {}, this machine is its node '{}'",
                            task ? "resuming task " + *task + "; " : "", pool->holder().url,
                            pool->node().value("name", "")));
    if (!task) {
        context.say(
            "     ResNet-18, about two minutes on two cores (Ctrl-C saves the progress; call it again to resume)");
        GOETIA_ASSIGN(task, submitted_task(context, master, pool->node(), run));
        GOETIA_TRY(write_file_atomic(folders.marker, *task));
    }
    show_page(context, *pool, *task);
    GOETIA_ASSIGN(const Json ended, trained(context, master, *task, options.run, stop));
    GOETIA_ASSIGN(const ExperimentFolder folder,
                  taken_experiment(folders.pool / "experiments" / ended.value("experiment", ""), run));
    std::error_code code;
    std::filesystem::remove(folders.marker, code);
    GOETIA_ASSIGN(const RunSummary summary, read_summary(folder));
    Outcome outcome = outcome_of(folder, {.end = LaunchEnd::kCompleted, .summary = summary});
    GOETIA_ASSIGN(const std::string evaluation, evaluated(context, folder, options.run, outcome.json["evaluation"]));
    outcome.json["data"] = folders.images.native();
    outcome.json["task"] = *task;
    outcome.json["master"] = options.keep ? Json(pool->holder().url) : Json();
    outcome.text = "\n3/3  " + evaluation + closing_text(folder, summary);
    if (options.keep) {
        outcome.text += fmt::format(
            "\nthe master goes on at {} and trains what is submitted with GOETIA_DATA={}\n"
            "stop it with: kill {}\n",
            pool->holder().url, folders.pool.native(), pool->holder().pid);
    }
    return outcome;
}

Result<Outcome> demo(Context& context, const DemoOptions& options) {
    if (builtin_configs().empty())
        return not_found(
            "the built-in configs/ were not found next to the program; set GOETIA_CONFIGS to their folder");
    const std::filesystem::path home = demo_folder();
    const DemoFolders folders{.images = home / "shapes", .pool = home / "pool", .marker = home / "task"};
    context.say(
        "goetia demo: generates images, trains a classifier on them in a pool of one machine, shows the results\n");
    GOETIA_TRY(make_images(context, folders.images));
    const StopOnSignals signals;
    Result<Outcome> outcome = demonstrate(context, options, folders, signals.token());
    if (outcome || outcome.error().code != Code::kCancelled || !signals.token().stop_requested()) return outcome;
    return Outcome{.json = {{"state", "stopped"}, {"data", folders.images.native()}},
                   .text = "stopped, everything up to the last checkpoint is kept; 'goetia demo' resumes it\n",
                   .exit_code = signals.terminated() ? kTerminated : kInterrupted};
}

}  // namespace

void add_demo_command(Command& app, Context& context) {
    Command& command = app.command("demo", "Generate a small image set, train a classifier on it, show the results");
    auto options = std::make_shared<DemoOptions>();
    add_experiments_option(command, options->run);
    command.option("--progress", options->run.progress, "auto, bar, plain or json").metavar("MODE");
    command.flag("--keep", options->keep, "Leave the master and this machine's node running");
    command.footer(
        "The images and the pool are in ./demo-data, or in the folder GOETIA_DEMO; a second call uses them again.");
    context.on(command, [&context, options] { return demo(context, *options); });
}

}  // namespace goetia::cli
