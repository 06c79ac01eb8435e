// Counting what a format cannot say of a set.
#pragma once

#include "datasets/formats/writer.h"

namespace goetia {

// What can be said of objects beside class and box; a writer names what its format has.
struct Says {
    bool outlines = false;  // polygons of one object
    bool runs = false;      // masks as runs
    bool key_points = false;
    bool crowd = false, difficult = false, truncated = false, occluded = false;
    bool area = false;     // apart from that of the box or the outline
    bool numbers = false;  // of annotations, images and classes
    bool subjects = false;
    bool image_labels = false, masks = false, values = false;
    bool more = false;  // whatever else COCO says of images, objects, classes and the whole
};

// `renamed`: pictures that could not keep their names.
Lost lost_of(const AnnotatedSet& set, const Says& says, std::int64_t renamed);

}  // namespace goetia
