// Images without annotations, as a data set: what `goetia predict` looks at.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace goetia {

class Dataset;

// The images at these paths: files as they are named, folders searched through, in the order of their names. An Error
// names what is not there, and a folder without any image.
Result<std::vector<std::filesystem::path>> find_images(const std::vector<std::filesystem::path>& paths);

std::shared_ptr<const Dataset> image_list(std::vector<std::filesystem::path> files, std::vector<std::string> classes);

}  // namespace goetia
