// The plug-ins of a run: which files its `components:` list names, what belongs to each, and the copies that an
// experiment keeps.
//
// A plug-in is one C++ source together with the headers that it includes by `#include "..."` from its own folder or
// below, or a compiled library. Names are relative to the configuration that contains them; the configuration stored in
// an experiment folder names the copies in that folder, so the same rule reads both.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

bool is_plugin_library(const std::filesystem::path& file);  // ".so": compiled elsewhere

// The list at the document's "components"; empty if there is none.
Result<std::vector<std::string>> named_plugins(const Json& document);

// The absolute paths of the named files. A folder stands for the sources directly in it, sorted by name; a file named
// twice appears once. Reports every fault at once, with the path "components[i]".
Result<std::vector<std::filesystem::path>> find_plugins(const std::vector<std::string>& named,
                                                        const std::filesystem::path& base);

// The source, followed by the headers that it includes from its folder, directly or indirectly. A header outside the
// folder is refused, since a copy of the folder would not contain it.
Result<std::vector<std::filesystem::path>> plugin_sources(const std::filesystem::path& source);

// Copies every plug-in with its headers into `experiment`/components, records their SHA-256 in components/manifest.json
// and returns the list for the stored configuration: "components/my_model.cpp". Creates nothing when `files` is empty.
Result<std::vector<std::string>> copy_plugins(const std::vector<std::filesystem::path>& files,
                                              const std::filesystem::path& experiment);

}  // namespace goetia
