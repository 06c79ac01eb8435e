// VOC's matching and average precision, of one class. Other than COCO's, each found object looks at the truth it
// overlaps most and at no other: where that one is taken already, it is a false alarm.
#pragma once

#include <vector>

#include "metrics/coco_match.h"

namespace goetia {

// Objects that are `ignored` (difficult) are not to be found, and finding them counts for nothing. Only bit 0 and the
// first range of areas of the result are used. Overlaps of at least `least_overlap` match.
void match_voc(const CocoImage& image, double least_overlap, Matched& into);

// How precision becomes one number: VOC 2007 means it over the recalls 0, 0.1 ... 1; from 2010 on it is the area under
// the curve. Precision at a recall is the highest at that or any higher one.
enum class VocYear { k2007, k2010 };

// After each object that counts, surest first. Empty when there is nothing to find.
struct VocCurve {
    std::vector<double> recall, precision;
};
VocCurve voc_curve(const Matched& matched);
// NaN when there is nothing to find.
double voc_average_precision(const Matched& matched, VocYear year);

}  // namespace goetia
