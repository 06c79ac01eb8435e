// goetia task list|show|logs|pause|resume|stop|retry|delete|why: asks a master. What makes tasks is in task_making.cpp.
#include <chrono>
#include <thread>

#include "apps/goetia/command.h"
#include "apps/goetia/master_call.h"
#include "apps/goetia/stop_on_signals.h"
#include "apps/goetia/task_follow.h"
#include "apps/goetia/task_view.h"
#include "base/files.h"
#include "net/http.h"

namespace goetia::cli {

void add_task_making(Command& task, Context& context);  // task_making.cpp

namespace {

struct TaskOptions {
    MasterOptions master;
    std::string id, filter, stream = "logs/train.log", sweep, progress = "auto";
    std::int64_t limit = 50;
    bool follow = false;
};

Result<Outcome> list(const TaskOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    const std::string filter = options.sweep.empty() ? options.filter : options.filter + " sweep=" + options.sweep;
    GOETIA_ASSIGN(Json page, master.ask("GET", fmt::format("/api/tasks?limit={}&sort=-created_at&q={}", options.limit,
                                                           percent_encoded(filter))));
    std::string text;
    for (const Json& task : page["items"]) text += task_line(task);
    const std::size_t shown = page["items"].size();
    const auto total = page["total"].get<std::size_t>();
    if (shown < total) text += fmt::format("{} of {}; --limit shows more\n", shown, total);
    return Outcome{.json = std::move(page), .text = text.empty() ? "there are no such tasks\n" : text};
}

Result<Outcome> show(const TaskOptions& options, const Context& context) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    if (options.follow) {
        const StopOnSignals signals;
        GOETIA_ASSIGN(Json ended, followed_task(master, options.id, options.progress, context, signals.token()));
        return Outcome{.json = ended, .text = task_text(ended)};
    }
    GOETIA_ASSIGN(Json task, master.ask("GET", "/api/tasks/" + percent_encoded(options.id)));
    return Outcome{.json = task, .text = task_text(task)};
}

Result<Outcome> why(const TaskOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(Json found, master.ask("GET", "/api/tasks/" + percent_encoded(options.id) + "/why"));
    const std::string text =
        fmt::format("task {}: {}\n", options.id, found.value("sentence", "")) + forecast_text(found);
    return Outcome{.json = std::move(found), .text = text};
}

// Of a task, or of every task of a sweep.
std::string target_of(const TaskOptions& options) {
    const bool is_sweep = options.id.starts_with('s');
    return (is_sweep ? "/api/sweeps/" : "/api/tasks/") + percent_encoded(options.id);
}

Result<Outcome> control(const TaskOptions& options, const std::string& action) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(Json done, master.ask("POST", target_of(options) + "/control", {{"action", action}}));
    if (!done.contains("tasks"))
        return Outcome{
            .json = done,
            .text = fmt::format("asked of task {}: {}; it is {}\n", options.id, action, done.value("state", ""))};
    std::string text;
    for (const Json& task : done["tasks"])
        text += fmt::format("task {}: {}\n", task.value("id", ""), task.value("state", task.value("refused", "")));
    return Outcome{.json = std::move(done), .text = text};
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

}  // namespace

void add_task_commands(Command& app, Context& context) {
    Command& task = app.command("task", "Tasks of a pool: submit them to a master, follow and control them");
    task.needs_command();
    add_task_making(task, context);
    auto options = std::make_shared<TaskOptions>();
    Command& listing = task.command("list", "List tasks, newest first");
    listing.option("--limit", options->limit, "At most").range(1, 1000).show_default();
    listing.option("-q,--filter", options->filter, "'state=running name~net'");
    listing.option("--sweep", options->sweep, "Only the tasks of this sweep").metavar("SWEEP");
    add_master_options(listing, options->master);
    context.on(listing, [options] { return list(*options); });
    Command& showing = with_id(task, "show", "Show a task", *options);
    showing.flag("--follow", options->follow, "Until its end, with a live bar on a terminal");
    showing.option("--progress", options->progress, "With --follow: auto, bar, plain or json").metavar("MODE");
    context.on(showing, [options, &context] { return show(*options, context); });
    Command& log = with_id(task, "logs", "Print the log of a task's newest attempt", *options);
    log.option("--stream", options->stream, "Which file").show_default();
    log.flag("--follow", options->follow, "Until its end");
    context.on(log, [options, &context] { return logs(*options, context); });
    for (const auto& [action, sentence] :
         {std::pair("pause", "Pause a task; its processes are kept for a while"),
          std::pair("resume", "Continue a paused, failed or stopped task"),
          std::pair("stop", "End a task, or every task of a sweep, with a resumable checkpoint"),
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
