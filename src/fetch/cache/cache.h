// The fetched sets on this machine: one folder each below the cache's, with a manifest, never removed while in use.
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
struct CachePlace {
    std::filesystem::path cache;
    std::string name;

    [[nodiscard]] std::filesystem::path folder() const { return cache / name; }
    [[nodiscard]] std::filesystem::path data() const { return folder() / "data"; }
    [[nodiscard]] std::filesystem::path downloads() const { return folder() / "downloads"; }
    [[nodiscard]] std::filesystem::path manifest() const { return folder() / "manifest.json"; }
    [[nodiscard]] bool ready() const;  // a manifest is written last
};

// Held as long as a set is used (shared) or changed (alone); given back when its process ends, however it ends.
class CacheLock {
  public:
    enum class Kind { kShared, kAlone };
    // kWrongState when others hold it.
    static Result<CacheLock> take(const CachePlace& place, Kind kind);

  private:
    explicit CacheLock(FileDescriptor file) : file_(std::move(file)) {}
    FileDescriptor file_;
};

// For a reader of `path` below a cached set's data: a shared lock, and the set counts as used now. Nothing for any
// other path.
Result<std::optional<CacheLock>> use_cached(const std::filesystem::path& path);

// The same for every data_root and data_roots of a `dataset` section, however deep; relative ones count from
// `working_folder`.
Result<std::vector<CacheLock>> use_cached_roots(const Json& dataset, const std::filesystem::path& working_folder = {});

struct CachedSet {
    std::string name, title;
    std::filesystem::path folder;
    std::int64_t bytes = 0;      // as they lie on the disk
    std::int64_t downloads = 0;  // of them archives and what is half fetched
    double used = 0;             // seconds since 1970
    bool ready = false;          // else broken off
    bool in_use = false;
};

// By name. Folders that are none of ours are left out.
Result<std::vector<CachedSet>> list_cache(const std::filesystem::path& cache);

struct CleanWish {
    std::optional<double> older_seconds;     // not used for so long
    std::optional<std::int64_t> keep_bytes;  // what may stay, the latest used first
};

// Which ones go; those in use never do. Without a wish: all.
std::vector<CachedSet> choose_to_remove(std::vector<CachedSet> sets, const CleanWish& wish, double now);

// Frees the disk, or says that it is in use.
Status remove_cached(const std::filesystem::path& cache, const std::string& name);

std::int64_t bytes_on_disk(const std::filesystem::path& folder);       // what files and folders take there; links once
Result<std::int64_t> free_bytes(const std::filesystem::path& folder);  // for us, where it is or will be

}  // namespace goetia
