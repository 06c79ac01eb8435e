// One annotation of a COCO file, member by member.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "datasets/formats/coco_json.h"
#include "datasets/validation/finding.h"
#include "imaging/annotation.h"

namespace goetia {

struct CocoFault {
    FindingKind kind;
    std::string found;  // follows "annotation 17 "
    std::string fix;
};

struct CocoAnnotation {
    std::optional<std::int64_t> id, image, category;
    bool says_image = false, says_category = false;  // in whatever way
    Instance instance;
    bool has_box = false, has_area = false;
    std::vector<CocoFault> faults;
};

// Members that nobody asks for are kept as they are written. `scratch` is room for numbers, kept from one call to the
// next.
void read_annotation_member(coco::ondemand::raw_json_string key, coco::ondemand::value value,
                            std::vector<float>& scratch, CocoAnnotation& into);

// Box and area, where the file does not say them, from the outline; false when there is no box to be had.
bool complete_annotation(CocoAnnotation& annotation);

}  // namespace goetia
