// How plug-ins are compiled for this build of Goetia: once, with the machine's compiler, into a cache that is keyed by
// everything the result depends on.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace goetia {

// What the build left beside the runtime in share/goetia (cmake/GoetiaPlugin.cmake writes it).
struct PluginBuild {
    std::string abi;                           // the tag plug-ins and runtime must share
    std::string compiler;                      // the one that built the runtime
    std::vector<std::string> flags;            // for compiling
    std::vector<std::string> link_flags;       // for the shared library
    std::filesystem::path precompiled_header;  // empty, or gone: then compiling takes longer
};

// Reads `share`/plugin_build.json; names in it that are relative are relative to `share`.
Result<PluginBuild> read_plugin_build(const std::filesystem::path& share);

// Sentences for the person who waits.
using Say = std::function<void(const std::string& line)>;

// The compiled library of a source: at once when the cache has it; it stays there until this process ends. Two
// processes that ask at the same time compile once, and whoever compiled trims the cache. An Error holds the compiler's
// first faults and names the file with all of its words.
Result<std::filesystem::path> compile_plugin(const PluginBuild& build, const std::filesystem::path& source,
                                             const std::filesystem::path& cache, const Say& say);

}  // namespace goetia
