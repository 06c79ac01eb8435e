// Counts what is lost when a set is written in a format.
#pragma once

#include "datasets/formats/writer.h"

namespace goetia {

// What a format can store besides class and box; each writer lists what its format supports.
struct Supported {
    bool outlines = false;  // polygons of one object
    bool runs = false;      // masks as runs
    bool key_points = false;
    bool crowd = false, difficult = false, truncated = false, occluded = false;
    bool area = false;     // other than that of the box or the outline
    bool numbers = false;  // ids of annotations, images and classes
    bool subjects = false;
    bool image_labels = false, masks = false, values = false;
    bool more = false;  // further COCO members of images, objects, classes and the file
};

// `renamed`: images that could not keep their names.
LostCounts count_lost(const AnnotatedSet& set, const Supported& supported, std::int64_t renamed);

}  // namespace goetia
