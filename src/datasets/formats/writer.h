// Writer of a data set in one of the formats.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/stop.h"
#include "datasets/annotated_set.h"
#include "datasets/dataset.h"

namespace goetia {

enum class FileTransfer {
    kCopy,
    kLink,
    kNone
};  // how image files get there: copied, hard-linked (else copied), left where they are

struct WritePlan {
    std::filesystem::path folder;  // must be empty or missing
    Split split = Split::kTrain;   // a set is written one split at a time into the same folder
    FileTransfer transfer = FileTransfer::kCopy;
    std::function<void(std::int64_t done, std::int64_t all)>
        on_progress;  // called with the number of images transferred
    StopToken stop;   // checked before each image
};

// What the format cannot store, with counts: "difficult marks" -> 12.
using LostCounts = std::map<std::string, std::int64_t>;

using SetWriter = std::function<Result<LostCounts>(const AnnotatedSet&, const WritePlan&)>;

// The formats that can be written, by the names they are read with.
const std::map<std::string, SetWriter>& builtin_writers();

// The `dataset` section that reads a written set again, relative to its folder; `set` is one of the written `splits`.
Json written_section(const std::string& format, const AnnotatedSet& set, const std::vector<Split>& splits);

}  // namespace goetia
