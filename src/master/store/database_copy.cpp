#include "master/store/database_copy.h"

#include <cstdio>

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/files.h"
#include "base/process.h"
#include "net/http.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSqliteScheme = "sqlite://";

struct SqliteHandleCloser {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
using SqliteHandle = std::unique_ptr<sqlite3, SqliteHandleCloser>;

Result<SqliteHandle> open_handle(const fs::path& file, int flags) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &opened, flags, nullptr);
    SqliteHandle handle(opened);
    if (code == SQLITE_OK) return handle;
    return make_error((code & 0xff) == SQLITE_CANTOPEN ? Code::kNotFound : Code::kFailed,
                      "cannot open the database '{}': {}", file.native(), sqlite3_errstr(code));
}

// All pages in one step: one snapshot, which holds up nobody who writes.
Status copy_pages(sqlite3* from, sqlite3* to, const fs::path& named) {
    sqlite3_busy_timeout(from, 10'000);
    sqlite3_backup* copy = sqlite3_backup_init(to, "main", from, "main");
    if (copy == nullptr) return failed("cannot copy the database '{}': {}", named.native(), sqlite3_errmsg(to));
    const int step = sqlite3_backup_step(copy, -1);
    const int code = sqlite3_backup_finish(copy);
    if (step == SQLITE_DONE && code == SQLITE_OK) return {};
    return make_error((code & 0xff) == SQLITE_FULL ? Code::kUnavailable : Code::kFailed,
                      "cannot copy the database '{}': {}", named.native(),
                      sqlite3_errstr(code == SQLITE_OK ? step : code));
}

// A file of its own, without a log beside it, that SQLite finds in order.
Status settle_copy(sqlite3* database, const fs::path& named) {
    std::string found;
    const auto take = [](void* text, int, char** values, char**) {
        *static_cast<std::string*>(text) = values[0];
        return 0;
    };
    if (sqlite3_exec(database, "PRAGMA journal_mode = DELETE", nullptr, nullptr, nullptr) != SQLITE_OK ||
        sqlite3_exec(database, "PRAGMA quick_check(1)", take, &found, nullptr) != SQLITE_OK || found != "ok")
        return invalid("the copy '{}' of the database is damaged: {}", named.native(),
                       found.empty() ? sqlite3_errmsg(database) : found);
    return {};
}

Status sync_copy(const fs::path& file) {
    const FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened.valid() || ::fsync(opened.get()) != 0) return os_error("sync", file.native(), errno);
    return sync_folder(file.parent_path());
}

Status copy_sqlite(const fs::path& from, const fs::path& to) {
    const fs::path part = to.native() + ".part";
    std::error_code code;
    fs::remove(part, code);
    {
        GOETIA_ASSIGN(const SqliteHandle source, open_handle(from, SQLITE_OPEN_READWRITE));
        GOETIA_ASSIGN(const SqliteHandle copy, open_handle(part, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
        GOETIA_TRY(copy_pages(source.get(), copy.get(), from));
        GOETIA_TRY(settle_copy(copy.get(), part));
    }
    fs::rename(part, to, code);
    if (code) return os_error("rename", part.native(), code.value());
    return sync_copy(to);
}

// The password goes by the environment: the words of a command are seen by everybody on the machine.
std::map<std::string, std::string> password_of(const std::string& url) {
    const std::string shown = url_without_password(url);
    if (shown == url) return {};
    const std::size_t begin = url.find(':', url.find("://") + 3) + 1;
    const auto password = percent_decoded(url.substr(begin, url.find('@', begin) - begin));
    return {{"PGPASSWORD", password.value_or("")}};
}

Status run_postgres_tool(const std::string& name, std::vector<std::string> words, const std::string& url) {
    fs::path program = find_program(name);
    std::error_code code;
    for (fs::directory_iterator version("/usr/lib/postgresql", code), end; program.empty() && !code && version != end;
         version.increment(code)) {
        if (const fs::path found = version->path() / "bin" / name; fs::exists(found)) program = found;
    }
    if (program.empty())
        return make_error(Code::kUnsupported, "'{}' is not installed; install the client programs of PostgreSQL", name);
    words.insert(words.begin(), program.string());
    GOETIA_ASSIGN(const ProcessResult done, run_process({.words = std::move(words), .environment = password_of(url)}));
    if (done.exit_code == 0) return {};
    return failed("'{}' of '{}' failed: {}", name, url_without_password(url), done.errors);
}

Status check_empty(const std::string& url) {
    GOETIA_ASSIGN(const auto database, open_database(url, SqlAccess::kRead));
    std::int64_t tables = 0;
    GOETIA_TRY(database->query("SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema()",
                               {}, [&](const SqlRow& row) { tables = row.integer(0); }));
    if (tables == 0) return {};
    return make_error(Code::kWrongState, "the database '{}' holds {} tables; name an empty one",
                      url_without_password(url), tables);
}

}  // namespace

std::string_view database_copy_name(SqlEngine engine) {
    return engine == SqlEngine::kSqlite ? "goetia.db" : "goetia.dump";
}

Result<SqlEngine> engine_of(const std::string& url) {
    if (url.starts_with(kSqliteScheme)) return SqlEngine::kSqlite;
    if (url.starts_with("postgresql://") || url.starts_with("postgres://")) return SqlEngine::kPostgres;
    return invalid("'{}' is no database; allowed are 'sqlite:///FILE' and 'postgresql://HOST/NAME'",
                   url_without_password(url));
}

Status save_database(const std::string& url, const fs::path& file) {
    GOETIA_ASSIGN(const SqlEngine engine, engine_of(url));
    if (engine == SqlEngine::kSqlite) return copy_sqlite(url.substr(kSqliteScheme.size()), file);
    const fs::path part = file.native() + ".part";
    GOETIA_TRY(run_postgres_tool("pg_dump",
                                 {"--format=custom", "--no-owner", "--no-privileges", "--file=" + part.string(),
                                  "--dbname=" + url_without_password(url)},
                                 url));
    std::error_code code;
    fs::rename(part, file, code);
    if (code) return os_error("rename", part.native(), code.value());
    return sync_copy(file);
}

Status load_database(const fs::path& file, const std::string& url) {
    GOETIA_ASSIGN(const SqlEngine engine, engine_of(url));
    if (engine == SqlEngine::kSqlite) {
        const fs::path target = url.substr(kSqliteScheme.size());
        std::error_code code;
        if (fs::exists(target, code))
            return make_error(Code::kWrongState, "the database '{}' exists already; name another", target.native());
        return copy_sqlite(file, target);
    }
    GOETIA_TRY(check_empty(url));
    return run_postgres_tool("pg_restore",
                             {"--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
                              "--dbname=" + url_without_password(url), file.string()},
                             url);
}

}  // namespace goetia
