// goetia experiment tag|note|archive|rename|compare|lineage|download
#include "apps/goetia/experiment_labels.h"

#include <algorithm>
#include <memory>

#include "apps/goetia/command.h"
#include "apps/goetia/comparison_text.h"
#include "base/files.h"
#include "base/json_text.h"
#include "config/yaml_reader.h"
#include "experiment/summary.h"
#include "master/experiments/experiment_change.h"
#include "master/experiments/experiment_compare.h"
#include "master/store/field_text.h"
#include "run/parent.h"

namespace goetia::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLabelsFile = "labels.json";

Result<StoredExperiment> from_folder(const ExperimentFolder& folder) {
    GOETIA_ASSIGN(const RunSummary summary, read_summary(folder));
    StoredExperiment one{.row = {.id = folder.id(),
                                 .name = summary.name,
                                 .state = std::string(state_name(summary.state)),
                                 .created_at = summary.started,
                                 .updated_at = summary.updated}};
    for (const auto& [name, value] : summary.final_metrics) one.metrics[name].last = value;
    for (const auto& [name, value] : summary.best_metrics) one.metrics[name].best = value;
    one.row.body = json_text({{"resources",
                               {{"seconds", summary.seconds},
                                {"epochs", summary.epochs_done},
                                {"steps", summary.steps_done},
                                {"images_per_second", summary.images_per_second},
                                {"attempts", summary.attempts}}}});
    GOETIA_ASSIGN(const std::string text, read_file(folder.config()));
    GOETIA_ASSIGN(const Json document, parse_yaml(text, folder.config().string()));
    each_field(flattened(document),
               [&](std::string_view key, ListValue value) { one.config.emplace(std::string(key), std::move(value)); });
    return one;
}

Json edited_tags(const Json& experiment, const ExperimentOptions& options) {
    auto tags = experiment["tags"].get<std::vector<std::string>>();
    for (const std::string& tag : options.tags) {
        if (std::ranges::find(tags, tag) == tags.end()) tags.push_back(tag);
    }
    for (const std::string& tag : options.removed_tags) std::erase(tags, tag);
    return {{"tags", tags}};
}

Result<Outcome> changed(const ExperimentOptions& options, const ExperimentEdit& edit) {
    return asks_master(options) ? change_on_master(options, edit) : change_labels(options, edit);
}

Result<Outcome> tag_experiment(const ExperimentOptions& options) {
    return changed(options, [&](const Json& experiment) { return edited_tags(experiment, options); });
}

Result<Outcome> note_experiment(const ExperimentOptions& options) {
    return changed(options, [&](const Json&) { return Json{{"notes", options.text}}; });
}

Result<Outcome> archive_experiment(const ExperimentOptions& options) {
    return changed(options, [&](const Json&) { return Json{{"archived", !options.undo}}; });
}

Result<Outcome> rename_experiment(const ExperimentOptions& options) {
    if (!asks_master(options))
        return make_error(Code::kUnsupported,
                          "the name of a run on this machine is 'experiment.name' of its config.yaml, which is never "
                          "changed; a master renames ('--on-master')");
    return change_on_master(options, [&](const Json&) { return Json{{"name", options.text}}; });
}

Result<Outcome> compare_experiments(const ExperimentOptions& options) {
    if (asks_master(options)) return compare_on_master(options);
    std::vector<ExperimentFolder> folders;
    for (const std::string& name : options.names) {
        GOETIA_ASSIGN(ExperimentFolder folder, ExperimentFolder::find(options.experiments, name));
        folders.push_back(std::move(folder));
    }
    return compare_folders(options, folders);
}

// The relatives are looked for in the folder that the experiment is in.
Result<Outcome> show_lineage(const ExperimentOptions& options) {
    if (asks_master(options)) return lineage_on_master(options);
    GOETIA_ASSIGN(const ExperimentFolder folder, ExperimentFolder::find(options.experiments, options.names[0]));
    const fs::path around = fs::absolute(folder.root()).lexically_normal().parent_path();
    GOETIA_ASSIGN(const std::vector<ExperimentFolder> all, list_experiments(around));
    GOETIA_ASSIGN(Json lineage, lineage_of_folder(folder, all));
    std::string text = lineage_text(lineage);
    for (const Json& one : lineage["ancestors"]) {
        if (one["weights_now"] != "as they were")
            text += fmt::format("the weights '{}' that were used are {}\n", one["weights"].get<std::string>(),
                                one["weights_now"].get<std::string>());
    }
    return Outcome{.json = std::move(lineage), .text = std::move(text)};
}

Result<Outcome> download_experiment(const ExperimentOptions& options) {
    if (asks_master(options)) return download_from_master(options);
    GOETIA_ASSIGN(const ExperimentFolder folder, ExperimentFolder::find(options.experiments, options.names[0]));
    return Outcome{.json = {{"experiment", folder.id()}, {"dir", fs::absolute(folder.root()).string()}},
                   .text = fmt::format("it is on this machine: '{}'\n", folder.root().string())};
}

using LabelWork = Result<Outcome> (*)(const ExperimentOptions&);

