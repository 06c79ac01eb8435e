// One picture on its way from a file to the model.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "data/annotation.h"

namespace goetia {

// Bytes, row by row, channels interleaved (RGB).
struct Image {
    int width = 0;
    int height = 0;
    int channels = 3;
    std::vector<std::uint8_t> pixels;
};

// Numbers, channel by channel: what the model takes.
struct Planes {
    int channels = 0;
    int height = 0;
    int width = 0;
    std::vector<float> values;
};

struct Sample {
    std::int64_t index = 0;  // its place in the data set: part of the key of every random draw
    std::string name;        // what messages call it
    std::filesystem::path path;
    std::int64_t label = -1;          // class number; -1 without annotation
    std::string subject;              // who or what it belongs to; empty when unknown
    std::vector<Instance> instances;  // detection and instance segmentation
    std::vector<double> values;       // regression: one for each target
    std::filesystem::path mask_path;  // semantic segmentation: where `mask` is read from; empty when there is none
    Image image;                      // filled by LoadImage
    Image mask;                       // one channel, a class to a pixel, 255 = ignored; filled by LoadMask
    Planes planes;                    // filled by ToTensor
};

}  // namespace goetia
