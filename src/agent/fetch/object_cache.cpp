#include "agent/fetch/object_cache.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <vector>

#include "base/files.h"
#include "experiment/folder.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

struct CachedObject {
    fs::path path;
    std::string sha256;  // the name without ".part" and the like
    fs::file_time_type used;
    std::int64_t bytes = 0;
};

std::vector<CachedObject> cached_in(const fs::path& folder) {
    std::vector<CachedObject> found;
    std::error_code code;
    for (const char* kind : {"files", "unpacked"}) {
        for (fs::directory_iterator entry(folder / kind, code), end; !code && entry != end; entry.increment(code)) {
            std::error_code gone;
            const std::string name = entry->path().filename();
            const std::int64_t bytes = entry->is_directory(gone)
                                           ? static_cast<std::int64_t>(folder_bytes(entry->path()))
                                           : static_cast<std::int64_t>(entry->file_size(gone));
            const auto used = fs::last_write_time(entry->path(), gone);
            if (!gone) found.push_back({entry->path(), name.substr(0, name.find('.')), used, bytes});
        }
    }
    return found;
}

std::int64_t sum_of(const std::vector<CachedObject>& objects) {
    std::int64_t sum = 0;
    for (const CachedObject& one : objects) sum += one.bytes;
    return sum;
}

}  // namespace

Result<ObjectCache> ObjectCache::open(const fs::path& folder, std::int64_t quota) {
    for (const char* kind : {"files", "unpacked"}) GOETIA_TRY(make_folders(folder / kind));
    // What is being fetched is for nobody else; what is unpacked is read by the ranks, whoever they run as.
    if (::chmod((folder / "files").c_str(), 0700) != 0) return os_error("set the mode of", folder.native(), errno);
    return ObjectCache(folder, quota);
}

bool ObjectCache::has_file(const std::string& sha256) const {
    std::error_code code;
    return fs::is_regular_file(file(sha256), code);
}

bool ObjectCache::has_unpacked(const std::string& sha256) const {
    std::error_code code;
    return fs::is_directory(unpacked(sha256), code);
}

Status ObjectCache::unpack(const std::string& sha256, const PackageLimits& limits) {
    if (has_unpacked(sha256)) return {};
    const FileDescriptor archive(::open(file(sha256).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!archive.valid()) return os_error("open", file(sha256).native(), errno);
    const auto done = unpack_package(archive.get(), sha256, unpacked(sha256), limits);
    std::error_code code;
    fs::remove(file(sha256), code);
    return done ? Status() : Status(done.error());
}

void ObjectCache::touch(const std::string& sha256) const {
    for (const fs::path& path : {file(sha256), unpacked(sha256)}) ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0);
}

std::int64_t ObjectCache::bytes() const { return sum_of(cached_in(folder_)); }

Status ObjectCache::make_room(std::int64_t more, const std::set<std::string>& used) {
    std::vector<CachedObject> objects = cached_in(folder_);
    std::int64_t bytes = sum_of(objects);
    std::sort(objects.begin(), objects.end(),
              [](const CachedObject& a, const CachedObject& b) { return a.used < b.used; });
    for (const CachedObject& one : objects) {
        if (bytes + more <= quota_) return {};
        if (used.contains(one.sha256)) continue;
        std::error_code code;
        fs::remove_all(one.path, code);
        if (code) return os_error("remove", one.path.native(), code.value());
        bytes -= one.bytes;
    }
    if (bytes + more <= quota_) return {};
    return make_error(Code::kUnavailable,
                      "{} bytes do not fit in the cache '{}': {} of its {} bytes are in use; raise its quota or wait "
                      "until attempts have ended",
                      more, folder_.native(), bytes, quota_);
}

}  // namespace goetia
