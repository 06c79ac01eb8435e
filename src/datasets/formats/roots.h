// Where the files of a data set are: below data_root, or below the first of several data_roots that has them. Any
// folder will do, inside the project or outside.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "component/args.h"
#include "component/schema.h"
#include "datasets/formats/faults.h"

namespace goetia {

// The two parameters, for a format's schema; `holds` ends "The folder that holds ...".
ParamBuilder data_root_param(const std::string& holds);
ParamBuilder data_roots_param();

// data_roots, or data_root alone; none when neither is given.
std::vector<std::filesystem::path> roots_of(const Args& args);

// A fault at `said` for each root that is no folder.
void check_roots(const std::vector<std::filesystem::path>& roots, const std::string& said, FaultList& faults);

// The first root that has the file; the first of all when none has: whether a run may go on without it is its policy
// for broken samples, and `goetia dataset validate` names every one. A single root is not asked.
std::uint32_t first_root_with(const std::vector<std::filesystem::path>& roots, const std::string& name);

// A relative file is looked for below the roots first, then from where the program runs.
std::filesystem::path locate(const std::filesystem::path& file, const std::vector<std::filesystem::path>& roots);

bool is_folder(const std::filesystem::path& path);
bool is_file(const std::filesystem::path& path);

}  // namespace goetia
