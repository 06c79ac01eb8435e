// SQLite: write-ahead log, one writer, every commit on the disk before it returns.
#include <limits>
#include <map>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>

#include "base/files.h"
#include "master/store/sql.h"

namespace goetia {
namespace {

struct SqliteCloser {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using SqliteStatement = std::unique_ptr<sqlite3_stmt, SqliteCloser>;

class SqliteRow final : public SqlRow {
  public:
    explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
    [[nodiscard]] bool is_null(int column) const override {
        return sqlite3_column_type(statement_, column) == SQLITE_NULL;
    }
    [[nodiscard]] std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
    [[nodiscard]] double real(int column) const override {
        return is_null(column) ? std::numeric_limits<double>::quiet_NaN() : sqlite3_column_double(statement_, column);
    }
    [[nodiscard]] std::string_view text(int column) const override {
        const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
        if (bytes == nullptr) return {};
        return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
    }

  private:
    sqlite3_stmt* statement_;
};

class SqliteConnection final : public SqlConnection {
  public:
    SqliteConnection(sqlite3* database, std::string file) : database_(database), file_(std::move(file)) {}

    [[nodiscard]] SqlEngine engine() const override { return SqlEngine::kSqlite; }
    [[nodiscard]] bool is_lost() const override { return false; }
    Status reconnect() override { return {}; }

    Status query(std::string_view statement, std::span<const SqlValue> values, const OnRow& on_row) override {
        GOETIA_TRY(check_sql_values(values));
        GOETIA_ASSIGN(sqlite3_stmt * prepared, prepare(statement));
        Status done = bind(prepared, values);
        if (done) done = step(prepared, on_row);
        sqlite3_reset(prepared);
        sqlite3_clear_bindings(prepared);
        return done;
    }

    Status script(const std::string& statements) override {
        const int code = sqlite3_exec(database_.get(), statements.c_str(), nullptr, nullptr, nullptr);
        return code == SQLITE_OK ? Status() : error(code);
    }

    // The lock is on a file of its own: closing any descriptor of the database would release SQLite's own locks.
    Status take_as_writer() override {
        const std::string name = file_ + ".lock";
        FileDescriptor lock(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
        if (!lock.valid()) return os_error("open", name, errno);
        if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
            return make_error(Code::kWrongState,
                              "another master uses the database '{}'; stop it, or name another data folder", file_);
        lock_ = std::move(lock);
        return {};
    }

    Status configure(SqlAccess access) {
        sqlite3_busy_timeout(database_.get(), 10'000);
        // A reader may be the first to open a database in WAL mode, so both name the mode.
        GOETIA_TRY(
            script("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                   "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384; PRAGMA mmap_size = 268435456;"
                   "PRAGMA journal_size_limit = 67108864; PRAGMA trusted_schema = OFF"));
        return access == SqlAccess::kRead ? script("PRAGMA query_only = ON") : Status();
    }

  private:
    [[nodiscard]] Error error(int code) const {
        const char* reason = sqlite3_errmsg(database_.get());
        switch (code & 0xff) {
            case SQLITE_FULL:
                return make_error(Code::kUnavailable, "the disk of the database '{}' is full; nothing was changed",
                                  file_);
            case SQLITE_BUSY:
            case SQLITE_LOCKED:
                return make_error(Code::kUnavailable, "the database '{}' is in use by another program", file_);
            case SQLITE_CONSTRAINT:
                return make_error(Code::kWrongState, "the change contradicts what is stored: {}", reason);
            case SQLITE_CORRUPT:
            case SQLITE_NOTADB:
                return invalid("the database '{}' is damaged ({}); restore a copy of it from before", file_, reason);
            case SQLITE_READONLY:
            case SQLITE_CANTOPEN: return make_error(Code::kDenied, "cannot write the database '{}': {}", file_, reason);
            default: return failed("the database '{}' reports: {}", file_, reason);
        }
    }

    Result<sqlite3_stmt*> prepare(std::string_view statement) {
        if (const auto known = prepared_.find(statement); known != prepared_.end()) return known->second.get();
        sqlite3_stmt* made = nullptr;
        const int code = sqlite3_prepare_v3(database_.get(), statement.data(), static_cast<int>(statement.size()),
                                            SQLITE_PREPARE_PERSISTENT, &made, nullptr);
        SqliteStatement owned(made);
        if (code != SQLITE_OK) return error(code);
        return prepared_.emplace(statement, std::move(owned)).first->second.get();
    }

    Status bind(sqlite3_stmt* prepared, std::span<const SqlValue> values) {
        for (std::size_t i = 0; i < values.size(); ++i) {
            const int at = sqlite3_bind_parameter_index(prepared, fmt::format("${}", i + 1).c_str());
            if (at == 0) continue;
            int code = SQLITE_OK;
            if (const auto* whole = std::get_if<std::int64_t>(&values[i])) {
                code = sqlite3_bind_int64(prepared, at, *whole);
            } else if (const auto* real = std::get_if<double>(&values[i])) {
                code = sqlite3_bind_double(prepared, at, *real);
            } else if (const auto* text = std::get_if<std::string>(&values[i])) {
                code = sqlite3_bind_text64(prepared, at, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
            }
            if (code != SQLITE_OK) return error(code);
        }
        return {};
    }

    Status step(sqlite3_stmt* prepared, const OnRow& on_row) {
        const SqliteRow row(prepared);
        for (;;) {
            const int code = sqlite3_step(prepared);
            if (code == SQLITE_DONE) return {};
            if (code != SQLITE_ROW) return error(code);
            on_row(row);
        }
    }

    std::unique_ptr<sqlite3, SqliteCloser> database_;
    std::string file_;
    std::map<std::string, SqliteStatement, std::less<>> prepared_;  // destroyed before database_
    FileDescriptor lock_;
};

}  // namespace

Result<std::unique_ptr<SqlConnection>> open_sqlite(const std::string& file, SqlAccess access) {
    sqlite3* database = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (access == SqlAccess::kWrite ? SQLITE_OPEN_CREATE : 0);
    const int code = sqlite3_open_v2(file.c_str(), &database, flags, nullptr);
    auto connection = std::make_unique<SqliteConnection>(database, file);
    if (code != SQLITE_OK)
        return make_error((code & 0xff) == SQLITE_CANTOPEN ? Code::kNotFound : Code::kFailed,
                          "cannot open the database '{}': {}", file, sqlite3_errstr(code));
    GOETIA_TRY(connection->configure(access));
    return std::unique_ptr<SqlConnection>(std::move(connection));
}

}  // namespace goetia
