// PostgreSQL through libpq: prepared statements, values and answers as text.
#include <charconv>
#include <cstring>
#include <limits>
#include <map>
#include <vector>

#include <libpq-fe.h>

#include "base/clock.h"
#include "master/store/sql.h"

namespace goetia {
namespace {

constexpr std::int64_t kWriterLock = 0x676f65746961;  // "goetia"
constexpr double kSessionEndsWithin = 3;              // seconds

struct PostgresCloser {
    void operator()(PGconn* connection) const { PQfinish(connection); }
    void operator()(PGresult* result) const { PQclear(result); }
};
using PostgresResult = std::unique_ptr<PGresult, PostgresCloser>;

template <class T>
T postgres_number(std::string_view text, T otherwise) {
    T number = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

class PostgresRow final : public SqlRow {
  public:
    PostgresRow(const PGresult* result, int row) : result_(result), row_(row) {}
    [[nodiscard]] bool is_null(int column) const override { return PQgetisnull(result_, row_, column) != 0; }
    [[nodiscard]] std::int64_t integer(int column) const override {
        return postgres_number<std::int64_t>(text(column), 0);
    }
    [[nodiscard]] double real(int column) const override {
        return postgres_number(text(column), std::numeric_limits<double>::quiet_NaN());
    }
    [[nodiscard]] std::string_view text(int column) const override {
        return {PQgetvalue(result_, row_, column), static_cast<std::size_t>(PQgetlength(result_, row_, column))};
    }

  private:
    const PGresult* result_;
    int row_;
};

class PostgresConnection final : public SqlConnection {
  public:
    PostgresConnection(std::string url, SqlAccess access)
        : url_(std::move(url)), shown_(url_without_password(url_)), access_(access) {}

    [[nodiscard]] SqlEngine engine() const override { return SqlEngine::kPostgres; }
    [[nodiscard]] bool is_lost() const override { return !connection_ || PQstatus(connection_.get()) != CONNECTION_OK; }

    Status reconnect() override {
        prepared_.clear();
        connection_.reset(PQconnectdb(url_.c_str()));
        if (is_lost())
            return make_error(Code::kUnavailable, "cannot connect to the database '{}': {}", shown_, last_message());
        PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);
        GOETIA_TRY(script(access_ == SqlAccess::kRead
                              ? "SET client_encoding = 'UTF8'; SET default_transaction_read_only = on"
                              : "SET client_encoding = 'UTF8'; SET synchronous_commit = on"));
        return is_writer_ ? take_as_writer() : Status();
    }

    Status query(std::string_view statement, std::span<const SqlValue> values, const OnRow& on_row) override {
        GOETIA_TRY(check_sql_values(values));
        GOETIA_ASSIGN(const std::string name, prepare(statement));
        std::vector<std::string> texts(values.size());
        std::vector<const char*> pointers(values.size(), nullptr);
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (const auto* whole = std::get_if<std::int64_t>(&values[i])) texts[i] = fmt::format("{}", *whole);
            else if (const auto* real = std::get_if<double>(&values[i])) texts[i] = fmt::format("{}", *real);
            else if (const auto* text = std::get_if<std::string>(&values[i])) texts[i] = *text;
            if (values[i].index() != 0) pointers[i] = texts[i].c_str();
        }
        return rows_of(PQexecPrepared(connection_.get(), name.c_str(), static_cast<int>(values.size()), pointers.data(),
                                      nullptr, nullptr, 0),
                       on_row);
    }

    Status script(const std::string& statements) override {
        return rows_of(PQexec(connection_.get(), statements.c_str()), [](const SqlRow&) {});
    }

    // The lock belongs to this session: it goes with the connection, and a second master finds it taken.
    // The session of a master that was killed ends a moment after it.
    Status take_as_writer() override {
        bool taken = false;
        const double until = steady_seconds() + kSessionEndsWithin;
        while (true) {
            GOETIA_TRY(SqlConnection::query("SELECT CASE WHEN pg_try_advisory_lock($1) THEN 1 ELSE 0 END",
                                            {kWriterLock}, [&](const SqlRow& row) { taken = row.integer(0) == 1; }));
            if (taken || steady_seconds() > until) break;
            GOETIA_TRY(SqlConnection::query("SELECT pg_sleep(0.05)::text", {}, [](const SqlRow&) {}));
        }
        if (!taken)
            return make_error(Code::kWrongState,
                              "another master uses the database '{}'; stop it, or name another database", shown_);
        is_writer_ = true;
        return {};
    }

  private:
    [[nodiscard]] std::string last_message() const {
        std::string message = PQerrorMessage(connection_.get());
        for (char& letter : message) letter = letter == '\n' ? ' ' : letter;
        message.erase(message.find_last_not_of(' ') + 1);
        return message;
    }

    [[nodiscard]] Error error(const PGresult* result) const {
        const char* field = result != nullptr ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
        const std::string_view state = field != nullptr ? field : "";
        const char* primary = result != nullptr ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
        const std::string reason = primary != nullptr ? primary : last_message();
        if (state.starts_with("23"))
            return make_error(Code::kWrongState, "the change contradicts what is stored: {}", reason);
        if (state == "53100")
            return make_error(Code::kUnavailable, "the disk of the database '{}' is full; nothing was changed", shown_);
        if (is_lost() || state.empty() || state.starts_with("08") || state.starts_with("40") ||
            state.starts_with("53") || state.starts_with("57"))
            return make_error(Code::kUnavailable, "the database '{}' does not answer: {}", shown_, reason);
        return failed("the database '{}' reports: {}", shown_, reason);
    }

    Status rows_of(PGresult* received, const OnRow& on_row) {
        const PostgresResult result(received);
        const ExecStatusType status = PQresultStatus(result.get());
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return error(result.get());
        for (int row = 0; row < PQntuples(result.get()); ++row) on_row(PostgresRow(result.get(), row));
        return {};
    }

    Result<std::string> prepare(std::string_view statement) {
        if (const auto known = prepared_.find(statement); known != prepared_.end()) return known->second;
        std::string name = fmt::format("s{}", prepared_.size());
        const std::string text(statement);
        const PostgresResult result(PQprepare(connection_.get(), name.c_str(), text.c_str(), 0, nullptr));
        if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) return error(result.get());
        return prepared_.emplace(statement, std::move(name)).first->second;
    }

    std::string url_, shown_;
    SqlAccess access_;
    std::unique_ptr<PGconn, PostgresCloser> connection_;
    std::map<std::string, std::string, std::less<>> prepared_;  // statement -> its name in this session
    bool is_writer_ = false;
};

}  // namespace

Result<std::unique_ptr<SqlConnection>> open_postgres(const std::string& url, SqlAccess access) {
    auto connection = std::make_unique<PostgresConnection>(url, access);
    GOETIA_TRY(connection->reconnect());
    return std::unique_ptr<SqlConnection>(std::move(connection));
}

}  // namespace goetia
