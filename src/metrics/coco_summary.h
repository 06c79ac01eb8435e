// COCO's twelve numbers and each class's AP, of the matched objects of one class after the other.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "metrics/coco_match.h"

namespace goetia {

inline constexpr std::size_t kCocoRecalls = 101;  // 0, 0.01 ... 1

struct CocoSummary {
    // In COCO's order and with its -1 where nothing can be measured: AP, AP50, AP75, AP of small, medium and large, AR
    // for 1, 10 and 100 objects an image, AR of small, medium and large.
    std::array<double, 12> stats{};
    std::vector<double> class_ap;  // -1 for classes that are nowhere
};

// `classes`: for each class its images in the order of their ids.
CocoSummary summarize_coco(std::span<const Matched> classes);

[[nodiscard]] double coco_recall(std::size_t number);
// COCO's precision at each recall, for IoU 0.50 and objects of all areas; empty when there is nothing to find.
std::vector<double> coco_precisions(const Matched& matched);

}  // namespace goetia