std::pair<Command&, std::shared_ptr<ExperimentOptions>> add_label_verb(Command& noun, Context& context,
                                                                       const std::string& name,
                                                                       const std::string& sentence, LabelWork work,
                                                                       bool takes_many = false) {
    Command& command = noun.command(name, sentence);
    auto options = std::make_shared<ExperimentOptions>();
    add_experiment_place(command, *options);
    const char* which = "Id, unique prefix of one, or folder";
    Option& named = takes_many ? command.positional("experiment", options->names, which)
                               : command.positional("experiment", options->only, which);
    named.required().metavar("EXP");
    context.on(command, [options, work, takes_many] {
        if (!takes_many) options->names = {options->only};
        return work(*options);
    });
    return {command, options};
}

}  // namespace

Result<Json> read_labels(const ExperimentFolder& folder) {
    Json labels = {{"tags", Json::array()}, {"notes", ""}, {"archived", false}};
    const Result<std::string> text = read_file(folder.root() / kLabelsFile);
    if (!text && text.error().code == Code::kNotFound) return labels;
    if (!text) return text.error();
    GOETIA_ASSIGN(const Json kept, parse_json(*text, (folder.root() / kLabelsFile).string()));
    for (const auto& [name, value] : labels.items()) {
        if (kept.is_object() && kept.contains(name) && kept[name].type() == value.type()) value = kept[name];
    }
    return labels;
}

Result<Outcome> change_labels(const ExperimentOptions& options, const ExperimentEdit& edit) {
    GOETIA_ASSIGN(const ExperimentFolder folder, ExperimentFolder::find(options.experiments, options.names.at(0)));
    GOETIA_ASSIGN(Json labels, read_labels(folder));
    const Json change = edit(labels);
    ExperimentChange checked;
    if (change.contains("tags")) checked.tags = change["tags"].get<std::vector<std::string>>();
    if (change.contains("notes")) checked.notes = change["notes"].get<std::string>();
    GOETIA_TRY(check_change(checked));
    labels.update(change);
    GOETIA_TRY(write_file_atomic(folder.root() / kLabelsFile, json_text(labels, 1) + "\n"));
    std::string words;
    for (const Json& tag : labels["tags"]) words += " " + tag.get<std::string>();
    std::string text = fmt::format("{}{}\n", folder.id(), labels["archived"].get<bool>() ? "  (archived)" : "");
    if (!words.empty()) text += "  tags:" + words + "\n";
    if (!labels["notes"].get<std::string>().empty()) text += "\n" + labels["notes"].get<std::string>() + "\n";
    labels["experiment"] = folder.id();
    return Outcome{.json = std::move(labels), .text = text};
}

Result<Outcome> compare_folders(const ExperimentOptions& options, const std::vector<ExperimentFolder>& folders) {
    if (folders.size() < 2 || folders.size() > kMostCompared)
        return invalid("{} experiments are to be compared; allowed are 2 to {}", folders.size(), kMostCompared);
    std::vector<StoredExperiment> experiments;
    for (const ExperimentFolder& folder : folders) {
        GOETIA_ASSIGN(StoredExperiment one, from_folder(folder));
        experiments.push_back(std::move(one));
    }
    Json compared = compared_experiments(experiments, options.all);
    const std::string text = comparison_text(compared);
    return Outcome{.json = std::move(compared), .text = text};
}

void add_label_commands(Command& noun, Context& context) {
    {
        const auto [command, options] = add_label_verb(
            noun, context, "compare", "Compare experiments: metrics, configs where they differ, resources",
            compare_experiments, true);
        command.flag("--all", options->all, "Keys of the configs that are the same, too");
    }
    add_label_verb(noun, context, "lineage", "Show what an experiment came from, and what came from it", show_lineage);
    {
        const auto [command, options] =
            add_label_verb(noun, context, "tag", "Tag an experiment, or remove tags", tag_experiment);
        command.positional("tags", options->tags, "Tags to add").metavar("TAG");
        command.option("--remove", options->removed_tags, "A tag to remove").repeated().metavar("TAG");
    }
    {
        const auto [command, options] =
            add_label_verb(noun, context, "note", "Write a note on an experiment", note_experiment);
        command.positional("text", options->text, "The note, in place of the one before").required();
    }
    {
        const auto [command, options] = add_label_verb(
            noun, context, "archive", "Leave an experiment out of lists; --undo takes it in again", archive_experiment);
        command.flag("--undo", options->undo, "List it again");
    }
    {
        const auto [command, options] =
            add_label_verb(noun, context, "rename", "Give an experiment of a master another name", rename_experiment);
        command.positional("name", options->text, "The name").required();
    }
    {
        const auto [command, options] = add_label_verb(
            noun, context, "download", "Fetch the files of an experiment from a master", download_experiment);
        command.option("--file", options->text, "Only this one, by name or path").metavar("NAME");
        command.flag("--best", options->best, "Only the best model").excludes("--file");
        command.option("--output,-o", options->output, "Folder to write; by default EXP").metavar("DIR");
    }
}

}  // namespace goetia::cli
