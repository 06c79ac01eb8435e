// goetia dataset register|list|show|check|forget: data sets as a master knows them.
#include <thread>

#include "apps/goetia/command.h"
#include "apps/goetia/count_line.h"
#include "apps/goetia/master_call.h"
#include "apps/goetia/stop_on_signals.h"
#include "apps/goetia/train_text.h"
#include "base/json_text.h"
#include "net/http.h"

namespace goetia::cli {
namespace {

struct RegisteredOptions {
    MasterOptions master;
    std::string name, path, node, format, kind = "validate";
    std::int64_t count = 16;
    bool on_master = false;  // data sets are registered nowhere else
};

std::string data_set_target(const RegisteredOptions& options) {
    return "/api/datasets/" + percent_encoded(options.name);
}

std::string data_set_text(const Json& set) {
    std::string text = fmt::format("data set {}  {}\n  at        {}\n  format    {}\n", set.value("id", ""),
                                   set.value("name", ""), set.value("path", ""), set.value("format", ""));
    text += set["node"].is_string()
                ? fmt::format("  node      {} ({})\n", set["node"].get<std::string>(), set.value("note", ""))
                : std::string("  node      the master\n");
    if (const Json& facts = set["facts"]; facts.is_object())
        text += fmt::format("  holds     {} training images, {} for validation; for {}\n", facts.value("train", 0),
                            facts.value("val", 0), facts.value("task", ""));
    if (set["fingerprint"].is_string()) text += fmt::format("  certified {}\n", set["fingerprint"].get<std::string>());
    return text;
}

Result<Outcome> register_set(const RegisteredOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    // A path of this machine, unless it is one of a node.
    const std::string path =
        options.node.empty() ? std::filesystem::absolute(options.path).lexically_normal().native() : options.path;
    GOETIA_ASSIGN(
        Json made,
        master.ask("POST", "/api/datasets",
                   {{"name", options.name}, {"path", path}, {"node", options.node}, {"format", options.format}}));
    return Outcome{.json = made, .text = data_set_text(made)};
}

Result<Outcome> list_sets(const RegisteredOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(Json page, master.ask("GET", "/api/datasets?limit=1000&sort=name"));
    std::vector<std::vector<std::string>> rows;
    for (const Json& set : page["items"])
        rows.push_back({set.value("name", ""), set.value("format", ""),
                        set["node"].is_string() ? "node " + set["node"].get<std::string>() : "the master",
                        set.value("verified", false) ? "" : "not looked at", set.value("path", "")});
    return Outcome{.json = std::move(page), .text = rows.empty() ? "no data set is registered\n" : table_text(rows)};
}

Result<Outcome> show_set(const RegisteredOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(Json set, master.ask("GET", data_set_target(options)));
    return Outcome{.json = set, .text = data_set_text(set)};
}

Result<Outcome> check_set(const RegisteredOptions& options) {
    const StopOnSignals signals;
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    const std::string jobs = data_set_target(options) + "/jobs";
    GOETIA_ASSIGN(Json job, master.ask("POST", jobs, {{"kind", options.kind}, {"count", options.count}}));
    CountLine line("files");
    while (job["finished_at"].is_null()) {
        if (signals.token().stop_requested())
            return make_error(Code::kCancelled, "the job goes on at the master; it is no longer followed");
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        GOETIA_ASSIGN(job, master.ask("GET", jobs + "/" + options.kind));
        if (job["all"].is_number_integer()) line.show(job.value("done", 0), job.value("all", 0));
    }
    if (job["state"] == "failed") return failed("the job failed: {}", job["error"].value("message", ""));
    const bool good = job["result"].value("ok", true);
    return Outcome{.json = job, .text = json_text(job["result"], 2) + "\n", .exit_code = good ? kOk : kProblemsFound};
}

Result<Outcome> forget_set(const RegisteredOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(Json erased, master.ask("DELETE", data_set_target(options)));
    return Outcome{.json = std::move(erased), .text = "it is no longer registered; its files stay\n"};
}

Command& data_set_command(Command& dataset, const char* name, const char* sentence, RegisteredOptions& options,
                          bool has_name = true) {
    Command& command = dataset.command(name, sentence);
    if (has_name) command.positional("name", options.name, "Its name, or its id").required().metavar("NAME");
    command.flag("--on-master", options.on_master, "At the master, where data sets are registered: as always here");
    add_master_options(command, options.master);
    return command;
}

}  // namespace

void add_dataset_master(Command& dataset, Context& context) {
    auto options = std::make_shared<RegisteredOptions>();
    Command& adding = data_set_command(dataset, "register", "Tell a master of a folder of data", *options);
    adding.positional("path", options->path, "Its folder, below one of the master's folders of data")
        .required()
        .metavar("DIR");
    adding.option("--node", options->node, "It lies on this node, which is not asked").metavar("ID");
    adding.option("--format", options->format, "The data set component that reads it; else as the folder shows");
    context.on(adding, [options] { return register_set(*options); });
    context.on(data_set_command(dataset, "list", "List the data sets that a master knows", *options, false),
               [options] { return list_sets(*options); });
    context.on(data_set_command(dataset, "show", "Show a data set that a master knows", *options),
               [options] { return show_set(*options); });
    Command& checking =
        data_set_command(dataset, "check", "Have the master check a data set that lies on it", *options);
    checking.option("--kind", options->kind, "What is to be found out")
        .choices({"validate", "certificate", "preview", "mini"})
        .show_default();
    checking.option("--count", options->count, "Images of a preview or of a mini set").range(1, 10000).show_default();
    context.on(checking, [options] { return check_set(*options); });
    context.on(
        data_set_command(dataset, "forget", "Remove a data set from the master's list; its files stay", *options),
        [options] { return forget_set(*options); });
}

}  // namespace goetia::cli
