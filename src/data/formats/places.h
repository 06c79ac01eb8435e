// Where the files of one split are, as the `dataset` section says it: data_root or data_roots for the whole set, and
// for each of train, val and test its own data_root, ann_file and data_prefix.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "component/args.h"
#include "component/schema.h"
#include "data/dataset.h"
#include "data/finding.h"

namespace goetia {

// What data_prefix may be: one text for the pictures, or also a mapping with `img` and `mask`.
enum class PrefixForm { kText, kMapping };

struct SplitPlaces {
    Split split = Split::kTrain;
    std::vector<std::filesystem::path> roots;      // the split's own data_root; else that of the set
    std::vector<std::filesystem::path> set_roots;  // data_roots, or data_root alone
    bool several = false;                          // said as data_roots
    bool own_root = false;
    std::optional<std::filesystem::path> ann_file;
    std::optional<std::string> image_prefix;  // stands before every picture, below the root
    std::optional<std::string> mask_prefix;
};

// The parameters that say it, added to a format's schema. `holds` ends "The folder that holds ...".
Schema with_places(Schema schema, const std::string& holds, PrefixForm form);

// The faults of all three sections at once.
Status check_places(const Args& args, PrefixForm form);

// An ann_file or data_prefix outside the three sections is that of the training split.
SplitPlaces places_of(const Args& args, Split split);

// kNotFound with a fault for each root that is no folder, and one when there is none at all.
Status check_folders(const SplitPlaces& places);

bool is_folder(const std::filesystem::path& path);
bool is_file(const std::filesystem::path& path);

// A relative file is looked for below the roots first, then from where the program runs.
std::filesystem::path find_below(const std::filesystem::path& file, const std::vector<std::filesystem::path>& roots);

// The first root that has the file; the first of all when none has: whether a run may go on without it is its policy
// for broken samples, and `goetia dataset validate` names every one.
std::uint32_t first_root_with(const std::vector<std::filesystem::path>& roots, const std::string& name);

// A wrong root is told at once: a finding when none of the first hundred files is there. (A look at every file would
// cost minutes on a slow disk.)
template <class PathOf>
void check_first_files(std::size_t count, const PathOf& path_of, const std::string& list,
                       std::vector<Finding>& findings) {
    constexpr std::size_t kLookedAt = 100;
    count = std::min(count, kLookedAt);
    for (std::size_t i = 0; i < count; ++i) {
        if (is_file(path_of(i))) return;
    }
    if (count == 0) return;
    const std::filesystem::path first = path_of(0);
    findings.push_back({.kind = FindingKind::kMissingFile,
                        .file = list,
                        .found = fmt::format("none of the first {} listed files exists, the first would be '{}'", count,
                                             first.native()),
                        .fix = "correct data_root, data_roots or data_prefix"});
}

}  // namespace goetia
