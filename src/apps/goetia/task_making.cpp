// goetia task submit|clone|finetune|sweep: tasks that are made, here or at the master.
#include <filesystem>
#include <optional>

#include "apps/goetia/command.h"
#include "apps/goetia/master_call.h"
#include "apps/goetia/stop_on_signals.h"
#include "apps/goetia/task_package_call.h"
#include "apps/goetia/task_view.h"
#include "apps/goetia/train_options.h"
#include "base/json_text.h"
#include "net/http.h"

namespace goetia::cli {
namespace {

struct TaskMaking {
    MasterOptions master;
    TrainOptions train;  // --config or --data-folder, packed here
    PackageChoice brought;
    std::filesystem::path package;
    std::string origin;         // a task or an experiment to begin from
    std::string template_name;  // of the master, as `data_set`
    std::string data_set;
    std::vector<std::string> changes;  // overrides of what the master makes
    std::string name, gpu_memory, memory;
    std::vector<std::string> labels;
    std::optional<std::int64_t> priority, gpus, nodes, cores, retries;
    double lost_after = 600, soft_limit = 43200, hard_limit = 86400;
    bool noop = false, follow = false, dry_run = false, model = false;
};

// "24GB", "512MB", "1.5TB" or bytes.
Result<std::int64_t> size_from(const std::string& text, const char* option) {
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    const std::string unit = end;
    const double factor = unit.empty() ? 1 : unit == "MB" ? 1e6 : unit == "GB" ? 1e9 : unit == "TB" ? 1e12 : 0;
    if (end == text.c_str() || factor == 0 || !(number >= 0) || number * factor > 1e18) {
        return invalid("{} is a size such as '24GB' or '512MB', found '{}'", option, text);
    }
    return static_cast<std::int64_t>(number * factor);
}

std::string fault_lines(const Json& told) {
    std::string text;
    for (const Json& fault : told["faults"]) {
        const std::string path = fault.value("path", "");
        text += fmt::format("  {}{}{}", path, path.empty() ? "" : ": ", fault.value("message", ""));
        if (!fault.value("found", "").empty()) text += fmt::format(", found {}", fault.value("found", ""));
        if (!fault.value("allowed", "").empty()) text += fmt::format(" (allowed: {})", fault.value("allowed", ""));
        if (!fault.value("nearest", "").empty())
            text += fmt::format("; did you mean '{}'?", fault.value("nearest", ""));
        text += "\n";
    }
    return text;
}

std::string dry_run_text(const Json& told) {
    if (!told.value("valid", false)) return told.value("message", "") + "\n" + fault_lines(told);
    std::string text = "the task can be submitted\n";
    const Json needs = told.value("needs", Json::object());
    if (!needs.empty()) {
        text += fmt::format("  nodes {}, each with {} GPUs and {} cores; LibTorch {}; a package of {} bytes\n",
                            needs.value("nodes", 1), needs.value("gpus", 0), needs.value("cores", 1),
                            needs.value("libtorch", ""), needs.value("package_bytes", 0));
        for (const Json& data : needs["data"])
            text += fmt::format("  data '{}' at '{}'\n", data.value("name", ""), data.value("source", ""));
    }
    if (told.value("steps_per_epoch", Json()).is_number())
        text += fmt::format("  {} epochs of {} steps\n", json_text(told["epochs"]),
                            told["steps_per_epoch"].get<std::int64_t>());
    const Json& forecast = told["forecast"];
    return text + forecast.value("sentence", "") + "\n" + forecast_text(forecast);
}

// --name, --priority, --gpus and the like.
void add_needs(Command& command, TaskMaking& making) {
    command.option("--name", making.name, "For people");
    command.option("--priority", making.priority, "The higher the sooner; 50 unless given").range(0, 100);
    command.option("--gpus", making.gpus, "GPUs of each machine; 0, as unless given: its processor").range(0, 64);
    command.option("--gpu-memory", making.gpu_memory, "Free memory on each GPU: 24GB").metavar("SIZE");
    command.option("--nodes", making.nodes, "Machines at once; 1 unless given").range(1, 1024);
    command.option("--cores", making.cores, "Cores of each machine; 1 unless given").range(1, 4096);
    command.option("--memory", making.memory, "Memory of each machine: 16GB").metavar("SIZE");
    command.option("--label", making.labels, "That the machines have").repeated().metavar("KEY=VALUE");
    command.option("--lost-after", making.lost_after, "Seconds of a machine's silence until it runs elsewhere")
        .range(1.0, 1e7)
        .show_default();
    command.option("--retries", making.retries, "After faults of machines; 3 unless given").range(0, 100);
    command.option("--soft-limit", making.soft_limit, "Seconds until it is stopped with a checkpoint; 0: never")
        .show_default();
    command.option("--hard-limit", making.hard_limit, "Seconds until it is ended; 0: never").show_default();
}

void add_following(Command& command, TaskMaking& making) {
    command.flag("--follow", making.follow, "Wait for its end, and show how it trains");
    command.option("--progress", making.train.run.progress, "With --follow: auto, bar, plain or json").metavar("MODE");
}

// The fields of POST /api/tasks that were given.
Result<Json> needed_fields(const TaskMaking& making) {
    Json fields = Json::object();
    if (!making.name.empty()) fields["name"] = making.name;
    if (!making.labels.empty()) fields["labels"] = making.labels;
    const auto add = [&](const char* field, const std::optional<std::int64_t>& value) {
        if (value) fields[field] = *value;
    };
    add("priority", making.priority), add("gpus", making.gpus), add("nodes", making.nodes);
    add("cores", making.cores), add("retries", making.retries);
    const TaskMaking unless_given;
    if (making.lost_after != unless_given.lost_after) fields["lost_after"] = making.lost_after;
    if (making.soft_limit != unless_given.soft_limit) fields["soft_limit"] = making.soft_limit;
    if (making.hard_limit != unless_given.hard_limit) fields["hard_limit"] = making.hard_limit;
    if (!making.gpu_memory.empty()) {
        GOETIA_ASSIGN(fields["gpu_memory"], size_from(making.gpu_memory, "--gpu-memory"));
    }
    if (!making.memory.empty()) {
        GOETIA_ASSIGN(fields["memory"], size_from(making.memory, "--memory"));
    }
    return fields;
}

// Submits the fields, or says what would be; then follows it to its end where that is wanted.
Result<Outcome> made_task(MasterCall& master, const TaskMaking& making, const Json& fields, const Context& context) {
    if (making.dry_run) {
        GOETIA_ASSIGN(Json told, master.ask("POST", "/api/tasks/dry-run", fields));
        const bool valid = told.value("valid", false);
        return Outcome{.json = told, .text = dry_run_text(told), .exit_code = valid ? kOk : kInvalid};
    }
    GOETIA_ASSIGN(Json made, master.ask("POST", "/api/tasks", fields));
    const std::string id = made.value("id", "");
    if (!making.follow)
        return Outcome{.json = made, .text = fmt::format("task {} is {}\n", id, made.value("state", ""))};
    const StopOnSignals signals;
    GOETIA_ASSIGN(Json ended, followed_task(master, id, making.train.run.progress, context, signals.token()));
    const bool good = ended.value("state", "") == "completed";
    return Outcome{.json = ended, .text = task_text(ended), .exit_code = good ? kOk : kFailed};
}

// What was packed here; and where and when it could run, if a master can be asked.
Outcome packed_dry_run(Result<MasterCall>& master, const Json& fields, const Context& context) {
    Outcome told{.json = {{"dry_run", true}, {"task", fields}}, .text = json_text(fields, 2) + "\n"};
    Json needs = fields;
    needs.erase("config");
    needs["noop"] = true;  // its package is not sent
    const Result<Json> answer =
        master ? master->ask("POST", "/api/tasks/dry-run", needs) : Result<Json>(master.error());
    if (!answer) {
        context.say("no forecast: " + answer.error().message);
        return told;
    }
    told.json["forecast"] = (*answer)["forecast"];
    told.text += (*answer)["forecast"].value("sentence", "") + "\n" + forecast_text((*answer)["forecast"]);
    return told;
}

Result<Outcome> submit(const TaskMaking& making, Context& context) {
    GOETIA_ASSIGN(Json fields, needed_fields(making));
    const bool chosen = has_run_choice(making.train), of_master = !making.template_name.empty();
    if (!making.noop && making.package.empty() && !chosen && !of_master) {
        return invalid(
            "the task has nothing to run; give '--config FILE', '--data-folder DIR', '--template NAME' or '--package "
            "FILE', or '--noop' for an empty task");
    }
    fields["noop"] = making.noop;
    if (of_master) {
        fields["template"] = making.template_name;
        fields["overrides"] = making.train.request.overrides;
        if (!making.data_set.empty()) fields["dataset"] = making.data_set;
    }
    Result<MasterCall> master = MasterCall::open(making.master);
    if (chosen) {
        // Whoever only looks needs no master.
        GOETIA_ASSIGN(fields, packed_task(context, making.train, making.brought, std::move(fields),
                                          making.dry_run || !master ? nullptr : &*master));
        if (making.dry_run) return packed_dry_run(master, fields, context);
    }
    if (!master) return std::move(master).error();
    if (!making.package.empty()) {
        GOETIA_ASSIGN(fields["package"], master->upload(making.package));
    }
    return made_task(*master, making, fields, context);
}

Result<Outcome> from_origin(const TaskMaking& making, const char* field, const Context& context) {
    GOETIA_ASSIGN(Json fields, needed_fields(making));
    fields[field] = making.origin;
    if (!making.changes.empty()) fields["overrides"] = making.changes;
    if (!making.data_set.empty()) fields["dataset"] = making.data_set;
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(making.master));
    return made_task(master, making, fields, context);
}

Result<Outcome> sweep(const TaskMaking& making) {
    GOETIA_ASSIGN(Json fields, needed_fields(making));
    if (making.template_name.empty() == making.origin.empty())
        return invalid("a sweep varies one thing; give '--template NAME' or '--from TASK'");
    if (!making.template_name.empty()) fields["template"] = making.template_name;
    if (!making.origin.empty()) fields["from_task"] = making.origin;
    if (!making.data_set.empty()) fields["dataset"] = making.data_set;
    fields["overrides"] = making.changes;
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(making.master));
    GOETIA_ASSIGN(Json made, master.ask("POST", "/api/sweeps", fields));
    return Outcome{.json = made,
                   .text = fmt::format("sweep {} has {} tasks: {}\n", made.value("id", ""), made["tasks"].size(),
                                       listed_words(made["tasks"]))};
}

