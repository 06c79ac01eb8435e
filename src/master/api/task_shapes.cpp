#include "base/json.h"
#include "master/api/shapes.h"
#include "protocol/phases.h"

namespace goetia {
namespace {

const std::vector<std::string>& task_state_words() {
    static const std::vector<std::string> kWords{"pending", "queued",    "dispatching", "running",
                                                 "paused",  "completed", "failed",      "stopped"};
    return kWords;
}

std::vector<std::string> exit_words() {
    std::vector<std::string> words;
    for (int i = 0; i <= static_cast<int>(last_of(ExitKind())); ++i)
        words.emplace_back(name_of(static_cast<ExitKind>(i)));
    return words;
}

Shape obstacle_shape() {
    return Schema("NodeWhy", "Why a task does not run on a machine")
        .with(text("node", "Its name"))
        .with(text("reason", "In one word"))
        .with(text("needs", "What the task needs of it"))
        .with(text("has", "What it has"))
        .with(text("kept_for", "The task for which it is kept").or_null());
}

Shape fault_shape() {
    return Schema("Fault", "What is wrong with a value")
        .with(text("path", "Of the value").fallback(""))
        .with(text("message", "What is wrong"))
        .with(text("found", "The value").fallback(""))
        .with(text("allowed", "What it may be").fallback(""))
        .with(text("nearest", "What may have been meant").fallback(""))
        .with(text("file", "Where it is").fallback(""))
        .with(integer("line", "Of the file; 0: not known").fallback(0));
}

Shape progress_shape() {
    return Shape(Schema("TaskProgress", "How far it is")
                     .with(integer("step", "Done"))
                     .with(integer("steps", "All; 0: not known yet"))
                     .with(number("share", "0 to 1"))
                     .with(integer("epoch", "The last that has ended; 0: none"))
                     .with(integer("epochs", "All").or_null())
                     .with(text("phase", "Of its newest attempt; null: it has no place")
                               .one_of({"packaging", "sending", "receiving", "checking", "preparing", "training",
                                        "finishing"})
                               .or_null())
                     .with(number("left", "Seconds until its end, by its own steps").or_null())
                     .with(boolean("left_from_history", "By what runs like it took: it has made no step yet"))
                     .with(number("images_per_second", "In the last epoch").or_null())
                     .with(number("seconds_per_epoch", "The last one's").or_null())
                     .with(object("best", "By the metric that the run follows").or_null()))
        .where("best", Schema("BestSoFar", "The best epoch so far")
                           .with(text("name", "Of the metric"))
                           .with(number("value", "Then"))
                           .with(integer("epoch", "Which one")));
}

Shape needs_shape() {
    return Shape(Schema("TaskNeeds", "What each machine must have, and what is sent there")
                     .with(integer("ranks", "All of them"))
                     .with(integer("package_bytes", "Of the package"))
                     .with(integer("nodes", "On how many machines at once"))
                     .with(integer("gpus", "Of each"))
                     .with(integer("gpu_memory", "Free bytes on each GPU"))
                     .with(integer("cores", "Of each"))
                     .with(integer("memory", "Bytes of each"))
                     .with(texts("labels", "`key=value`"))
                     .with(text("libtorch", "The version"))
                     .with(text("cuda", "At least"))
                     .with(text("driver", "At least"))
                     .with(text("glibc", "At least"))
                     .with(text("processor", "Empty: any"))
                     .with(anything("data", "That it reads")))
        .where("data", list_of(Schema("NeededData", "What the run reads")
                                   .with(text("name", "As the run calls it"))
                                   .with(text("source", "Where it lies").fallback(""))
                                   .with(text("certificate", "What it must be").fallback(""))
                                   .with(integer("bytes", "Of an archive").fallback(0))
                                   .with(text("sha256", "Of an archive").fallback(""))));
}

}  // namespace

Shape task_shape() {
    return Shape(Schema("Task", "What a user wants trained, and how far that is")
                     .with(text("id", "Its number"))
                     .with(text("name", "For people"))
                     .with(text("state", "How far it is").one_of(task_state_words()))
                     .with(text("reason", "Of the state"))
                     .with(text("owner", "The id of the user who submitted it"))
                     .with(text("owner_name", "And the name, as it was then"))
                     .with(integer("priority", "The higher the sooner").between(0, 100))
                     .with(number("created_at", "Seconds since 1970"))
                     .with(number("started_at", "When it ran first").or_null())
                     .with(number("finished_at", "When it ended").or_null())
                     .with(texts("nodes", "Where it runs or ran last"))
                     .with(text("experiment", "Its experiment's id").or_null())
                     .with(text("task_type", "What is trained: `classification` ...; null: not known").or_null())
                     .with(text("model", "`resnet18`; null: not known").or_null())
                     .with(object("error", "How it failed").or_null())
                     .with(object("progress", "Steps done, and all"))
                     .with(integer("attempts", "How often it was started"))
                     .with(number("cost", "Of attempts that ended"))
                     .with(text("sweep", "That it is a job of").or_null())
                     .with(object("from", "What it continues").or_null())
                     .with(text("etag", "For If-Match")))
        .where("error",
               Schema("TaskError", "How it failed").with(text("code", "`failed`")).with(text("message", "In one line")))
        .where("progress", progress_shape())
        .where("from", Schema("TaskOrigin", "What it continues")
                           .with(text("relation", "How: `retry`, `clone`, `fine-tune` ...").fallback(""))
                           .with(text("task", "The id").or_null())
                           .with(text("experiment", "The id").or_null())
                           .with(text("model", "The id").or_null()));
}

Shape task_event_shape() {
    return Shape(Schema("TaskEvent", "Something that happened to a task")
                     .with(text("id", "Which one; an event keeps it"))
                     .with(number("time", "Seconds since 1970, by the master's clock"))
                     .with(text("kind", "What")
                               .one_of({"submitted", "asked", "renamed", "dispatched", "accepted", "receiving",
                                        "checking", "preparing", "training", "paused", "stopping", "exited",
                                        "delivered", "checkpoint", "completed", "failed", "stopped"}))
                     .with(text("sentence", "In one line"))
                     .with(integer("attempt", "The number of the attempt").or_null())
                     .with(text("node", "Its name, then").or_null())
                     .with(text("by", "The user who asked for it").or_null())
                     .with(object("details", "What its kind has more to say")))
        .where("details",
               Schema("TaskEventDetails", "Those that the kind has")
                   .with(text("name", "submitted, renamed").or_null())
                   .with(text("action", "asked: as POST /api/tasks/{id}/control takes it").or_null())
                   .with(integer("from_step", "dispatched: of the checkpoint that it goes on from").or_null())
                   .with(text("moved_from", "dispatched: the node of the attempt before").or_null())
                   .with(text("how", "exited").one_of(exit_words()).or_null())
                   .with(text("reason", "exited, completed, failed, stopped").or_null())
                   .with(integer("code", "exited: of the process at fault").or_null())
                   .with(integer("signal", "exited: that ended it; 0: none").or_null())
                   .with(integer("rank", "exited: of the process at fault").or_null())
                   .with(text("cause", "exited: why the master asked for its end").or_null())
                   .with(text("cause_text", "exited: more about that").or_null())
                   .with(text("path", "checkpoint").or_null())
                   .with(integer("bytes", "checkpoint").or_null())
                   .with(text("sha256", "checkpoint").or_null())
                   .with(integer("epoch", "checkpoint").or_null())
                   .with(integer("step", "checkpoint").or_null()));
}

Shape why_shape() {
    return Shape(Schema("Why", "What stands in the way")
                     .with(text("id", "Of the task").fallback(""))
                     .with(text("state", "Of the task").one_of(task_state_words()))
                     .with(text("sentence", "In one line"))
                     .with(anything("nodes", "What hinders it on each"))
                     .with(integer("ahead", "Tasks that come before it"))
                     .with(number("starts_at", "Seconds since 1970").or_null())
                     .with(number("ends_at", "Seconds since 1970").or_null()))
        .where("nodes", list_of(obstacle_shape()));
}

Shape dry_run_shape() {
    return Shape(Schema("DryRun", "What would be submitted")
                     .with(boolean("valid", "Whether it can be"))
                     .with(text("message", "Why not, in one line"))
                     .with(anything("faults", "All of them"))
                     .with(object("needs", "Of each node, the data, and the bytes of the package").or_null())
                     .with(object("config", "Resolved").or_null())
                     .with(integer("epochs", "Of the run").or_null())
                     .with(integer("steps_per_epoch", "Where the data set is registered and was looked at").or_null())
                     .with(object("forecast", "Where and when it could run").or_null()))
        .where("faults", list_of(fault_shape()))
        .where("needs", needs_shape())
        .where("forecast", why_shape());
}

Shape sweep_shape() {
    return Shape(Schema("Sweep", "Tasks that were queued together")
                     .with(text("id", "Which one"))
                     .with(text("name", "For people"))
                     .with(text("owner", "The id of the user who submitted it"))
                     .with(number("created_at", "Seconds since 1970"))
                     .with(integer("tasks", "How many"))
                     .with(object("states", "How many of them are in each state"))
                     .with(anything("jobs", "The overrides of each; in lists left out").or_null()))
        .where("states", map_of(Shape(ParamType::kInt)))
        .where("jobs", list_of(Shape(ParamType::kStringList)).or_null());
}

}  // namespace goetia
