// Data roots: files are relative to data_root, or to the first of several data_roots that contains them. Any folder is
// allowed, inside the project or outside.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "component/args.h"
#include "component/schema.h"
#include "datasets/formats/faults.h"

namespace goetia {

// The two parameters for the schema of a format; `holds` completes "The folder that contains ...".
ParamBuilder data_root_param(const std::string& holds);
ParamBuilder data_roots_param();

// data_roots, or data_root alone; empty if neither is given.
std::vector<std::filesystem::path> roots_of(const Args& args);

// Adds a fault at `path` for each root that is not a folder.
void check_roots(const std::vector<std::filesystem::path>& roots, const std::string& path, FaultList& faults);

// The first root that contains the file; the first of all if none does: whether a run may continue without it is
// decided by its policy for broken samples, and `goetia dataset validate` lists every one. A single root is not probed.
std::uint32_t first_root_with(const std::vector<std::filesystem::path>& roots, const std::string& name);

// A relative file is looked up below the roots first, then in the working directory.
std::filesystem::path locate(const std::filesystem::path& file, const std::vector<std::filesystem::path>& roots);

bool is_folder(const std::filesystem::path& path);
bool is_file(const std::filesystem::path& path);

}  // namespace goetia
