// A sample: one image with its annotations, on its way from a file to the model.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/annotation.h"
#include "imaging/image.h"
#include "imaging/kernels/point_map.h"
#include "imaging/pending.h"

namespace goetia {

// An image without a file of its own: in a packed data set, or in memory.
struct StoredImage {
    std::string_view bytes;            // of an encoded file, or RGB rows when width and height are set
    std::string_view index;            // of a JPEG file (JpegDecoder::make_index)
    int width = 0, height = 0;         // of the rows
    std::shared_ptr<const void> keep;  // owns the bytes

    explicit operator bool() const { return !bytes.empty(); }
};

// A semantic mask without a file of its own: an encoded PNG.
struct StoredMask {
    std::string_view bytes;
    std::shared_ptr<const void> keep;  // owns the bytes

    explicit operator bool() const { return !bytes.empty(); }
};

struct Sample {
    std::int64_t index = 0;  // in the data set: part of the key of every random draw
    std::int64_t batch = 0;  // the number of its batch, the same on all ranks
    std::string name;        // for messages
    std::string id;          // the format's own id of the image; empty if it has none
    std::filesystem::path path;
    std::int64_t label = -1;                      // class number; -1 without annotation
    std::string subject;                          // the person or thing it shows, for grouped splits; empty: unknown
    std::vector<Instance> instances;              // detection and instance segmentation
    std::vector<double> values;                   // regression: one for each target; multilabel: 0 or 1 for each class
    std::filesystem::path mask_path;              // semantic segmentation: the file of `mask`; empty: none
    StoredImage stored;                           // instead of `path`
    StoredMask stored_mask;                       // instead of `mask_path`
    Image image;                                  // filled by LoadImage; only its size while `pending`
    Pending pending;                              // the operations that will give `image` or `planes`
    Image mask;                                   // one channel of class numbers, 255 = ignored; filled by LoadMask
    Planes planes;                                // filled by ToTensor
    int original_width = 0, original_height = 0;  // of the image as it was loaded; 0 once several are mixed
    PointMap to_original;                         // from the present pixels to those; steps that mix images have none

    [[nodiscard]] bool has_mask() const { return stored_mask || !mask_path.empty(); }
};

}  // namespace goetia
