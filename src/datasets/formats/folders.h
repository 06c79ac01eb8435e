// Pictures in folders, one folder for each class.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "datasets/formats/reader.h"

namespace goetia {

// What a list of folders says: the class folders (sorted, without doubles) of all of them.
std::vector<std::string> class_folders(const std::vector<std::filesystem::path>& folders);

struct FolderPlan {
    std::vector<std::filesystem::path> folders;        // of the split; those of several roots are taken together
    std::vector<std::filesystem::path> train_folders;  // where the classes are read when there is no classes file
    std::optional<std::filesystem::path> classes_file;
    std::optional<std::int64_t> num_classes;
    Split split = Split::kTrain;
};

// Lists pictures and classes. The test split may hold its pictures directly, without class folders or labels.
ReadSet list_folders(const FolderPlan& plan);

// Every file below `folder` that is wanted and not hidden (not of its folders unless `deep`), as a sorted list of names
// relative to `root`. Links to folders are followed; one that leads back to a folder that is listed already is told.
std::vector<std::string> files_below(const std::filesystem::path& root, const std::filesystem::path& folder, bool deep,
                                     bool (*wanted)(const std::filesystem::path&), std::vector<Finding>& findings);

// The pictures among them.
std::vector<std::string> pictures_below(const std::filesystem::path& root, const std::filesystem::path& folder,
                                        bool deep, std::vector<Finding>& findings);

}  // namespace goetia
