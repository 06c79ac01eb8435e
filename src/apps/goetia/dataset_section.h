// The data set of a `goetia dataset` command: given by options, or by the `dataset` section of an experiment file.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "apps/goetia/options.h"
#include "base/json_fwd.h"
#include "base/result.h"
#include "datasets/dataset.h"
#include "datasets/file_hashes.h"
#include "imaging/task.h"

namespace goetia::cli {

struct Context;

struct SetOptions {
    std::string format = "auto";  // as the folder shows
    std::vector<std::string> roots;
    std::string ann_file, prefix, parameters;
    std::string config;
    std::vector<std::string> overrides;  // changes to the config
    std::string split;                   // train, val or test; empty: all splits of the set
    bool fresh = false;                  // hash every file again
    std::function<void(const std::string&)> say = [](const std::string&) {};  // what `auto` found
};

// --format (also --from), --data-root, --ann-file, --data-prefix, --parameters, or --config with --set; each also as
// the specification spells it. Returns the first of them.
Option& add_set_options(Command& command, const std::shared_ptr<SetOptions>& options, const Context& context);
// --split and --fresh, for commands that read splits and hash files.
void add_split_options(Command& command, const std::shared_ptr<SetOptions>& options);

// The data sets of this build by name: the formats, and packed sets.
Result<DatasetRegistry> builtin_datasets();

// The resulting `dataset` section; a single annotation file is assigned to its split.
Result<Json> section_of(const SetOptions& options);
// The same for a set to be divided or weighted: without sampler and split, and with the annotation file at the top of
// the section.
Result<Json> undivided_section_of(const SetOptions& options);

// Resolves the name of a format that can be written, in any spelling.
Result<std::string> writable_format(const std::string& format);

// A single annotation file belongs to one split: that of --split, else the one in its name, else train.
std::vector<Split> splits_of(const SetOptions& options);

// What a sample is annotated for.
Task task_of(const Sample& sample, const Dataset& data);

// The cached hashes of the files below `root`; empty with --fresh.
FileHashes hashes_for(const SetOptions& options, const std::filesystem::path& root);

// The fingerprint of the whole set in a folder, as `goetia dataset certify` prints it. Reads every file.
Result<std::string> fingerprint_of_folder(const std::filesystem::path& folder);

}  // namespace goetia::cli
