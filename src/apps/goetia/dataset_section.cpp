#include "apps/goetia/dataset_section.h"

#include "config/config.h"
#include "data/validation/open_sets.h"

namespace goetia::cli {

void add_set_options(CLI::App& command, const std::shared_ptr<SetWish>& wish) {
    command
        .add_option("--format", wish->format, "coco, voc, yolo, imagenet ...: a name of dataset.type, in any spelling")
        ->capture_default_str();
    command.add_option("--data-root,--data_root", wish->roots, "The set's folder, or several");
    command.add_option("--ann-file,--ann_file", wish->ann_file,
                       "The annotation file, below the data root or from here; then only its split is looked at");
    command.add_option("--data-prefix,--data_prefix", wish->prefix,
                       "Stands before every picture that the annotation file names, below the data root");
    command.add_option("--config", wish->config, "An experiment file: its dataset section says the rest")
        ->excludes("--format")
        ->excludes("--data-root")
        ->excludes("--ann-file");
    command.add_option("--split", wish->split, "Only this one")->check(CLI::IsMember({"train", "val", "test"}));
    command.add_flag("--fresh", wish->fresh, "Hash every file again, whatever is remembered of it");
}

Result<Json> section_of(const SetWish& wish) {
    if (!wish.config.empty()) {
        GOETIA_ASSIGN(const Composed composed, compose({.file = wish.config}));
        if (composed.document.contains("dataset")) return composed.document["dataset"];
        return invalid("'{}' has no dataset section; name the set with --format and --data-root", wish.config);
    }
    if (wish.roots.empty()) return invalid("no data set is named; give --data-root or --config");
    GOETIA_ASSIGN(const std::string type, format_named(wish.format));
    Json section{{"type", type}};
    if (wish.roots.size() == 1) section["data_root"] = wish.roots.front();
    else section["data_roots"] = wish.roots;
    const std::string split = wish.split.empty() ? "train" : wish.split;
    if (!wish.ann_file.empty()) section[split]["ann_file"] = wish.ann_file;
    if (!wish.prefix.empty()) section[split]["data_prefix"] = wish.prefix;
    return section;
}

std::vector<Split> splits_of(const SetWish& wish) {
    for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
        if (wish.split == split_name(split)) return {split};
    }
    if (!wish.ann_file.empty() || !wish.prefix.empty()) return {Split::kTrain};
    return {Split::kTrain, Split::kVal, Split::kTest};
}

FileHashes hashes_for(const SetWish& wish, const std::filesystem::path& root) {
    const std::filesystem::path cache = user_cache();
    if (wish.fresh || cache.empty()) return {};
    return {root, cache / "hashes"};
}

}  // namespace goetia::cli
