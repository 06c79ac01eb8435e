// A parsed COCO annotation file, with a finding for everything in it that could not be used.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "datasets/annotated_set.h"
#include "datasets/validation/finding.h"

namespace goetia {

// Bytes that the JSON parser may read past the end of the text; their content does not matter.
inline constexpr std::size_t kJsonPadding = 64;

struct CocoFile {
    std::vector<AnnotatedImage> images;  // in file order; roots and file numbers are set by the caller
    std::vector<std::string> classes;    // in the order of "categories"
    std::vector<std::int64_t> class_ids;
    std::vector<std::string> class_more;  // as AnnotatedSet::class_more
    std::string more;                     // as AnnotatedSet::more
    bool outlines = false;                // at least one annotation has a segmentation
    std::vector<Finding> findings;
};

// `json` must be followed by kJsonPadding readable bytes. `name` is the file name used in findings. Unless
// `annotations_needed`, the file may lack annotations (a test split).
CocoFile parse_coco(std::string_view json, const std::string& name, bool annotations_needed);

}  // namespace goetia
