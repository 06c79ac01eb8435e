// The files of a YOLO set: data.yaml, and the labels of one image.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/dataset.h"
#include "datasets/validation/finding.h"
#include "imaging/annotation.h"

namespace goetia {

struct YoloKeyPoints {
    int count = 0, numbers = 0;  // values per point: x, y and, with 3, visibility
};

struct YoloConfig {
    std::string path;                                 // of the set; empty if missing
    std::map<Split, std::vector<std::string>> paths;  // image folders or lists
    std::vector<std::string> classes;
    YoloKeyPoints key_points;
    std::vector<Finding> findings;
};

// Nothing in it is ever executed: a 'download' entry is only reported.
YoloConfig parse_data_yaml(std::string_view text, const std::string& name);

struct YoloImage {
    int width = 0, height = 0;
    YoloKeyPoints key_points;
};

struct YoloLabels {
    std::vector<Instance> objects;
    bool outlines = false;
    std::vector<Finding> findings;
};

// 'class cx cy width height', 'class x1 y1 x2 y2 x3 y3 ...' or a box with key points, as fractions of the image size.
YoloLabels parse_yolo_labels(std::string_view text, const std::string& name, const YoloImage& picture);

}  // namespace goetia
