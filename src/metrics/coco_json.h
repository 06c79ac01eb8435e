// COCO's JSON as it stands in the files, member by member. Only the .cpp of this header includes the parser.
#pragma once

#include <compare>
#include <string>
#include <vector>

#include "metrics/coco_files.h"

namespace goetia {

inline constexpr std::size_t kMostCocoFaults = 20;

enum class CocoList { kFile, kImages, kCategories, kAnnotations, kResults };

// At one element of a list.
struct CocoListFault {
    CocoList list = CocoList::kFile;
    std::int64_t place = 0;
    std::string message;
};

struct CocoAnnotations {
    std::vector<CocoImageInfo> images;
    std::vector<CocoCategory> categories;
    CocoTable table;  // in the order of the file
};

// What is faulty is reported and left out, up to 20 faults. `with_shapes`: segmentations are read, too. An Error where
// the file cannot be read or is not JSON.
Result<CocoAnnotations> read_coco_annotations(const std::string& file, bool with_shapes,
                                              std::vector<CocoListFault>& faults);
Result<CocoTable> read_coco_results(const std::string& file, bool with_shapes, std::vector<CocoListFault>& faults);

}  // namespace goetia
