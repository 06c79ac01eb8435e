// A connection to an SQL database, the same for SQLite and PostgreSQL. Statements are constants of the program and
// their values are always bound ($1, $2, ...), never part of the text. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"

namespace goetia {

enum class SqlEngine { kSqlite, kPostgres };

using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string>;

// One row of an answer, valid during the call that receives it.
class SqlRow {
  public:
    virtual ~SqlRow() = default;
    [[nodiscard]] virtual bool is_null(int column) const = 0;
    [[nodiscard]] virtual std::int64_t integer(int column) const = 0;  // 0 for null
    [[nodiscard]] virtual double real(int column) const = 0;           // NaN for null
    [[nodiscard]] virtual std::string_view text(int column) const = 0;
};

class SqlConnection {
  public:
    using OnRow = std::function<void(const SqlRow&)>;

    virtual ~SqlConnection() = default;
    [[nodiscard]] virtual SqlEngine engine() const = 0;

    // Runs one statement, which is prepared once. Its errors: kWrongState for a broken constraint, kUnavailable for a
    // full disk, a lock or a lost connection (a retry may help), kInvalid for a value that no database can hold or a
    // database that is damaged.
    virtual Status query(std::string_view statement, std::span<const SqlValue> values, const OnRow& on_row) = 0;
    // Runs several statements without values.
    virtual Status script(const std::string& statements) = 0;
    // Connects again after the connection was lost.
    virtual Status reconnect() = 0;
    // Whether the connection was lost, so that only reconnect() helps.
    [[nodiscard]] virtual bool is_lost() const = 0;
    // Takes the database for this connection, as its one writer, until it closes; kWrongState when another has it.
    virtual Status take_as_writer() = 0;

    Status query(std::string_view statement, std::initializer_list<SqlValue> values, const OnRow& on_row) {
        return query(statement, std::span<const SqlValue>(values.begin(), values.size()), on_row);
    }
    Status run(std::string_view statement, std::initializer_list<SqlValue> values = {}) {
        return query(statement, values, [](const SqlRow&) {});
    }
};

enum class SqlAccess { kWrite, kRead };

// "sqlite:///folder/goetia.db" or "postgresql://host/name"; messages name it without a password.
Result<std::unique_ptr<SqlConnection>> open_database(const std::string& url, SqlAccess access);
std::string url_without_password(const std::string& url);

Result<std::unique_ptr<SqlConnection>> open_sqlite(const std::string& file, SqlAccess access);
Result<std::unique_ptr<SqlConnection>> open_postgres(const std::string& url, SqlAccess access);

// Why a text cannot be stored: a zero byte, or bytes that are not UTF-8. PostgreSQL refuses both, so both engines do.
Status check_sql_values(std::span<const SqlValue> values);

}  // namespace goetia
