// Annotation files of `path label` lines, such as meta/train.txt.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "datasets/validation/finding.h"

namespace goetia {

struct LabelledPath {
    std::string path;         // as written; may contain blanks
    std::int64_t label = -1;  // -1: the line has none
    int line = 0;
};

struct LabelListPlan {
    bool labels_needed = true;            // a line without a label is a fault
    std::optional<std::int64_t> classes;  // labels must be less
};

// Each line that cannot be used becomes a finding with file and line.
std::vector<LabelledPath> read_label_list(const std::filesystem::path& file, const LabelListPlan& plan,
                                          std::vector<Finding>& findings);
std::vector<LabelledPath> parse_label_list(std::string_view text, const std::string& file, const LabelListPlan& plan,
                                           std::vector<Finding>& findings);

}  // namespace goetia
