// goetia experiment list|show|delete|export-csv|rebuild; the other verbs are in experiment_labels.cpp
#include <cstdio>
#include <memory>
#include <set>
#include <unistd.h>

#include "apps/goetia/command.h"
#include "apps/goetia/experiment_labels.h"
#include "apps/goetia/experiment_text.h"
#include "apps/goetia/train_run.h"
#include "base/files.h"
#include "run/derive.h"

namespace goetia::cli {

void add_control_commands(Command& experiment, Context& context);  // pause, resume, stop, checkpoint
namespace {

namespace fs = std::filesystem;

Listed listed(const ExperimentFolder& folder) {
    Listed one;
    one.bytes = folder_bytes(folder.root());
    auto summary = read_summary(folder);
    if (summary) one.summary = *std::move(summary);
    else one.fault = summary.error().message;
    one.summary.id = folder.id();
    return one;
}

Json listed_json(const ExperimentFolder& folder, const Listed& one) {
    if (!one.fault.empty())
        return {{"experiment", folder.id()},
                {"dir", folder.root().string()},
                {"state", "unreadable"},
                {"reason", one.fault},
                {"bytes", one.bytes}};
    Json json = train_json(folder, one.summary);
    json["bytes"] = one.bytes;
    json["watched"] = one.summary.watched;
    json["best"] = one.summary.best ? Json(*one.summary.best) : Json(nullptr);
    return json;
}

// Reports every name without an experiment, not just the first.
Result<std::vector<ExperimentFolder>> found(const ExperimentOptions& options) {
    std::vector<ExperimentFolder> folders;
    std::vector<Error> errors;
    std::set<std::string> seen;
    for (const std::string& name : options.names) {
        auto folder = ExperimentFolder::find(options.experiments, name);
        if (!folder) errors.push_back(std::move(folder).error());
        else if (seen.insert(folder->root().native()).second) folders.push_back(*std::move(folder));
    }
    if (errors.empty()) return folders;
    Error error = std::move(errors[0]);
    for (std::size_t i = 1; i < errors.size(); ++i) error.message += "\n" + errors[i].message;
    return error;
}

Result<Outcome> list(const ExperimentOptions& options) {
    if (asks_master(options)) return list_on_master(options);
    GOETIA_ASSIGN(const std::vector<ExperimentFolder> folders, list_experiments(options.experiments));
    std::vector<Listed> all;
    Json rows = Json::array();
    for (const ExperimentFolder& folder : folders) {
        const Result<Json> labels = read_labels(folder);
        if (labels && (*labels)["archived"].get<bool>() && !options.all) continue;
        all.push_back(listed(folder));
        if (!labels && all.back().fault.empty()) all.back().fault = labels.error().message;
        Json row = listed_json(folder, all.back());
        row["tags"] = labels ? (*labels)["tags"] : Json::array();
        rows.push_back(std::move(row));
    }
    return Outcome{.json = {{"dir", fs::absolute(options.experiments).lexically_normal().string()},
                            {"experiments", std::move(rows)}},
                   .text = list_text(all)};
}

Result<Outcome> show(const ExperimentOptions& options) {
    if (asks_master(options)) return show_on_master(options);
    GOETIA_ASSIGN(const ExperimentFolder folder, ExperimentFolder::find(options.experiments, options.names[0]));
    Shown shown{.folder = folder, .summary = {}, .history = {}, .plots = {}, .checkpoints = {}, .bytes = 0};
    const Status derived = derive_unfinished(folder);  // completes what a killed launcher left
    shown.bytes = folder_bytes(folder.root());
    GOETIA_ASSIGN(shown.summary, read_summary(folder));
    GOETIA_ASSIGN(shown.history, read_history(folder));
    shown.plots = drawn_plots(folder, shown.history);
    if (!derived) shown.history.damage.push_back(derived.error().message);
    auto manifest = CheckpointManifest::open(folder.checkpoints());
    if (manifest) shown.checkpoints = manifest->entries();
    else shown.history.damage.push_back(manifest.error().message);
    GOETIA_ASSIGN(const Json labels, read_labels(folder));
    Json json = show_json(shown);
    json.update(labels);
    return Outcome{.json = std::move(json), .text = show_text(shown)};
}

// Asks on the terminal; anything but yes means no.
bool agreed(const std::vector<ExperimentFolder>& folders, std::uintmax_t bytes) {
    for (const ExperimentFolder& folder : folders) std::fprintf(stderr, "  %s\n", folder.root().c_str());
    std::fprintf(stderr, "delete %zu %s with all checkpoints, %s? [y/N] ", folders.size(),
                 folders.size() == 1 ? "experiment" : "experiments", readable_bytes(bytes).c_str());
    char answer[16] = {};
    return std::fgets(answer, sizeof answer, stdin) != nullptr && (answer[0] == 'y' || answer[0] == 'Y');
}

Result<Outcome> remove(const Context& context, const ExperimentOptions& options) {
    if (asks_master(options)) return delete_on_master(context, options);
    if (context.json && !options.yes)
        return invalid("'experiment delete' with --json does not ask; add --yes to delete");
    GOETIA_ASSIGN(const std::vector<ExperimentFolder> folders, found(options));
    std::uintmax_t bytes = 0;
    for (const ExperimentFolder& folder : folders) {
        if (is_alive(folder))
            return make_error(
                Code::kWrongState,
                "experiment '{}' is running; stop it with 'goetia experiment stop {}' before it is deleted",
                folder.id(), folder.id());
        bytes += folder_bytes(folder.root());
    }
    if (!options.yes && ::isatty(STDIN_FILENO) == 1 && !agreed(folders, bytes)) {
        return make_error(Code::kCancelled, "nothing was deleted");
    }
    Outcome outcome{.json = {{"deleted", Json::array()}, {"bytes", 0}}, .text = ""};
    bytes = 0;
    for (const ExperimentFolder& folder : folders) {
        GOETIA_ASSIGN(const std::uintmax_t freed, delete_experiment(folder));
        bytes += freed;
        outcome.json["deleted"].push_back(folder.id());
        outcome.text += fmt::format("deleted '{}', {} freed\n", folder.id(), readable_bytes(freed));
    }
    outcome.json["bytes"] = bytes;
    return outcome;
}

Result<std::string> table(const ExperimentOptions& options, std::vector<ExperimentFolder>& folders) {
    if (options.names.empty()) {
        GOETIA_ASSIGN(folders, list_experiments(options.experiments));
    } else {
        GOETIA_ASSIGN(folders, found(options));
    }
    if (!options.epochs) {
        std::vector<Listed> all;
        for (const ExperimentFolder& folder : folders) all.push_back(listed(folder));
        return experiments_csv(all);
    }
    std::vector<std::pair<std::string, RunHistory>> histories;
    for (const ExperimentFolder& folder : folders) {
        GOETIA_ASSIGN(RunHistory history, read_history(folder));
        histories.emplace_back(folder.id(), std::move(history));
    }
    return epochs_csv(histories);
}

Result<Outcome> export_csv(const ExperimentOptions& options) {
    if (asks_master(options)) return export_csv_on_master(options);
    std::vector<ExperimentFolder> folders;
    GOETIA_ASSIGN(std::string csv, table(options, folders));
    Json ids = Json::array();
    for (const ExperimentFolder& folder : folders) ids.push_back(folder.id());
    if (options.output.empty()) return Outcome{.json = {{"experiments", ids}, {"csv", csv}}, .text = std::move(csv)};
    GOETIA_TRY(write_file_atomic(options.output, csv));
    return Outcome{.json = {{"experiments", ids}, {"output", fs::absolute(options.output).string()}},
                   .text = fmt::format("wrote '{}': {} {}\n", options.output.string(), folders.size(),
                                       folders.size() == 1 ? "experiment" : "experiments")};
}

// The readable files are derived from the journal, so they can be restored at any time.
Result<Outcome> rebuild(const ExperimentOptions& options) {
    GOETIA_ASSIGN(const ExperimentFolder folder, ExperimentFolder::find(options.experiments, options.names[0]));
    if (is_alive(folder))
        return make_error(Code::kWrongState,
                          "experiment '{}' is running and keeps its files itself; rebuild them when it has ended",
                          folder.id());
    if (folder.journals().empty())
        return not_found("experiment '{}' has no journal in '{}' to rebuild its files from", folder.id(),
                         folder.journal_folder().native());
    for (const fs::path& part : {folder.logs(), folder.tensorboard(), folder.visualizations()})
        GOETIA_TRY(make_folders(part));
    GOETIA_ASSIGN(const DeriveOptions derive, derive_options(folder));
    Deriver files(folder, derive);
    GOETIA_TRY(files.finish());
    Json written = Json::array();
    for (const fs::path& path : {folder.metrics(), folder.history(), folder.metrics_csv(), folder.tensorboard()})
        written.push_back(path.string());
    for (const ImageRecord& plot : files.plots()) written.push_back((folder.root() / plot.path).string());
    Outcome outcome{.json = {{"experiment", folder.id()},
                             {"files", written},
                             {"points", files.points()},
                             {"epochs", files.history().epochs.size()},
                             {"damage", files.history().damage}},
                    .text = fmt::format("rebuilt the files of '{}' from its journal: {} points, {} epochs\n",
                                        folder.id(), files.points(), files.history().epochs.size())};
    for (const std::string& sentence : files.plot_errors()) outcome.text += sentence + "\n";
    for (const std::string& sentence : files.history().damage) outcome.text += fmt::format("damaged: {}\n", sentence);
    if (!files.history().damage.empty()) outcome.exit_code = kProblemsFound;
    return outcome;
}

using Work = std::function<Result<Outcome>(const Context&, const ExperimentOptions&)>;

std::pair<Command&, std::shared_ptr<ExperimentOptions>> add_verb(Command& noun, Context& context,
                                                                 const std::string& name, const std::string& sentence,
                                                                 Work work, bool is_local = false) {
    Command& command = noun.command(name, sentence);
    auto options = std::make_shared<ExperimentOptions>();
    is_local ? add_experiments_option(command, options->experiments) : add_experiment_place(command, *options);
    context.on(command, [&context, options, work = std::move(work)] { return work(context, *options); });
    return {command, options};
}

void add_choice(Command& command, ExperimentOptions& options) {
    command.option("-q,--filter", options.filter,
                   "Of a master: 'metrics.val/loss<0.3 tag=baseline config.optimizer.lr>=0.01'");
    command.option("--sort", options.sort, "Of a master: a field; after '-' the other way").show_default();
}

}  // namespace

void add_experiment_commands(Command& app, Context& context) {
    Command& noun = app.command("experiment", "Experiments on this machine, or on a master");
    noun.needs_command();
    constexpr const char* kName = "Id, unique prefix of one, or folder";
    {
        const auto [command, options] =
            add_verb(noun, context, "list", "List experiments: state, epochs, best metric, duration, size",
                     [](const Context&, const ExperimentOptions& chosen) { return list(chosen); });
        command.flag("--all", options->all, "Archived ones, too");
        add_choice(command, *options);
        command.option("--limit", options->limit, "Of a master: at most").range(1, 1000).show_default();
    }
    {
        const auto [command, options] =
            add_verb(noun, context, "show", "Show one experiment: metrics, checkpoints, attempts, files",
                     [](const Context&, const ExperimentOptions& options) { return show(options); });
        command.positional("experiment", options->names, kName).required().words(1).metavar("EXP");
    }
    {
        const auto [command, options] = add_verb(
            noun, context, "rebuild",
            "Write metrics.json, history.json, the CSV, TensorBoard's events and the plots again from the journal",
            [](const Context&, const ExperimentOptions& options) { return rebuild(options); }, true);
        command.positional("experiment", options->names, kName).required().words(1).metavar("EXP");
    }
    {
        const auto [command, options] =
            add_verb(noun, context, "delete", "Delete experiments and free their disk space", remove);
        command.positional("experiment", options->names, kName).required().metavar("EXP");
        command.flag("--yes,-y", options->yes, "Do not ask");
    }
    {
        const auto [command, options] =
            add_verb(noun, context, "export-csv", "Write experiments as a CSV table, one row each",
                     [](const Context&, const ExperimentOptions& options) { return export_csv(options); });
        command.positional("experiment", options->names, "Which ones; all by default").metavar("EXP");
        command.option("--output,-o", options->output, "File to write; by default standard output").metavar("FILE");
        command.flag("--epochs", options->epochs, "One row per epoch instead");
        add_choice(command, *options);
    }
    add_label_commands(noun, context);
    add_control_commands(noun, context);
}

}  // namespace goetia::cli
