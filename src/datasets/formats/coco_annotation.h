// A single COCO annotation, parsed member by member.
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
    bool has_image_id = false, has_category_id = false;  // present, even if invalid
    Instance instance;
    bool has_box = false, has_area = false;
    std::vector<CocoFault> faults;
};

// Unknown members are kept verbatim. `scratch` is a reusable buffer for numbers.
void read_annotation_member(coco::ondemand::raw_json_string key, coco::ondemand::value value,
                            std::vector<float>& scratch, CocoAnnotation& into);

// Fills in box and area from the outline where the file omits them; false if no box can be derived.
bool complete_annotation(CocoAnnotation& annotation);

}  // namespace goetia
