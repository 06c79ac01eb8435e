// COCO's twelve numbers and each class's AP, of the matched images of one class after the other.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "metrics/coco_match.h"

namespace goetia {

struct CocoSummary {
    // In COCO's order and with its -1 where nothing can be measured: AP, AP50, AP75, AP of small, medium and large, AR
    // for 1, 10 and 100 objects an image, AR of small, medium and large.
    std::array<double, 12> stats{};
    std::vector<double> class_ap;  // -1 for classes that are nowhere
};

// `classes`: for each class its images in the order of their ids.
CocoSummary summarize_coco(std::span<const std::vector<MatchedImage>> classes);

}  // namespace goetia
