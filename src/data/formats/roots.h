// Where the files of a data set are: below data_root, or below the first of several data_roots that has them. Any
// folder will do, inside the project or outside.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "component/args.h"
#include "component/schema.h"
#include "data/formats/faults.h"

namespace goetia {

// The two parameters, for a format's schema; `holds` ends "The folder that holds ...".
ParamBuilder data_root_param(const std::string& holds);
ParamBuilder data_roots_param();

// data_roots, or data_root alone; none when neither is given.
std::vector<std::filesystem::path> roots_of(const Args& args);

// A fault for each root that is no folder, and one when there is none at all.
void check_roots(const std::vector<std::filesystem::path>& roots, const std::string& said, FaultList& faults);

// The first root that has `name`; nothing when none has. A name that begins at the file system's root is found
// anywhere.
std::optional<std::uint32_t> root_with(const std::vector<std::filesystem::path>& roots, const std::string& name);

// A relative file is looked for below the roots first, then from where the program runs.
std::filesystem::path locate(const std::filesystem::path& file, const std::vector<std::filesystem::path>& roots);

}  // namespace goetia
