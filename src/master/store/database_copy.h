// A consistent copy of the records as one file, also while a master writes, and back.
#pragma once

#include <filesystem>
#include <string>

#include "master/store/sql.h"

namespace goetia {

// What the file of a copy is called: SQLite's is a database itself, PostgreSQL's an archive of pg_dump.
std::string_view database_copy_name(SqlEngine engine);
Result<SqlEngine> engine_of(const std::string& url);

Status save_database(const std::string& url, const std::filesystem::path& file);
// kWrongState when the database holds something already.
Status load_database(const std::filesystem::path& file, const std::string& url);

}  // namespace goetia
