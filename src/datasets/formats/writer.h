// Writing a data set in one of the formats.
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

enum class Placing { kCopy, kLink, kNone };  // of the pictures: copied, hard-linked (else copied), left where they are

struct WritePlan {
    std::filesystem::path folder;  // must be empty or not there
    Split split = Split::kTrain;   // a set is written one split at a time into the same folder
    Placing placing = Placing::kCopy;
    std::function<void(std::int64_t done, std::int64_t all)> told;  // hears how many pictures are placed
    StopToken stop;                                                 // asked before each picture
};

// What the format cannot say, told once each with its count: "difficult marks" -> 12.
using Lost = std::map<std::string, std::int64_t>;

using SetWriter = std::function<Result<Lost>(const AnnotatedSet&, const WritePlan&)>;

// The formats that can be written, by the same names as they are read.
const std::map<std::string, SetWriter>& builtin_writers();

}  // namespace goetia
