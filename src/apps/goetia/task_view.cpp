#include "apps/goetia/task_view.h"

#include <chrono>
#include <cstdio>

#include "apps/goetia/command.h"
#include "apps/goetia/master_call.h"
#include "apps/goetia/progress_view.h"
#include "apps/goetia/task_follow.h"
#include "base/clock.h"

namespace goetia::cli {
std::string wall_time_text(const Json& seconds) {
    if (!seconds.is_number()) return "-";
    const std::chrono::duration<double> since(seconds.get<double>());
    return readable_local_time(WallTime(std::chrono::duration_cast<WallTime::duration>(since)));
}

std::string listed_words(const Json& words) {
    std::string text;
    for (const Json& word : words) text += (text.empty() ? "" : ", ") + word.get<std::string>();
    return text.empty() ? "-" : text;
}

std::string progress_text(const Json& task) {
    const Json& progress = task["progress"];
    if (progress.value("steps", 0) == 0) return "";
    return fmt::format("step {} of {} ({:.0f} %)", progress.value("step", 0), progress.value("steps", 0),
                       100 * progress.value("share", 0.0));
}

std::string task_text(const Json& task) {
    std::string text = fmt::format("task {}  {}\n", task.value("id", ""), task.value("name", ""));
    text += fmt::format("  state       {}{}\n", task.value("state", ""),
                        task.value("reason", "").empty() ? "" : ": " + task.value("reason", ""));
    text += fmt::format("  priority    {}\n  submitted   {}\n", task.value("priority", 0),
                        wall_time_text(task["created_at"]));
    text += fmt::format("  started     {}\n  finished    {}\n", wall_time_text(task["started_at"]),
                        wall_time_text(task["finished_at"]));
    text += fmt::format("  nodes       {}\n", listed_words(task["nodes"]));
    const auto add = [&](const char* key, const char* name) {
        if (task.contains(key) && task[key].is_string())
            text += fmt::format("  {:<12}{}\n", name, task[key].get<std::string>());
    };
    add("experiment", "experiment");
    add("sweep", "sweep");
    if (const Json from = task.value("from", Json()); from.is_object()) {
        const bool is_clone = from.value("relation", "") == "clone";
        text += fmt::format("  {:<12}{} {}\n", from.value("relation", ""), is_clone ? "of task" : "of experiment",
                            from.value(is_clone ? "task" : "experiment", ""));
    }
    if (const std::string progress = progress_text(task); !progress.empty())
        text += fmt::format("  progress    {}\n", progress);
    return text;
}

std::string task_line(const Json& task) {
    const Json& progress = task["progress"];
    const std::string share =
        progress.value("steps", 0) == 0 ? "" : fmt::format("{:.0f} %", 100 * progress.value("share", 0.0));
    return fmt::format("{:>8}  {:<12} {:>5} {:>3}  {}  {:<20} {}\n", task.value("id", ""), task.value("state", ""),
                       share, task.value("priority", 0), wall_time_text(task["created_at"]),
                       listed_words(task["nodes"]), task.value("name", ""));
}

std::string forecast_text(const Json& why) {
    std::string text;
    for (const Json& node : why["nodes"]) {
        const bool numbers = !node.value("needs", "").empty();
        text += fmt::format(
            "  {:<20} {}{}\n", node.value("node", ""), node.value("reason", ""),
            numbers ? fmt::format(" (needs {}, has {})", node.value("needs", ""), node.value("has", "")) : "");
    }
    if (why.value("starts_at", Json()).is_number())
        text += fmt::format("it should start at {}\n", wall_time_text(why["starts_at"]));
    return text;
}

Result<Json> followed_task(MasterCall& master, const std::string& id, const std::string& progress,
                           const Context& context, const StopToken& stop) {
    std::FILE* out = context.json ? stderr : stdout;
    GOETIA_ASSIGN(const ProgressMode mode, progress_mode(progress, out));
    ProgressView view(mode, out, {}, "task " + id + " trains");
    return follow_task(
        master, id, view,
        [&](const Json& task) { context.say(fmt::format("task {}: {}", id, task.value("state", ""))); }, stop);
}

}  // namespace goetia::cli
