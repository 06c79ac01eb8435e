// Templates for plug-ins: share/goetia/scaffold contains one compiling source and one configuration for each kind.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace goetia::cli {

// "MyRGBModel" -> "my_rgb_model"
std::string snake_case(const std::string& name);

// A class name: a capital, then letters and digits.
Status check_class_name(const std::string& name);

// Writes NAME_IN_SNAKE_CASE.cpp and .yaml for a kind into `output`, and returns both. Existing files are not
// overwritten.
Result<std::vector<std::filesystem::path>> write_scaffold(const std::filesystem::path& scaffolds,
                                                          const std::string& kind, const std::string& name,
                                                          const std::filesystem::path& output);

}  // namespace goetia::cli
