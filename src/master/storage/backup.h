// A copy of all that a master has, in a folder, and a master's data made of it again.
//
//   FOLDER/backup.json    when, and which engine the records are of
//   FOLDER/goetia.db      the records (goetia.dump: of PostgreSQL)
//   FOLDER/SHA256SUMS     every file with its hash; 'sha256sum -c' checks it
//   FOLDER/...            the files of DATA, without what is made again (series/) or of this run only
//
// It is as secret as DATA: it holds the keys. Taken again into the same folder, objects that are there are not copied
// again.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/json_fwd.h"
#include "base/result.h"
#include "base/stop.h"

namespace goetia {

struct BackupOptions {
    std::filesystem::path data;    // of the master
    std::filesystem::path folder;  // of the backup
    std::string database;          // its URL; empty: SQLite in `data`
    StopToken stop = {};
    std::function<void(std::int64_t files)> on_progress = {};
};

struct BackupReport {
    std::int64_t files = 0, bytes = 0;  // all of the backup
    std::int64_t copied = 0;            // bytes that were written now
};

Json to_json(const BackupReport& report);

// A master may run on `data` meanwhile.
Result<BackupReport> take_backup(const BackupOptions& options);

// `data` must be empty or missing, and so must the database. A file whose hash is wrong ends it (kInvalid).
Result<BackupReport> restore_backup(const BackupOptions& options);

}  // namespace goetia
