// One picture on its way from a file to the model.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/annotation.h"
#include "imaging/image.h"
#include "imaging/pending.h"

namespace goetia {

// Where a picture is that has no file of its own: in a packed data set, or in memory.
struct StoredPicture {
    std::string_view bytes;            // a file's, or RGB rows when width and height are given
    std::string_view index;            // of a JPEG file (JpegDecoder::make_index)
    int width = 0, height = 0;         // of the rows
    std::shared_ptr<const void> keep;  // what the bytes live in

    explicit operator bool() const { return !bytes.empty(); }
};

// A mask of classes that has no file of its own: a PNG file's bytes.
struct StoredMask {
    std::string_view bytes;
    std::shared_ptr<const void> keep;  // what the bytes live in

    explicit operator bool() const { return !bytes.empty(); }
};

struct Sample {
    std::int64_t index = 0;  // its place in the data set: part of the key of every random draw
    std::int64_t batch = 0;  // the number of the batch it is for, the same on all ranks
    std::string name;        // what messages call it
    std::filesystem::path path;
    std::int64_t label = -1;          // class number; -1 without annotation
    std::string subject;              // who or what it belongs to; empty when unknown
    std::vector<Instance> instances;  // detection and instance segmentation
    std::vector<double> values;       // regression: one for each target
    std::filesystem::path mask_path;  // semantic segmentation: where `mask` is read from; empty when there is none
    StoredPicture stored;             // instead of `path`
    StoredMask stored_mask;           // instead of `mask_path`
    Image image;                      // filled by LoadImage; its size alone while `pending`
    Pending pending;                  // what has yet to be done to make `image` or `planes`
    Image mask;                       // one channel, a class to a pixel, 255 = ignored; filled by LoadMask
    Planes planes;                    // filled by ToTensor

    [[nodiscard]] bool has_mask() const { return stored_mask || !mask_path.empty(); }
};

}  // namespace goetia
