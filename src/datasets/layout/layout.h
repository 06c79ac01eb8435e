// Finds out which format a folder has, by the names in it and a look into a few of its files.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "datasets/dataset.h"
#include "datasets/layout/folder_view.h"

namespace goetia {

struct Layout {
    Json section;                      // the `dataset` section: type, and parameters relative to the folder
    std::vector<std::string> reasons;  // what it was recognized by
};

// Refused: a folder that could be of several formats, with the reasons for each; one of no format, with what each
// format lacks, the nearest first, and the folder in it that is a set. Depends on nothing but the folder's content.
Result<Layout> layout_of(const std::filesystem::path& folder);

// The answer of one format to a folder.
struct Recognition {
    Json section;                      // parameters of the `dataset` section, without its type; null: another format
    std::vector<std::string> reasons;  // what was found of the format
    std::vector<std::string> lacking;  // what was looked for in vain; only the first is reported

    static Recognition refuse(std::string lacking, std::vector<std::string> reasons = {}) {
        return {nullptr, std::move(reasons), {std::move(lacking)}};
    }
};

struct LayoutRule {
    std::string_view type;    // dataset.type
    std::string_view layout;  // "class folders"
    Recognition (*recognize)(const FolderView& view);
};

std::span<const LayoutRule> layout_rules();

// The split that a name speaks of: "instances_val2017" is val, "valid" too, "trainval" is train.
std::optional<Split> split_in_name(std::string_view name);

// The names that a split's folder may have: train, training; val, valid, validation; test, testing.
const std::vector<std::string>& split_folders(Split split);

}  // namespace goetia
