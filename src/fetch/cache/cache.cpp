#include "fetch/cache/cache.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <functional>
#include <set>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <thread>

#include "base/json.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr const char* kLocks = ".locks";

std::string from_environment(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

double seconds_of(const timespec& time) { return static_cast<double>(time.tv_sec) + 1e-9 * time.tv_nsec; }

double changed(const fs::path& path) {
    struct stat info{};
    return ::stat(path.c_str(), &info) == 0 ? seconds_of(info.st_mtim) : 0;
}

// A set's folder holds at least one part of a cached set, and nothing else.
bool is_ours(const fs::path& folder) {
    std::error_code code;
    bool any = false;
    for (const auto& item : fs::directory_iterator(folder, code)) {
        const std::string name = item.path().filename().native();
        if (!name.starts_with("manifest.json") && name != "data" && !name.starts_with("data.part") &&
            name != "downloads")
            return false;
        any = true;
    }
    return any && !code;
}

}  // namespace

fs::path default_cache() {
    if (const std::string named = from_environment("GOETIA_DATA_CACHE"); !named.empty()) return named;
    if (const std::string base = from_environment("XDG_CACHE_HOME"); base.starts_with('/'))
        return fs::path(base) / "goetia/data-sets";
    const std::string home = from_environment("HOME");
    return fs::path(home.empty() ? "." : home) / ".cache/goetia/data-sets";
}

bool CacheEntry::ready() const {
    std::error_code code;
    return fs::exists(manifest(), code) && fs::is_directory(data(), code);
}

