// goetia task submit|list|show|logs|pause|resume|stop|retry|delete|why: asks a master.
#include <chrono>
#include <cstdio>
#include <thread>

#include "apps/goetia/command.h"
#include "apps/goetia/master_call.h"
#include "apps/goetia/progress_view.h"
#include "apps/goetia/stop_on_signals.h"
#include "apps/goetia/task_follow.h"
#include "apps/goetia/task_package_call.h"
#include "apps/goetia/train_options.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/json_text.h"
#include "net/http.h"

namespace goetia::cli {
namespace {

struct TaskOptions {
    MasterOptions master;
    std::string id, name, gpu_memory, memory, filter, stream = "logs/train.log";
    std::filesystem::path package;
    std::vector<std::string> labels;
    std::int64_t priority = 50, gpus = 0, nodes = 1, cores = 1, limit = 50;
    TrainOptions train;
    PackageChoice brought;
    double lost_after = 600, soft_limit = 43200, hard_limit = 86400;
    std::int64_t retries = 3;
    bool noop = false, follow = false, dry_run = false;
};

// "24GB", "512MB", "1.5TB" or bytes.
Result<std::int64_t> size_from(const std::string& text, const char* option) {
    if (text.empty()) return std::int64_t{0};
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    const std::string unit = end;
    const double factor = unit.empty() ? 1 : unit == "MB" ? 1e6 : unit == "GB" ? 1e9 : unit == "TB" ? 1e12 : 0;
    if (end == text.c_str() || factor == 0 || number < 0) {
        return invalid("{} is a size such as '24GB' or '512MB', found '{}'", option, text);
    }
    return static_cast<std::int64_t>(number * factor);
}

std::string time_text(const Json& seconds) {
    if (!seconds.is_number()) return "-";
    const std::chrono::duration<double> since(seconds.get<double>());
    return readable_local_time(WallTime(std::chrono::duration_cast<WallTime::duration>(since)));
}

std::string joined_words(const Json& words) {
    std::string text;
    for (const Json& word : words) text += (text.empty() ? "" : ", ") + word.get<std::string>();
    return text.empty() ? "-" : text;
}

std::string shown_text(const Json& task) {
    std::string text = fmt::format("task {}  {}\n", task.value("id", ""), task.value("name", ""));
    text += fmt::format("  state       {}{}\n", task.value("state", ""),
                        task.value("reason", "").empty() ? "" : ": " + task.value("reason", ""));
    text +=
        fmt::format("  priority    {}\n  submitted   {}\n", task.value("priority", 0), time_text(task["created_at"]));
    text += fmt::format("  started     {}\n  finished    {}\n", time_text(task["started_at"]),
                        time_text(task["finished_at"]));
    text += fmt::format("  nodes       {}\n", joined_words(task["nodes"]));
    if (task["experiment"].is_string())
        text += fmt::format("  experiment  {}\n", task["experiment"].get<std::string>());
    const Json& progress = task["progress"];
    if (progress.value("steps", 0) > 0) {
        text += fmt::format("  progress    step {} of {}\n", progress.value("step", 0), progress.value("steps", 0));
    }
    return text;
}

Result<Json> followed(MasterCall& master, const std::string& id, const std::string& progress, const Context& context,
                      const StopToken& stop) {
    std::FILE* out = context.json ? stderr : stdout;
    GOETIA_ASSIGN(const ProgressMode mode, progress_mode(progress, out));
    ProgressView view(mode, out, {}, "task " + id + " trains");
    return follow_task(
        master, id, view,
        [&](const Json& task) { context.say(fmt::format("task {}: {}", id, task.value("state", ""))); }, stop);
}

Result<Outcome> submit(const TaskOptions& options, Context& context) {
    Json task = {{"name", options.name},
                 {"priority", options.priority},
                 {"gpus", options.gpus},
                 {"nodes", options.nodes},
                 {"cores", options.cores},
                 {"labels", options.labels},
                 {"noop", options.noop},
                 {"lost_after", options.lost_after},
                 {"retries", options.retries},
                 {"soft_limit", options.soft_limit},
                 {"hard_limit", options.hard_limit}};
    GOETIA_ASSIGN(task["gpu_memory"], size_from(options.gpu_memory, "--gpu-memory"));
    GOETIA_ASSIGN(task["memory"], size_from(options.memory, "--memory"));
    const bool chosen = has_run_choice(options.train);
    if (!options.noop && options.package.empty() && !chosen) {
        return invalid(
            "the task has nothing to run; give '--config FILE' or '--data-folder DIR', '--package FILE', or '--noop' "
            "for "
            "an empty task");
    }
    std::optional<MasterCall> master;
    if (!options.dry_run) {
        GOETIA_ASSIGN(MasterCall opened, MasterCall::open(options.master));
        master.emplace(std::move(opened));
    }
    if (chosen) {
        GOETIA_ASSIGN(
            task, packed_task(context, options.train, options.brought, std::move(task), master ? &*master : nullptr));
    }
    if (options.dry_run) return Outcome{.json = {{"dry_run", true}, {"task", task}}, .text = json_text(task, 2) + "\n"};
    if (!options.package.empty()) {
        GOETIA_ASSIGN(task["package"], master->upload(options.package));
    }
    GOETIA_ASSIGN(Json made, master->ask("POST", "/api/tasks", task));
    const std::string id = made.value("id", "");
    if (!options.follow) {
        return Outcome{.json = made, .text = fmt::format("task {} is {}\n", id, made.value("state", ""))};
    }
    const StopOnSignals signals;
    GOETIA_ASSIGN(Json ended, followed(*master, id, options.train.run.progress, context, signals.token()));
    const bool good = ended.value("state", "") == "completed";
    return Outcome{.json = ended, .text = shown_text(ended), .exit_code = good ? kOk : kFailed};
}

Result<Outcome> list(const TaskOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(Json page, master.ask("GET", fmt::format("/api/tasks?limit={}&sort=-created_at&q={}", options.limit,
                                                           percent_encoded(options.filter))));
    std::string text;
    for (const Json& task : page["items"]) {
        text += fmt::format("{:>8}  {:<12} {:>3}  {}  {:<20} {}\n", task.value("id", ""), task.value("state", ""),
                            task.value("priority", 0), time_text(task["created_at"]), joined_words(task["nodes"]),
                            task.value("name", ""));
    }
    const std::size_t shown = page["items"].size();
    const auto total = page["total"].get<std::size_t>();
    if (shown < total) text += fmt::format("{} of {}; --limit shows more\n", shown, total);
    return Outcome{.json = std::move(page), .text = text.empty() ? "there are no such tasks\n" : text};
}

Result<Outcome> show(const TaskOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(Json task, master.ask("GET", "/api/tasks/" + percent_encoded(options.id)));
    return Outcome{.json = task, .text = shown_text(task)};
}

Result<Outcome> why(const TaskOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(Json found, master.ask("GET", "/api/tasks/" + percent_encoded(options.id) + "/why"));
    std::string text = fmt::format("task {}: {}\n", options.id, found.value("sentence", ""));
    for (const Json& node : found["nodes"]) {
        const bool numbers = !node.value("needs", "").empty();
        text += fmt::format(
            "  {:<20} {}{}\n", node.value("node", ""), node.value("reason", ""),
            numbers ? fmt::format(" (needs {}, has {})", node.value("needs", ""), node.value("has", "")) : "");
    }
    if (found["starts_at"].is_number()) text += fmt::format("it should start at {}\n", time_text(found["starts_at"]));
    return Outcome{.json = std::move(found), .text = text};
}

Result<Outcome> control(const TaskOptions& options, const std::string& action) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(Json done,
                  master.ask("POST", "/api/tasks/" + percent_encoded(options.id) + "/control", {{"action", action}}));
    return Outcome{
        .json = done,
        .text = fmt::format("asked of task {}: {}; it is {}\n", options.id, action, done.value("state", ""))};
}

Result<Outcome> erase(const TaskOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(Json done, master.ask("DELETE", "/api/tasks/" + percent_encoded(options.id)));
    return Outcome{.json = std::move(done), .text = fmt::format("task {} is deleted\n", options.id)};
}

Result<Outcome> logs(const TaskOptions& options, const Context& context) {
    const StopOnSignals signals;
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    const std::string task = "/api/tasks/" + percent_encoded(options.id);
    std::int64_t offset = 0;
    while (true) {
        GOETIA_ASSIGN(const Json shown, master.ask("GET", task));
        Result<std::string> part = master.bytes(
            fmt::format("{}/logs?stream={}&offset={}&bytes=1048576", task, percent_encoded(options.stream), offset));
        if (!part && !(options.follow && part.error().code == Code::kNotFound && !is_finished_task(shown)))
            return part.error();
        if (part && !part->empty()) {
            GOETIA_TRY(write_all(context.json ? 2 : 1, *part, "standard output"));
            offset += static_cast<std::int64_t>(part->size());
            continue;
        }
        if (!options.follow || is_finished_task(shown)) break;
        if (signals.token().stop_requested()) return make_error(Code::kCancelled, "the log is no longer followed");
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    return Outcome{.json = {{"id", options.id}, {"bytes", offset}}, .text = ""};
}

Command& with_id(Command& parent, const std::string& name, const std::string& sentence, TaskOptions& options) {
    Command& command = parent.command(name, sentence);
    command.positional("task", options.id, "Id of the task").required().metavar("TASK");
    add_master_options(command, options.master);
    return command;
}

void add_submit(Command& task, Context& context) {
    Command& command = task.command("submit", "Queue a task at the master");
    auto options = std::make_shared<TaskOptions>();
    add_run_choice(command, options->train);
    add_package_choice(command, options->brought);
    command.option("--package", options->package, "Instead: a tar.zst made before").metavar("FILE");
    command.option("--name", options->name, "For people");
    command.option("--priority", options->priority, "The higher the sooner").range(0, 100).show_default();
    command.option("--gpus", options->gpus, "GPUs of each machine; 0: its processor").range(0, 64).show_default();
    command.option("--gpu-memory", options->gpu_memory, "Free memory on each GPU: 24GB").metavar("SIZE");
    command.option("--nodes", options->nodes, "Machines at once").range(1, 1024).show_default();
    command.option("--cores", options->cores, "Cores of each machine").range(1, 4096).show_default();
    command.option("--memory", options->memory, "Memory of each machine: 16GB").metavar("SIZE");
    command.option("--label", options->labels, "That the machines have").repeated().metavar("KEY=VALUE");
    command.option("--lost-after", options->lost_after, "Seconds of a machine's silence until it runs elsewhere")
        .range(1.0, 1e7)
        .show_default();
    command.option("--retries", options->retries, "After faults of machines").range(0, 100).show_default();
    command.option("--soft-limit", options->soft_limit, "Seconds until it is stopped with a checkpoint; 0: never")
        .show_default();
    command.option("--hard-limit", options->hard_limit, "Seconds until it is ended; 0: never").show_default();
    command.flag("--noop", options->noop, "An empty task, for measuring");
    command.flag("--follow", options->follow, "Wait for its end, and show how it trains");
    command.option("--progress", options->train.run.progress, "With --follow: auto, bar, plain or json")
        .metavar("MODE");
    command.flag("--dry-run", options->dry_run, "Show what would be submitted");
    add_master_options(command, options->master);
    context.on(command, [options, &context] { return submit(*options, context); });
}

}  // namespace

void add_task_commands(Command& app, Context& context) {
    Command& task = app.command("task", "Tasks of a pool: submit them to a master, follow and control them");
    task.needs_command();
    add_submit(task, context);
    auto options = std::make_shared<TaskOptions>();
    Command& listing = task.command("list", "List tasks, newest first");
    listing.option("--limit", options->limit, "At most").range(1, 1000).show_default();
    listing.option("-q,--filter", options->filter, "'state=running name~net'");
    add_master_options(listing, options->master);
    context.on(listing, [options] { return list(*options); });
    context.on(with_id(task, "show", "Show a task", *options), [options] { return show(*options); });
    Command& log = with_id(task, "logs", "Print the log of a task's newest attempt", *options);
    log.option("--stream", options->stream, "Which file").show_default();
    log.flag("--follow", options->follow, "Until its end");
    context.on(log, [options, &context] { return logs(*options, context); });
    for (const auto& [action, sentence] : {std::pair("pause", "Pause a task; its processes are kept for a while"),
                                           std::pair("resume", "Continue a paused, failed or stopped task"),
                                           std::pair("stop", "End a task with a resumable checkpoint"),
                                           std::pair("retry", "Run a task again from its beginning")}) {
        context.on(with_id(task, action, sentence, *options),
                   [options, action = std::string(action)] { return control(*options, action); });
    }
    context.on(with_id(task, "delete", "Delete a task that has ended", *options),
               [options] { return erase(*options); });
    context.on(with_id(task, "why", "Say for each node why a task does not run there", *options),
               [options] { return why(*options); });
}

}  // namespace goetia::cli