void add_origin_command(Command& task, Context& context, const char* name, const char* sentence, const char* field) {
    Command& command = task.command(name, sentence);
    auto making = std::make_shared<TaskMaking>();
    const bool is_clone = std::string(field) == "from_task";
    command.positional(is_clone ? "task" : "experiment", making->origin, is_clone ? "Id of the task" : "Its id")
        .required()
        .metavar(is_clone ? "TASK" : "EXPERIMENT");
    command.positional("overrides", making->changes, "Changes to its configuration: key=value").metavar("OVERRIDE");
    if (!is_clone) command.flag("--model", making->model, "It is the id of a model of the library");
    command.option("--dataset", making->data_set, "A registered data set in place of its own").metavar("NAME");
    add_needs(command, *making);
    add_following(command, *making);
    command.flag("--dry-run", making->dry_run, "Say every fault, what it needs, and when it could start");
    add_master_options(command, making->master);
    context.on(command, [making, &context, field] {
        return from_origin(*making, making->model ? "from_model" : field, context);
    });
}

}  // namespace

void add_task_making(Command& task, Context& context) {
    Command& command = task.command("submit", "Queue a task at the master");
    auto making = std::make_shared<TaskMaking>();
    add_run_choice(command, making->train);
    add_package_choice(command, making->brought);
    command
        .option("--template", making->template_name,
                "Instead: a template of the master, which makes the task of it; OVERRIDEs change it")
        .metavar("NAME")
        .excludes("--config")
        .excludes("--data-folder");
    command.option("--dataset", making->data_set, "With --template: a data set that is registered at the master")
        .metavar("NAME")
        .needs("--template");
    command.option("--package", making->package, "Instead: a tar.zst made before").metavar("FILE");
    add_needs(command, *making);
    command.flag("--noop", making->noop, "An empty task, for measuring");
    add_following(command, *making);
    command.flag("--dry-run", making->dry_run, "Show what would be submitted, or with --template every fault of it");
    add_master_options(command, making->master);
    command.footer(
        "Examples:\n  goetia task submit --config experiment.yaml optimizer.lr=0.01\n"
        "  goetia task submit --template classification/small --dataset shapes training.epochs=3 --dry-run");
    context.on(command, [making, &context] { return submit(*making, context); });

    add_origin_command(task, context, "clone", "Queue a task like another one, with changes", "from_task");
    add_origin_command(task, context, "finetune", "Queue a task that begins with an experiment's best weights",
                       "from_experiment");

    Command& sweeping = task.command("sweep", "Queue a task for each combination of values: optimizer.lr=0.1,0.01");
    auto swept = std::make_shared<TaskMaking>();
    sweeping.positional("overrides", swept->changes, "Values: key=a,b or key=range(1,5)")
        .required()
        .metavar("OVERRIDE");
    sweeping.option("--template", swept->template_name, "A template of the master").metavar("NAME");
    sweeping.option("--from", swept->origin, "Instead: the task whose configuration is varied").metavar("TASK");
    sweeping.option("--dataset", swept->data_set, "A data set that is registered at the master").metavar("NAME");
    add_needs(sweeping, *swept);
    add_master_options(sweeping, swept->master);
    context.on(sweeping, [swept] { return sweep(*swept); });
}

}  // namespace goetia::cli
