// The compiled plug-ins a machine keeps: bounded by size and by age, the least recently used going first, and never one
// that a living process uses or compiles.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/files.h"
#include "base/result.h"

namespace goetia {

// $GOETIA_CACHE/plugins, else $XDG_CACHE_HOME/goetia/plugins, else ~/.cache/goetia/plugins.
Result<std::filesystem::path> plugin_cache();

struct PluginCacheBounds {
    std::int64_t bytes = std::int64_t{1} << 30;
    double age_seconds = 90 * 86400.0;  // since it was last used
};

// The bounds, or what GOETIA_PLUGIN_CACHE_MEGABYTES and GOETIA_PLUGIN_CACHE_DAYS say instead.
Result<PluginCacheBounds> plugin_cache_bounds();

// A library with what was written beside it (lock, the compiler's words), or what a failed compilation left.
struct CachedPlugin {
    std::string stem;  // "my_model-0f3a...": its files are <stem>.so, <stem>.log, ...
    std::int64_t bytes = 0;
    double used = 0;      // seconds since 1970
    bool in_use = false;  // by a living process, or being compiled
};

// By name. Files that are none of ours are left out, and are never removed.
Result<std::vector<CachedPlugin>> list_plugin_cache(const std::filesystem::path& cache);

// Which ones go, so that the rest keeps the bounds. What is in use counts, and stays.
std::vector<CachedPlugin> plugins_to_remove(std::vector<CachedPlugin> plugins, const PluginCacheBounds& bounds,
                                            double now);

// Removes those that go and returns what was removed; one that came into use meanwhile stays.
Result<std::vector<CachedPlugin>> trim_plugin_cache(const std::filesystem::path& cache, const PluginCacheBounds& bounds,
                                                    WallTime now);

// Marks a kept library as used now and by this process, until the process ends. False where there is none.
bool use_cached_plugin(const std::filesystem::path& library);

// For whoever compiles or removes: one process at a time works on a stem. `lock_plugin` waits, after `on_wait` was
// called once; `try_lock_plugin` gives an invalid descriptor where another process holds it.
Result<FileDescriptor> lock_plugin(const std::filesystem::path& lock_file, const std::function<void()>& on_wait);
Result<FileDescriptor> try_lock_plugin(const std::filesystem::path& lock_file);

}  // namespace goetia
