#include "apps/goetia/dataset_section.h"

#include "config/config.h"
#include "config/section_keys.h"
#include "datasets/formats/writer.h"
#include "datasets/validation/open_sets.h"

namespace goetia::cli {

namespace {

// What an annotation file belongs to: "instances_val2017.json" to val.
std::string split_told_by(const std::string& file) {
    const std::string name = std::filesystem::path(file).stem().native();
    for (const char* split : {"val", "test"}) {
        if (name.find(split) != std::string::npos) return split;
    }
    return "train";
}

std::string split_of_file(const SetWish& wish) {
    return wish.split.empty() ? split_told_by(wish.ann_file) : wish.split;
}

Result<Json> flagged_section(const SetWish& wish) {
    Json section = Json::object();
    if (!wish.parameters.empty()) {
        section = Json::parse(wish.parameters, nullptr, false);
        if (!section.is_object()) return invalid("--parameters needs a JSON object, found {}", wish.parameters);
    }
    GOETIA_ASSIGN(section["type"], format_named(wish.format));
    if (wish.roots.size() == 1) section["data_root"] = wish.roots.front();
    else if (!wish.roots.empty()) section["data_roots"] = wish.roots;
    return section;
}

Result<Json> configured_section(const SetWish& wish) {
    GOETIA_ASSIGN(const Composed composed, compose({.file = wish.config, .overrides = wish.overrides}));
    if (!composed.document.contains("dataset"))
        return invalid("'{}' has no dataset section; name the set with --format and --data-root", wish.config);
    Json section = composed.document["dataset"];
    for (const std::string& key : section_keys("dataset")) section.erase(key);
    section.erase("faulty_objects");  // of runs
    return section;
}

}  // namespace

Option& add_set_options(Command& command, const std::shared_ptr<SetWish>& wish) {
    Option& format = command
                         .option("--format,--from", wish->format,
                                 "coco, voc, yolo, imagenet, table ...: a name of dataset.type, in any spelling")
                         .show_default();
    command.option("--data-root,--data_root", wish->roots, "The set's folder, or several");
    command.option("--ann-file,--ann_file", wish->ann_file, "The annotation file, below the data root or from here");
    command.option("--data-prefix,--data_prefix", wish->prefix,
                   "Stands before every picture that the annotation file names, below the data root");
    command.option("--parameters,--dataset", wish->parameters,
                   "A JSON object: anything else that the format's dataset section may say");
    command.option("--config", wish->config, "An experiment file: its dataset section says all this")
        .excludes("--format")
        .excludes("--data-root")
        .excludes("--ann-file")
        .excludes("--parameters");
    command.option("--set", wish->overrides, "Changes to the configuration: dataset.data_root=DIR")
        .metavar("KEY=VALUE")
        .needs("--config");
    return format;
}

void add_split_options(Command& command, const std::shared_ptr<SetWish>& wish) {
    command.option("--split", wish->split, "Only this one; an annotation file is its")
        .choices({"train", "val", "test"});
    command.flag("--fresh", wish->fresh, "Hash every file again, whatever is remembered of it");
}

Result<Json> section_of(const SetWish& wish) {
    if (!wish.config.empty()) return configured_section(wish);
    if (wish.roots.empty() && wish.parameters.empty())
        return invalid("no data set is named; give --data-root or --config");
    GOETIA_ASSIGN(Json section, flagged_section(wish));
    const std::string split = split_of_file(wish);
    if (!wish.ann_file.empty()) section[split]["ann_file"] = wish.ann_file;
    if (!wish.prefix.empty()) section[split]["data_prefix"] = wish.prefix;
    return section;
}

Result<Json> whole_section_of(const SetWish& wish) {
    if (!wish.config.empty()) {
        GOETIA_ASSIGN(Json section, configured_section(wish));
        section.erase("split");
        return section;
    }
    GOETIA_ASSIGN(Json section, flagged_section(wish));
    if (!wish.ann_file.empty()) section["ann_file"] = wish.ann_file;
    if (!wish.prefix.empty()) section["data_prefix"] = wish.prefix;
    return section;
}

Result<std::string> writable_format(const std::string& format) {
    GOETIA_ASSIGN(std::string name, format_named(format));
    if (builtin_writers().contains(name)) return name;
    std::string known;
    for (const auto& [writable, writer] : builtin_writers()) known += (known.empty() ? "" : ", ") + writable;
    return invalid("format '{}' cannot be written; say --to with one of: {}", name, known);
}

std::vector<Split> splits_of(const SetWish& wish) {
    const bool one = !wish.split.empty() || !wish.ann_file.empty() || !wish.prefix.empty();
    const std::string named = split_of_file(wish);
    std::vector<Split> splits;
    for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
        if (!one || named == split_name(split)) splits.push_back(split);
    }
    return splits;
}

FileHashes hashes_for(const SetWish& wish, const std::filesystem::path& root) {
    const std::filesystem::path cache = user_cache();
    if (wish.fresh || cache.empty()) return {};
    return {root, cache / "hashes"};
}

}  // namespace goetia::cli