Result<CacheLock> CacheLock::take(const CacheEntry& entry, Kind kind) {
    GOETIA_TRY(make_folders(entry.cache / kLocks));
    const fs::path path = entry.cache / kLocks / (entry.name + ".lock");
    FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
    if (!file.valid()) return os_error("write", path.native(), errno);
    // A process that only tests whether a set is in use holds the lock for a moment, which a reader waits out.
    const auto locked = [&] { return ::flock(file.get(), (kind == Kind::kShared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0; };
    bool taken = locked();
    for (int i = 0; !taken && kind == Kind::kShared && i < 20; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(25));
        taken = locked();
    }
    if (!taken)
        return make_error(Code::kWrongState,
                          "data set '{}' in '{}' is in use by another process; try again when it has "
                          "ended",
                          entry.name, entry.cache.native());
    return CacheLock(std::move(file));
}

Result<std::optional<CacheLock>> use_cached(const fs::path& path) {
    std::error_code code;
    fs::path at = fs::weakly_canonical(path, code);
    for (; at.has_relative_path(); at = at.parent_path()) {
        if (at.filename() != "data" || !fs::exists(at.parent_path() / "manifest.json", code)) continue;
        const CacheEntry entry{at.parent_path().parent_path(), at.parent_path().filename()};
        if (!fs::is_directory(entry.cache / kLocks, code)) continue;
        auto lock = CacheLock::take(entry, CacheLock::Kind::kShared);
        // Another user's cache may be read-only: then it is used without a lock.
        if (!lock && lock.error().code == Code::kDenied) return std::optional<CacheLock>();
        if (!lock) return std::move(lock).error();
        ::utimensat(AT_FDCWD, entry.manifest().c_str(), nullptr, 0);
        return std::optional(*std::move(lock));
    }
    return std::optional<CacheLock>();
}

Result<std::vector<CacheLock>> use_cached_roots(const Json& dataset, const fs::path& working_folder) {
    std::vector<std::string> roots;
    const std::function<void(const Json&, bool)> gather = [&](const Json& json, bool root) {
        if (json.is_string() && root) roots.push_back(json.get<std::string>());
        if (json.is_array()) {
            for (const Json& one : json) gather(one, root);
        } else if (json.is_object()) {
            for (const auto& [key, value] : json.items()) gather(value, key == "data_root" || key == "data_roots");
        }
    };
    gather(dataset, false);
    std::vector<CacheLock> locks;
    for (const std::string& root : roots) {
        GOETIA_ASSIGN(std::optional<CacheLock> lock, use_cached(working_folder / root));
        if (lock) locks.push_back(*std::move(lock));
    }
    return locks;
}

Result<std::vector<CachedSet>> list_cache(const fs::path& cache) {
    std::vector<CachedSet> sets;
    std::error_code code;
    if (!fs::exists(cache, code)) return sets;
    for (const auto& item : fs::directory_iterator(cache, code)) {
        if (!item.is_directory() || item.path().filename() == kLocks || !is_ours(item.path())) continue;
        const CacheEntry entry{cache, item.path().filename()};
        CachedSet set{.name = entry.name, .title = entry.name, .folder = entry.folder()};
        const auto text = read_file(entry.manifest());
        const Json manifest = text ? Json::parse(*text, nullptr, false) : Json();
        if (manifest.is_object() && manifest.contains("title") && manifest["title"].is_string())
            set.title = manifest["title"].get<std::string>();
        set.ready = entry.ready();
        set.used =
            set.ready ? changed(entry.manifest()) : std::max(changed(entry.folder()), changed(entry.downloads()));
        set.bytes = bytes_on_disk(entry.folder());
        set.downloads = bytes_on_disk(entry.downloads());
        set.in_use = !CacheLock::take(entry, CacheLock::Kind::kAlone);
        sets.push_back(std::move(set));
    }
    if (code) return os_error("read folder", cache.native(), code.value());
    std::sort(sets.begin(), sets.end(), [](const CachedSet& a, const CachedSet& b) { return a.name < b.name; });
    return sets;
}

std::vector<CachedSet> choose_to_remove(std::vector<CachedSet> sets, const CleanOptions& options, double now) {
    std::sort(sets.begin(), sets.end(), [](const CachedSet& a, const CachedSet& b) { return a.used > b.used; });
    std::int64_t kept = 0;
    for (const CachedSet& set : sets) kept += set.in_use ? set.bytes : 0;
    std::vector<CachedSet> chosen;
    for (const CachedSet& set : sets) {
        if (set.in_use) continue;
        const bool old = options.older_seconds && now - set.used > *options.older_seconds;
        const bool much = options.keep_bytes && kept + set.bytes > *options.keep_bytes;
        if (old || much || (!options.older_seconds && !options.keep_bytes)) chosen.push_back(set);
        else kept += set.bytes;
    }
    return chosen;
}

// The manifest first, so that an interrupted removal leaves no set that looks complete.
Status remove_cached(const fs::path& cache, const std::string& name) {
    const CacheEntry entry{cache, name};
    GOETIA_ASSIGN(const CacheLock lock, CacheLock::take(entry, CacheLock::Kind::kAlone));
    std::error_code code;
    fs::remove(entry.manifest(), code);
    fs::remove_all(entry.folder(), code);
    if (code) return os_error("remove", entry.folder().native(), code.value());
    return {};
}

std::int64_t bytes_on_disk(const fs::path& folder) {
    std::int64_t sum = 0;
    std::set<std::pair<dev_t, ino_t>> seen;
    const auto add = [&](const fs::path& path) {
        struct stat info{};
        if (::lstat(path.c_str(), &info) != 0) return;
        if (info.st_nlink > 1 && !S_ISDIR(info.st_mode) && !seen.emplace(info.st_dev, info.st_ino).second) return;
        sum += static_cast<std::int64_t>(info.st_blocks) * 512;
    };
    std::error_code code;
    if (!fs::exists(folder, code)) return 0;
    add(folder);
    for (const auto& item : fs::recursive_directory_iterator(folder, code)) add(item.path());
    return sum;
}

Result<std::int64_t> free_bytes(const fs::path& folder) {
    std::error_code code;
    fs::path at = fs::absolute(folder, code);
    while (!fs::exists(at, code) && at.has_relative_path()) at = at.parent_path();
    struct statvfs info{};
    if (::statvfs(at.c_str(), &info) != 0) return os_error("look at the disk of", at.native(), errno);
    return static_cast<std::int64_t>(info.f_bavail) * static_cast<std::int64_t>(info.f_frsize);
}

}  // namespace goetia
