// Where the files of one split are, as the `dataset` section says it: data_root or data_roots for the whole set, and
// for each of train, val and test its own data_root, ann_file and data_prefix.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "component/args.h"
#include "component/schema.h"
#include "datasets/dataset.h"
#include "datasets/formats/roots.h"
#include "datasets/validation/finding.h"

namespace goetia {

// What data_prefix may be: one text for the pictures, or also a mapping with `img` and `mask`.
enum class PrefixForm { kText, kMapping };

struct SplitPlaces {
    Split split = Split::kTrain;
    std::vector<std::filesystem::path> roots;      // the split's own data_root; else that of the set
    std::vector<std::filesystem::path> set_roots;  // data_roots, or data_root alone
    bool several = false;                          // said as data_roots
    bool own_root = false;
    bool named = false;  // the document says something of this split's place
    std::optional<std::filesystem::path> ann_file;
    std::optional<std::string> image_prefix;  // stands before every picture, below the root
    std::optional<std::string> mask_prefix;

    // Where files stand that all splits share; the split's own folder when the set has none.
    [[nodiscard]] const std::vector<std::filesystem::path>& shared_roots() const {
        return set_roots.empty() ? roots : set_roots;
    }
};

// The parameters that say it, added to a format's schema. `holds` ends "The folder that holds ...".
Schema with_places(Schema schema, const std::string& holds, PrefixForm form);

// The faults of all three sections at once.
Status check_places(const Args& args, PrefixForm form);

// An ann_file or data_prefix outside the three sections is that of the training split.
SplitPlaces places_of(const Args& args, Split split);

// What it means that a split's files are nowhere: kNotFound, the set has no such split, only where nothing names one.
Code absence_of(const SplitPlaces& places);

// Refuses a split without any folder, and folders that are not there: a fault for each.
Status check_folders(const SplitPlaces& places);

// A wrong root is told at once: a finding when none of the first hundred files is there. (A look at every file would
// cost minutes on a slow disk.)
void check_first_files(std::size_t count, const std::function<std::filesystem::path(std::size_t)>& path_of,
                       const std::string& list, std::vector<Finding>& findings);

}  // namespace goetia
