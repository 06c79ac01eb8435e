// A YOLO set as its own file and its folders say it: which pictures a split has, and where their labels are.
#pragma once

#include "datasets/formats/places.h"
#include "datasets/formats/reader.h"
#include "datasets/formats/yolo_file.h"

namespace goetia {

// The set's data.yaml as read, and the folders that relative places may start from.
struct YoloSetFile {
    std::string file;  // empty when the set has none
    YoloConfig config;
    bool readable = true;  // else nothing is known of its splits
    std::vector<std::filesystem::path> bases;
    std::vector<std::filesystem::path> roots;  // the document's; labels may lie below another than their picture
};

// `said`, else data.yaml or the only .yaml below a root.
YoloSetFile read_yolo_set_file(const std::optional<std::string>& said, const SplitPlaces& places,
                               std::vector<Finding>& findings);

// Adds the pictures of a split's folders and lists, without their labels. kNotFound: the set says no such split.
Status list_yolo_pictures(const SplitPlaces& places, const YoloSetFile& set_file, ReadSet& read);

// Where the labels of a picture are, as a whole path: the last "/images/" of the picture's becomes "/labels/".
std::filesystem::path yolo_label_file(const std::filesystem::path& picture);

// The same; if they are not there, below the first of the other roots that has them.
std::filesystem::path find_yolo_labels(const std::filesystem::path& picture,
                                       const std::vector<std::filesystem::path>& roots);

}  // namespace goetia
