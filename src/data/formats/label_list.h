// An annotation file of `path label` lines: meta/train.txt.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/formats/faults.h"

namespace goetia {

struct LabelledPath {
    std::string path;         // as written; it may hold blanks
    std::int64_t label = -1;  // -1: the line has none
    int line = 0;
};

// Each line that cannot be used is a fault with file and line. `labels_needed`: a line without one is a fault.
// `classes`: labels must lie below it.
std::vector<LabelledPath> read_label_list(const std::filesystem::path& file, bool labels_needed,
                                          std::optional<std::int64_t> classes, FaultList& faults);

}  // namespace goetia
