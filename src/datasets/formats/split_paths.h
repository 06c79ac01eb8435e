// File paths of a split as configured in the `dataset` section: data_root or data_roots for the whole set, and per
// split (train, val, test) its own data_root, ann_file and data_prefix.
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

// What data_prefix may be: a string for the images, or also a mapping with `img` and `mask`.
enum class PrefixForm { kText, kMapping };

struct SplitPaths {
    Split split = Split::kTrain;
    std::vector<std::filesystem::path> roots;      // the split's own data_root, else the roots of the set
    std::vector<std::filesystem::path> set_roots;  // data_roots, or data_root alone
    bool several_roots = false;                    // configured as data_roots
    bool own_root = false;
    bool configured = false;  // the configuration says where this split is
    std::optional<std::filesystem::path> ann_file;
    std::optional<std::string> image_prefix;  // prepended to every image path, below the root
    std::optional<std::string> mask_prefix;

    // Roots of files that all splits share; those of the split if the set has none.
    [[nodiscard]] const std::vector<std::filesystem::path>& shared_roots() const {
        return set_roots.empty() ? roots : set_roots;
    }
};

// Adds these parameters to the schema of a format. `holds` completes "The folder that contains ...".
Schema with_split_paths(Schema schema, const std::string& holds, PrefixForm form);

// Reports the faults of all three sections at once.
Status check_split_paths(const Args& args, PrefixForm form);

// An ann_file or data_prefix outside the three sections belongs to the training split.
SplitPaths split_paths(const Args& args, Split split);

// The error code for missing files of a split: kNotFound (the set has no such split) only if nothing refers to it.
Code missing_split_code(const SplitPaths& paths);

// Refuses a split without any folder, and folders that do not exist, with a fault for each.
Status check_folders(const SplitPaths& paths);

// Detects a wrong root early: a finding if none of the first hundred files exists. (Checking every file would take
// minutes on a slow disk.)
void check_first_files(std::size_t count, const std::function<std::filesystem::path(std::size_t)>& path_of,
                       const std::string& list, std::vector<Finding>& findings);

}  // namespace goetia
