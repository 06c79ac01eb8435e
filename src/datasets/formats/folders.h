// Images in class folders, one folder per class.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "datasets/formats/reader.h"

namespace goetia {

// The names of the class folders in all of `folders`, sorted and distinct.
std::vector<std::string> class_folders(const std::vector<std::filesystem::path>& folders);

struct FolderPlan {
    std::vector<std::filesystem::path> folders;        // of the split, merged over several roots
    std::vector<std::filesystem::path> train_folders;  // source of the classes if there is not a classes file
    std::optional<std::filesystem::path> classes_file;
    std::optional<std::int64_t> num_classes;
    Split split = Split::kTrain;
};

// Lists images and classes. A test split may contain its images directly, without class folders or labels.
ReadSet list_folders(const FolderPlan& plan);

// Warns of meta/<split>.txt below `root` if it says something else than the class folders that `read` holds: other
// images, or other classes. `can_be_used`: the format has an ann_file.
void report_unused_list(const std::filesystem::path& root, Split split, bool can_be_used, ReadSet& read);

// All matching files in `folder` that are not hidden (including subfolders if `recursive`), as sorted paths relative to
// `root`. Links to folders are followed; a link back to a folder that is already listed is reported.
std::vector<std::string> files_below(const std::filesystem::path& root, const std::filesystem::path& folder,
                                     bool recursive, bool (*matches)(const std::filesystem::path&),
                                     std::vector<Finding>& findings);

// The images among them.
std::vector<std::string> images_below(const std::filesystem::path& root, const std::filesystem::path& folder,
                                      bool recursive, std::vector<Finding>& findings);

}  // namespace goetia
