#include "apps/goetia/dataset_section.h"

#include "apps/goetia/command.h"
#include "config/config.h"
#include "config/section_keys.h"
#include "datasets/formats/writer.h"
#include "datasets/layout/found_set.h"
#include "datasets/validation/open_sets.h"

namespace goetia::cli {

namespace {

// The split of an annotation file: "instances_val2017.json" is val.
std::string split_from_name(const std::string& file) {
    const std::string name = std::filesystem::path(file).stem().native();
    for (const char* split : {"val", "test"}) {
        if (name.find(split) != std::string::npos) return split;
    }
    return "train";
}

std::string split_of_file(const SetOptions& options) {
    return options.split.empty() ? split_from_name(options.ann_file) : options.split;
}

// The type that an annotation file has by its name; empty if it may belong to several.
std::string type_of_file(const std::string& file) {
    const std::string extension = std::filesystem::path(file).extension().native();
    if (extension == ".json") return "COCO";
    return extension == ".csv" || extension == ".tsv" || extension == ".xlsx" ? "Table" : "";
}

// The set that the folders show. A named annotation file decides where they show nothing, or something else.
Result<Json> found_section(const SetOptions& options, const std::vector<std::string>& roots) {
    const std::string named = type_of_file(options.ann_file);
    Result<FoundSet> found = find_set(roots);
    if (found && (named.empty() || found->section["type"] == named)) {
        options.say(found->sentence);
        return std::move(found->section);
    }
    if (named.empty()) return std::move(found).error();
    options.say(fmt::format("the set is read as {}, by the name of '{}'", named, options.ann_file));
    Json section{{"type", named}};
    if (roots.size() == 1) section["data_root"] = roots.front();
    else section["data_roots"] = roots;
    return section;
}

Result<Json> flagged_section(const SetOptions& options) {
    Json parameters = Json::object();
    if (!options.parameters.empty()) {
        parameters = Json::parse(options.parameters, nullptr, false);
        if (!parameters.is_object()) return invalid("--parameters needs a JSON object, found {}", options.parameters);
    }
    std::vector<std::string> roots = options.roots;
    const auto root = parameters.find("data_root");
    if (roots.empty() && root != parameters.end() && root->is_string()) roots = {root->get<std::string>()};
    if (options.format == "auto" && !parameters.contains("type")) {
        if (roots.empty())
            return invalid("no folder is given to look at; use --data-root, or say the format with --format");
        GOETIA_ASSIGN(Json section, found_section(options, roots));
        section.merge_patch(parameters);
        return section;
    }
    GOETIA_ASSIGN(const DatasetRegistry datasets, builtin_datasets());
    if (options.format != "auto") parameters["type"] = options.format;
    if (!parameters["type"].is_string()) return invalid("'type' in --parameters must be the name of a format");
    GOETIA_ASSIGN(parameters["type"], format_named(datasets, parameters["type"].get<std::string>()));
    if (options.roots.size() == 1) parameters["data_root"] = options.roots.front();
    else if (!options.roots.empty()) parameters["data_roots"] = options.roots;
    return parameters;
}

Result<Json> configured_section(const SetOptions& options) {
    GOETIA_ASSIGN(const Composed composed, compose({.file = options.config, .overrides = options.overrides}));
    if (!composed.document.contains("dataset"))
        return invalid("'{}' has no dataset section; specify the set with --format and --data-root", options.config);
    Json section = composed.document["dataset"];
    for (const std::string& key : section_keys("dataset")) section.erase(key);
    section.erase("faulty_objects");  // of runs
    return section;
}

}  // namespace

Option& add_set_options(Command& command, const std::shared_ptr<SetOptions>& options, const Context& context) {
    options->say = [&context](const std::string& line) { context.say(line); };
    Option& format = command
                         .option("--format,--from", options->format,
                                 "auto: as the folder's dataset.yaml says or its layout shows; else coco, voc, yolo, "
                                 "imagenet, table ...: a name of dataset.type, in any spelling")
                         .show_default();
    command.option("--data-root,--data_root", options->roots, "The folder of the set, or several");
    command.option("--ann-file,--ann_file", options->ann_file,
                   "The annotation file, relative to the data root or the working directory");
    command.option("--data-prefix,--data_prefix", options->prefix,
                   "Prepended to every image path of the annotation file, below the data root");
    command.option("--parameters,--dataset", options->parameters,
                   "A JSON object with further parameters of the format");
    command.option("--config", options->config, "An experiment file whose dataset section is used instead")
        .excludes("--format")
        .excludes("--data-root")
        .excludes("--ann-file")
        .excludes("--parameters");
    command.option("--set", options->overrides, "Changes to the configuration: dataset.data_root=DIR")
        .metavar("KEY=VALUE")
        .needs("--config");
    return format;
}

void add_split_options(Command& command, const std::shared_ptr<SetOptions>& options) {
    command.option("--split", options->split, "Only this split; --ann-file belongs to it")
        .choices({"train", "val", "test"});
    command.flag("--fresh", options->fresh, "Hash every file again, ignoring the cache");
}

Result<DatasetRegistry> builtin_datasets() {
    DatasetRegistry datasets(Kind::kDataset);
    GOETIA_TRY(register_builtin_datasets(datasets));
    return datasets;
}

Result<Json> section_of(const SetOptions& options) {
    if (!options.config.empty()) return configured_section(options);
    if (options.roots.empty() && options.parameters.empty())
        return invalid("no data set is specified; use --data-root or --config");
    GOETIA_ASSIGN(Json section, flagged_section(options));
    const std::string split = split_of_file(options);
    if (!options.ann_file.empty()) section[split]["ann_file"] = options.ann_file;
    if (!options.prefix.empty()) section[split]["data_prefix"] = options.prefix;
    return section;
}

Result<Json> undivided_section_of(const SetOptions& options) {
    if (!options.config.empty()) {
        GOETIA_ASSIGN(Json section, configured_section(options));
        section.erase("split");
        return section;
    }
    GOETIA_ASSIGN(Json section, flagged_section(options));
    // What `auto` found of the training split gives way.
    for (const auto& [key, value] :
         {std::pair("ann_file", options.ann_file), std::pair("data_prefix", options.prefix)}) {
        if (value.empty()) continue;
        section[key] = value;
        if (section.contains("train") && section["train"].is_object()) section["train"].erase(key);
    }
    return section;
}

Result<std::string> writable_format(const std::string& format) {
    GOETIA_ASSIGN(const DatasetRegistry datasets, builtin_datasets());
    GOETIA_ASSIGN(std::string name, format_named(datasets, format));
    if (builtin_writers().contains(name)) return name;
    std::string known;
    for (const auto& [writable, writer] : builtin_writers()) known += (known.empty() ? "" : ", ") + writable;
    return invalid("format '{}' cannot be written; use --to with one of: {}", name, known);
}

std::vector<Split> splits_of(const SetOptions& options) {
    const bool one = !options.split.empty() || !options.ann_file.empty() || !options.prefix.empty();
    const std::string named = split_of_file(options);
    std::vector<Split> splits;
    for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
        if (!one || named == split_name(split)) splits.push_back(split);
    }
    return splits;
}

FileHashes hashes_for(const SetOptions& options, const std::filesystem::path& root) {
    const std::filesystem::path cache = user_cache();
    if (options.fresh || cache.empty()) return {};
    return {root, cache / "hashes"};
}

}  // namespace goetia::cli
