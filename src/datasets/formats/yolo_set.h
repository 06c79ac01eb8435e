// A YOLO set: which images a split has, and where their labels are.
#pragma once

#include "datasets/formats/reader.h"
#include "datasets/formats/split_paths.h"
#include "datasets/formats/yolo_file.h"

namespace goetia {

// The parsed data.yaml, and the base folders of relative paths.
struct YoloSetFile {
    std::string file;  // empty if the set has none
    YoloConfig config;
    bool readable = true;  // else its splits are unknown
    std::vector<std::filesystem::path> bases;
    std::vector<std::filesystem::path> roots;  // as configured; labels may be below another root than their image
};

// `data_yaml` if configured, else data.yaml or the only .yaml below a root.
YoloSetFile read_yolo_set_file(const std::optional<std::string>& data_yaml, const SplitPaths& paths,
                               std::vector<Finding>& findings);

// Adds the images of a split's folders and lists, without labels. kNotFound: the set has no such split.
Status list_yolo_images(const SplitPaths& paths, const YoloSetFile& set_file, ReadSet& read);

// The label file of an image, as an absolute path: the last "/images/" becomes "/labels/".
std::filesystem::path yolo_label_file(const std::filesystem::path& picture);

// The same; if it does not exist, the file below the first of the other roots that contains it.
std::filesystem::path find_yolo_labels(const std::filesystem::path& picture,
                                       const std::vector<std::filesystem::path>& roots);

}  // namespace goetia
