// The cache of downloaded data sets: one folder each, with a manifest; never removed while in use.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/files.h"
#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

// GOETIA_DATA_CACHE, else $XDG_CACHE_HOME/goetia/data-sets, else ~/.cache/goetia/data-sets.
std::filesystem::path default_cache();

// <cache>/<name>/{manifest.json, data/, downloads/}
struct CacheEntry {
    std::filesystem::path cache;
    std::string name;

    [[nodiscard]] std::filesystem::path folder() const { return cache / name; }
    [[nodiscard]] std::filesystem::path data() const { return folder() / "data"; }
    [[nodiscard]] std::filesystem::path downloads() const { return folder() / "downloads"; }
    [[nodiscard]] std::filesystem::path manifest() const { return folder() / "manifest.json"; }
    [[nodiscard]] bool ready() const;  // the manifest is written last
};

// A lock held while a set is used (shared) or changed (alone). The system releases it when the process ends.
class CacheLock {
  public:
    enum class Kind { kShared, kAlone };
    // kWrongState when another process holds it.
    static Result<CacheLock> take(const CacheEntry& entry, Kind kind);

  private:
    explicit CacheLock(FileDescriptor file) : file_(std::move(file)) {}
    FileDescriptor file_;
};

// For a reader of `path`: inside a cached set's data, takes a shared lock and marks the set as used now. Empty for any
// other path.
Result<std::optional<CacheLock>> use_cached(const std::filesystem::path& path);

// The same for every data_root and data_roots of a `dataset` section, at any depth; relative paths are resolved against
// `working_folder`.
Result<std::vector<CacheLock>> use_cached_roots(const Json& dataset, const std::filesystem::path& working_folder = {});

struct CachedSet {
    std::string name, title;
    std::filesystem::path folder;
    std::int64_t bytes = 0;      // on the disk
    std::int64_t downloads = 0;  // of these, archives and partial downloads
    double used = 0;             // seconds since 1970
    bool ready = false;          // false: its set-up was interrupted
    bool in_use = false;
};

// Sorted by name. Folders that the cache did not create are skipped.
Result<std::vector<CachedSet>> list_cache(const std::filesystem::path& cache);

struct CleanOptions {
    std::optional<double> older_seconds;     // remove what was not used for so long
    std::optional<std::int64_t> keep_bytes;  // keep so much, the most recently used sets first
};

// The sets to remove, never those in use. Without options: all.
std::vector<CachedSet> choose_to_remove(std::vector<CachedSet> sets, const CleanOptions& options, double now);

// Removes a set; refused while it is in use.
Status remove_cached(const std::filesystem::path& cache, const std::string& name);

std::int64_t bytes_on_disk(const std::filesystem::path& folder);  // by allocated blocks; hard links count once
Result<std::int64_t> free_bytes(
    const std::filesystem::path& folder);  // available to this user; the folder need not exist yet

}  // namespace goetia
