#include "master/storage/storage_use.h"

#include <cerrno>

#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/json.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

enum class Shared { kCount, kLeaveOut };  // files with several names

std::int64_t bytes_of(const fs::path& path, Shared shared) {
    struct stat info{};
    if (::lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return 0;
    if (shared == Shared::kLeaveOut && info.st_nlink > 1) return 0;
    return static_cast<std::int64_t>(info.st_blocks) * 512;
}

std::int64_t bytes_in_folder(const fs::path& folder, Shared shared, const fs::path& without = {}) {
    std::int64_t bytes = 0;
    std::error_code code;
    for (fs::recursive_directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code)) {
        if (entry->path() == without) entry.disable_recursion_pending();
        else bytes += bytes_of(entry->path(), shared);
    }
    return bytes;
}

Result<std::int64_t> database_bytes(const fs::path& data, SqlConnection& database) {
    std::int64_t bytes = 0;
    if (database.engine() == SqlEngine::kPostgres) {
        GOETIA_TRY(database.query("SELECT pg_database_size(current_database())", {},
                                  [&](const SqlRow& row) { bytes = row.integer(0); }));
        return bytes;
    }
    for (const char* name : {"goetia.db", "goetia.db-wal", "goetia.db-shm"})
        bytes += bytes_of(data / name, Shared::kCount);
    return bytes;
}

}  // namespace

Result<StorageUse> storage_use(const fs::path& data, SqlConnection& database) {
    struct statvfs info{};
    if (::statvfs(data.c_str(), &info) != 0) return os_error("look at", data.native(), errno);
    const auto block = static_cast<std::int64_t>(info.f_frsize);
    StorageUse use{.disk_bytes = static_cast<std::int64_t>(info.f_blocks) * block,
                   .disk_free = static_cast<std::int64_t>(info.f_bavail) * block,
                   .kinds = {}};
    GOETIA_ASSIGN(use.kinds["database"], database_bytes(data, database));
    const fs::path uploads = data / "objects" / "parts";
    use.kinds["experiments"] = bytes_in_folder(data / "experiments", Shared::kLeaveOut);
    use.kinds["objects"] = bytes_in_folder(data / "objects", Shared::kCount, uploads);
    use.kinds["series"] = bytes_in_folder(data / "series", Shared::kCount);
    use.kinds["uploads"] = bytes_in_folder(uploads, Shared::kCount);
    use.kinds["superseded"] = bytes_in_folder(data / "orphans", Shared::kLeaveOut);
    return use;
}

Json to_json(const StorageUse& use) {
    std::int64_t all = 0;
    for (const auto& [kind, bytes] : use.kinds) all += bytes;
    return {{"disk", {{"bytes", use.disk_bytes}, {"free", use.disk_free}}}, {"kinds", use.kinds}, {"bytes", all}};
}

}  // namespace goetia
