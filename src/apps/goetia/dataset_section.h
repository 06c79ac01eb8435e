// Which data set a command of `goetia dataset` is about: said by flags, or by an experiment file's `dataset` section.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/goetia/options.h"
#include "base/json_fwd.h"
#include "base/result.h"
#include "datasets/dataset.h"
#include "datasets/file_hashes.h"

namespace goetia::cli {

struct SetWish {
    std::string format = "ImageNet";
    std::vector<std::string> roots;
    std::string ann_file, prefix, parameters;
    std::string config;
    std::vector<std::string> overrides;  // of the config
    std::string split;                   // one of the three, or empty: all that the set has
    bool fresh = false;                  // hash every file again
};

// --format (also --from), --data-root, --ann-file, --data-prefix, --parameters, or --config with --set; each also as
// the specification spells it. Returns the first of them.
Option& add_set_options(Command& command, const std::shared_ptr<SetWish>& wish);
// --split and --fresh, for the commands that look at splits and hash files.
void add_split_options(Command& command, const std::shared_ptr<SetWish>& wish);

// The `dataset` section that is meant; what is said of one annotation file is said of its split.
Result<Json> section_of(const SetWish& wish);
// The same of a set that is to be divided or weighed as a whole: without sampler and split, its annotation file the
// section's own.
Result<Json> whole_section_of(const SetWish& wish);

// A format that can be written, by its name in any spelling.
Result<std::string> writable_format(const std::string& format);

// One annotation file is that of one split: the one --split says, else the one its name tells, else train.
std::vector<Split> splits_of(const SetWish& wish);

// What the user's cache knows of the files below `root`; nothing with --fresh.
FileHashes hashes_for(const SetWish& wish, const std::filesystem::path& root);

}  // namespace goetia::cli
