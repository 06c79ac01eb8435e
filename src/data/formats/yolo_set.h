// A YOLO set as its own file and its folders say it: which pictures a split has, and where their labels are.
#pragma once

#include "data/formats/places.h"
#include "data/formats/reader.h"
#include "data/formats/yolo_file.h"

namespace goetia {

// The set's data.yaml as read, and the folders that relative places may start from.
struct YoloSetFile {
    std::string file;  // empty when the set has none
    YoloConfig config;
    std::vector<std::filesystem::path> bases;
};

// `said`, else data.yaml or the only .yaml below a root.
YoloSetFile read_yolo_set_file(const std::optional<std::string>& said, const SplitPlaces& places,
                               std::vector<Finding>& findings);

// Adds the pictures of a split's folders and lists, without their labels. kNotFound: the set says no such split.
Status list_yolo_pictures(const SplitPlaces& places, const YoloSetFile& set_file, ReadSet& read);

// Where the labels of a picture are: the last "/images/" of its path becomes "/labels/".
std::filesystem::path yolo_label_file(const std::filesystem::path& picture);

}  // namespace goetia
