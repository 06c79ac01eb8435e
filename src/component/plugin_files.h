// Which files a run's `components:` list means, what belongs to each of them, and how an experiment keeps its own copy.
//
// A plug-in is one C++ source with the headers it includes by `#include "..."` from its own folder or below, or a
// library already built. Names are relative to the configuration that says them; the configuration kept in an
// experiment folder names the copies in that folder, so the same rule reads both.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

bool is_plugin_library(const std::filesystem::path& file);  // ".so": built elsewhere

// The list at the document's "components"; empty when it says nothing.
Result<std::vector<std::string>> named_plugins(const Json& document);

// Absolute paths of the files named, a folder standing for the sources in it (by name, not deeper); a file named twice
// comes once. Every fault at once, its path "components[i]".
Result<std::vector<std::filesystem::path>> find_plugins(const std::vector<std::string>& named,
                                                        const std::filesystem::path& base);

// The source and the headers it includes from its folder, directly or through each other; the source first. A header
// that lies outside the folder is refused, since a copy of the folder would lack it.
Result<std::vector<std::filesystem::path>> plugin_parts(const std::filesystem::path& source);

// Copies every plug-in and its headers into `experiment`/components, records their SHA-256 in components/manifest.json,
// and returns the list for the kept configuration: "components/my_model.cpp". Nothing is made when `files` is empty.
Result<std::vector<std::string>> keep_plugins(const std::vector<std::filesystem::path>& files,
                                              const std::filesystem::path& experiment);

}  // namespace goetia
