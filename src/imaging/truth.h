// What is known of the images of a batch, and how its pixels lead back to the original images.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "imaging/annotation.h"
#include "imaging/image.h"
#include "imaging/kernels/point_map.h"

namespace goetia {

// Where a row of a batch comes from.
struct Frame {
    std::int64_t sample = 0;    // index in the data set
    int width = 0, height = 0;  // of the original image; 0 where no step loads one, or several were mixed
    PointMap to_original;       // from the row's pixels to the original image's
    int row_width = 0, row_height = 0;

    // The part of the row that shows the original image, in the row's pixels; the rest is padding.
    [[nodiscard]] Box content() const;
    // From the row's pixels to the original image's, cut at its borders. Upright maps keep boxes exactly; others give
    // the upright box around the moved one.
    [[nodiscard]] Box in_original(const Box& box) const;
};

// One entry for each row; what the samples do not have is empty.
struct Truth {
    std::vector<std::int64_t> labels;            // -1 where unknown
    std::vector<float> soft;                     // rows*classes, when labels were mixed
    std::vector<std::vector<Instance>> objects;  // in the row's pixels
    std::vector<std::uint8_t> masks;             // rows*height*width class numbers, 255 = ignored
    std::vector<double> values;                  // rows*targets of regression; rows*classes of multilabel, 0 or 1
    std::vector<std::int64_t> samples;           // data set index of each row; empty: not known
    std::vector<std::string> subjects;           // whom or what each row shows; empty texts: not known
    std::vector<Image> class_maps;               // instead of masks: each in the size of its original image
};

}  // namespace goetia
