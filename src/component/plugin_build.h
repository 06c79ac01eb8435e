// Compiles plug-ins for this build of Goetia: once, with the machine's compiler, into a cache keyed by everything that
// the result depends on.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace goetia {

// What the build stored next to the runtime, in share/goetia (written by cmake/GoetiaPlugin.cmake).
struct PluginBuild {
    std::string abi;                           // the tag that plug-ins and the runtime must share
    std::string compiler;                      // the one that compiled the runtime
    std::vector<std::string> flags;            // for compiling
    std::vector<std::string> link_flags;       // for the shared library
    std::filesystem::path precompiled_header;  // may be empty or missing: compiling then takes longer
};

// Reads `share`/plugin_build.json; relative names in it are relative to `share`.
Result<PluginBuild> read_plugin_build(const std::filesystem::path& share);

// Receives progress messages for the user.
using Say = std::function<void(const std::string& line)>;

// The compiled library of a source. One in the cache is returned at once; the cache keeps it until this process ends.
// When two processes ask at the same time, one compiles and the other waits; the one that compiled trims the cache. An
// Error contains the compiler's first faults and names the file with its complete output.
Result<std::filesystem::path> compile_plugin(const PluginBuild& build, const std::filesystem::path& source,
                                             const std::filesystem::path& cache, const Say& say);

}  // namespace goetia
