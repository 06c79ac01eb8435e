// The files of `goetia score detection`: COCO's annotations and its list of results.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "metrics/coco_match.h"

namespace goetia {

struct CocoFiles {
    std::vector<std::int64_t> images;         // ids, rising
    std::vector<std::int64_t> category_ids;   // rising
    std::vector<std::string> category_names;  // of each of them
    // For each category its matched images, in the order of their ids; those without any object are left out.
    std::vector<std::vector<MatchedImage>> matched;
    std::int64_t truths = 0, found = 0;
    std::int64_t of_unknown_categories = 0;  // results that count for nothing
    bool has_annotation_0 = false;           // an id that pycocotools takes for "no match"
};

// Every fault of both files at once, up to 20.
Result<CocoFiles> read_coco_files(std::string_view truth, const std::string& truth_name, std::string_view predictions,
                                  const std::string& predictions_name);

}  // namespace goetia
