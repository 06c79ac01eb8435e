// --format auto: the data set in a folder, as its dataset.yaml says or as its layout shows.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "imaging/task.h"

namespace goetia {

// dataset.yaml: what a folder of data is, kept in it by the commands that make it. It holds a `dataset` section as an
// experiment file has it, with paths relative to the folder, and the task.
inline constexpr const char* kDatasetFile = "dataset.yaml";

struct DatasetFile {
    Json section;  // with data_root, and usable from anywhere
    std::optional<Task> task;
};

// Nothing if the folder has no such file, or one of another program (without a section 'dataset').
Result<std::optional<DatasetFile>> read_dataset_file(const std::filesystem::path& folder);

// `section` has no data_root unless the data are elsewhere.
Status write_dataset_file(const std::filesystem::path& folder, const Json& section, std::optional<Task> task);

struct FoundSet {
    Json section;              // the `dataset` section with data_root, or data_roots for several
    std::optional<Task> task;  // as dataset.yaml says
    std::string sentence;      // "'data' is COCO: 'annotations/instances_train.json', ..."
};

// Several roots are one set: those that show a format must show the same one.
Result<FoundSet> find_set(const std::vector<std::string>& roots);

}  // namespace goetia
