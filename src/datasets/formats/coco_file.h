// A COCO annotation file: what its JSON says, and everything about it that cannot be taken.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "datasets/annotated_set.h"
#include "datasets/validation/finding.h"

namespace goetia {

// Bytes that the JSON reader may read behind the end of the text; what they hold is of no matter.
inline constexpr std::size_t kJsonPadding = 64;

struct CocoFile {
    std::vector<AnnotatedImage> images;  // in the order of the file; roots and places are the caller's
    std::vector<std::string> classes;    // in the order of "categories"
    std::vector<std::int64_t> class_ids;
    std::vector<std::string> class_more;  // as AnnotatedSet::class_more
    std::string more;                     // as AnnotatedSet::more
    bool outlines = false;                // some annotation has a segmentation
    std::vector<Finding> findings;
};

// `json` has kJsonPadding more bytes behind it. `name` is the file's in findings. Without `annotations_needed` the file
// may have none (a test split).
CocoFile parse_coco(std::string_view json, const std::string& name, bool annotations_needed);

}  // namespace goetia
