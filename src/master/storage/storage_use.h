// What the data of a master take of its disk.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/json_fwd.h"
#include "master/store/sql.h"

namespace goetia {

struct StorageUse {
    std::int64_t disk_bytes = 0, disk_free = 0;
    // database, experiments, objects, series, uploads, superseded. What has several names counts once, as an object.
    std::map<std::string, std::int64_t> kinds;
};

Result<StorageUse> storage_use(const std::filesystem::path& data, SqlConnection& database);
Json to_json(const StorageUse& use);

}  // namespace goetia
