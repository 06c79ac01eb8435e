// The cache of compiled plug-ins: limited in size and age, the least recently used is removed first, and never one that
// a live process uses or compiles.
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

// The defaults, or GOETIA_PLUGIN_CACHE_MEGABYTES and GOETIA_PLUGIN_CACHE_DAYS where these are set.
Result<PluginCacheBounds> plugin_cache_bounds();

// A library with its lock and the compiler's output, or what a failed compilation left.
struct CachedPlugin {
    std::string stem;  // "my_model-0f3a...": its files are <stem>.so, <stem>.log, ...
    std::int64_t bytes = 0;
    double used = 0;      // seconds since 1970
    bool in_use = false;  // used or being compiled by a live process
};

// Sorted by name. Files that the cache did not create are skipped, and are never removed.
Result<std::vector<CachedPlugin>> list_plugin_cache(const std::filesystem::path& cache);

// Selects those to remove so that the rest stays within the bounds. Those in use count, and are kept.
std::vector<CachedPlugin> plugins_to_remove(std::vector<CachedPlugin> plugins, const PluginCacheBounds& bounds,
                                            double now);

// Removes them and returns those that were removed; one that came into use meanwhile is kept.
Result<std::vector<CachedPlugin>> trim_plugin_cache(const std::filesystem::path& cache, const PluginCacheBounds& bounds,
                                                    WallTime now);

// Marks a cached library as used now and, until this process ends, as in use. False if it is not there.
bool use_cached_plugin(const std::filesystem::path& library);

// Locks for compiling and removing: one process at a time works on a stem. `lock_plugin` waits, after one call of
// `on_wait`; `try_lock_plugin` returns an invalid descriptor if another process holds the lock.
Result<FileDescriptor> lock_plugin(const std::filesystem::path& lock_file, const std::function<void()>& on_wait);
Result<FileDescriptor> try_lock_plugin(const std::filesystem::path& lock_file);

}  // namespace goetia
