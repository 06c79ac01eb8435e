#include "master/store/mysql_connection.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <vector>

#include <errmsg.h>
#include <mysql.h>

namespace goetia {
namespace {

struct MysqlCloser {
    void operator()(MYSQL* connection) const { mysql_close(connection); }
    void operator()(MYSQL_STMT* statement) const { mysql_stmt_close(statement); }
    void operator()(MYSQL_RES* result) const { mysql_free_result(result); }
};
using MysqlStatement = std::unique_ptr<MYSQL_STMT, MysqlCloser>;

// Values arrive as text.
class MysqlRow final : public SqlRow {
  public:
    explicit MysqlRow(const std::vector<std::pair<std::string, bool>>& fields) : fields_(fields) {}
    [[nodiscard]] bool is_null(int column) const override { return fields_[static_cast<std::size_t>(column)].second; }
    [[nodiscard]] std::int64_t integer(int column) const override { return number<std::int64_t>(column, 0); }
    [[nodiscard]] double real(int column) const override {
        return number(column, std::numeric_limits<double>::quiet_NaN());
    }
    [[nodiscard]] std::string_view text(int column) const override {
        return fields_[static_cast<std::size_t>(column)].first;
    }

  private:
    template <class T>
    [[nodiscard]] T number(int column, T otherwise) const {
        const std::string_view digits = text(column);
        std::from_chars(digits.data(), digits.data() + digits.size(), otherwise);
        return otherwise;
    }
    const std::vector<std::pair<std::string, bool>>& fields_;
};

class LibMariadbConnection final : public MysqlConnection {
  public:
    explicit LibMariadbConnection(std::string shown) : shown_(std::move(shown)) {}

    Status connect(const MysqlAddress& address) {
        connection_.reset(mysql_init(nullptr));
        const unsigned seconds = 10, io_seconds = 60, off = 0;
        my_bool on = 1;
        mysql_options(connection_.get(), MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
        mysql_options(connection_.get(), MYSQL_OPT_READ_TIMEOUT, &io_seconds);
        mysql_options(connection_.get(), MYSQL_OPT_WRITE_TIMEOUT, &io_seconds);
        mysql_options(connection_.get(), MYSQL_OPT_LOCAL_INFILE, &off);
        mysql_options(connection_.get(), MYSQL_SET_CHARSET_NAME, "utf8mb4");
        if (!address.is_local()) {
            mysql_options(connection_.get(), MYSQL_OPT_SSL_ENFORCE, &on);
            mysql_options(connection_.get(), MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &on);
        }
        const char* socket = address.socket.empty() ? nullptr : address.socket.c_str();
        if (mysql_real_connect(connection_.get(), socket != nullptr ? "localhost" : address.host.c_str(),
                               address.user.c_str(), address.password.c_str(), address.database.c_str(), address.port,
                               socket, 0) == nullptr)
            return make_error(Code::kUnavailable, "cannot connect to '{}': {}", shown_, mysql_error(connection_.get()));
        return run_text("SET SESSION sql_mode = 'STRICT_ALL_TABLES', time_zone = '+00:00'");
    }

    Status begin() override { return run_text("START TRANSACTION"); }
    Status commit() override { return run_text("COMMIT"); }
    void rollback() override { mysql_rollback(connection_.get()); }

    Status run(std::string_view statement, std::span<const SqlValue> values,
               const SqlConnection::OnRow& on_row) override {
        GOETIA_TRY(check_sql_values(values));
        GOETIA_ASSIGN(MYSQL_STMT * prepared, prepare(statement));
        std::vector<MYSQL_BIND> binds(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            binds[i].buffer_type = MYSQL_TYPE_NULL;
            // The library only reads them.
            if (const auto* whole = std::get_if<std::int64_t>(&values[i])) {
                binds[i].buffer_type = MYSQL_TYPE_LONGLONG;
                binds[i].buffer = const_cast<std::int64_t*>(whole);
            } else if (const auto* real = std::get_if<double>(&values[i]); real != nullptr && std::isfinite(*real)) {
                binds[i].buffer_type = MYSQL_TYPE_DOUBLE;
                binds[i].buffer = const_cast<double*>(real);
            } else if (const auto* text = std::get_if<std::string>(&values[i])) {
                binds[i].buffer_type = MYSQL_TYPE_STRING;
                binds[i].buffer = const_cast<char*>(text->data());
                binds[i].buffer_length = text->size();
            }
        }
        if (mysql_stmt_bind_param(prepared, binds.data()) != 0 || mysql_stmt_execute(prepared) != 0)
            return error(mysql_stmt_errno(prepared), mysql_stmt_error(prepared));
        return fetch(prepared, on_row);
    }

  private:
    [[nodiscard]] Error error(unsigned number, const char* reason) const {
        const bool is_lost = number == CR_SERVER_GONE_ERROR || number == CR_SERVER_LOST ||
                             number == CR_CONNECTION_ERROR || number == 1205 /* lock wait */ ||
                             number == 1213 /* deadlock */ || number == 1053 /* shutdown */;
        return make_error(is_lost ? Code::kUnavailable : Code::kFailed, "the database '{}' reports: {}", shown_,
                          reason);
    }

    Status run_text(const char* statement) {
        if (mysql_query(connection_.get(), statement) == 0) return {};
        return error(mysql_errno(connection_.get()), mysql_error(connection_.get()));
    }

    Result<MYSQL_STMT*> prepare(std::string_view statement) {
        if (const auto known = prepared_.find(statement); known != prepared_.end()) return known->second.get();
        MysqlStatement made(mysql_stmt_init(connection_.get()));
        if (mysql_stmt_prepare(made.get(), statement.data(), statement.size()) != 0)
            return error(mysql_stmt_errno(made.get()), mysql_stmt_error(made.get()));
        return prepared_.emplace(statement, std::move(made)).first->second.get();
    }

    Status fetch(MYSQL_STMT* prepared, const SqlConnection::OnRow& on_row) {
        const unsigned columns = mysql_stmt_field_count(prepared);
        if (columns == 0) return {};
        std::vector<MYSQL_BIND> binds(columns);
        std::vector<std::vector<char>> buffers(columns, std::vector<char>(4096));
        std::vector<unsigned long> lengths(columns);
        std::vector<my_bool> nulls(columns);
        for (unsigned i = 0; i < columns; ++i) {
            binds[i].buffer_type = MYSQL_TYPE_STRING;
            binds[i].buffer = buffers[i].data(), binds[i].buffer_length = buffers[i].size();
            binds[i].length = &lengths[i], binds[i].is_null = &nulls[i];
        }
        if (mysql_stmt_bind_result(prepared, binds.data()) != 0 || mysql_stmt_store_result(prepared) != 0)
            return error(mysql_stmt_errno(prepared), mysql_stmt_error(prepared));
        std::vector<std::pair<std::string, bool>> fields(columns);
        while (mysql_stmt_fetch(prepared) == 0) {
            for (unsigned i = 0; i < columns; ++i) {
                const std::size_t size = nulls[i] != 0 ? 0 : std::min<std::size_t>(lengths[i], buffers[i].size());
                fields[i] = {std::string(buffers[i].data(), size), nulls[i] != 0};
            }
            on_row(MysqlRow(fields));
        }
        mysql_stmt_free_result(prepared);
        return {};
    }

    std::string shown_;
    std::unique_ptr<MYSQL, MysqlCloser> connection_;
    std::map<std::string, MysqlStatement, std::less<>> prepared_;  // destroyed before connection_
};

// "%2F" in a user's name or password.
std::string decoded(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        int byte = 0;
        if (text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr == text.data() + i + 3) {
            plain += static_cast<char>(byte);
            i += 2;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

}  // namespace

bool MysqlAddress::is_local() const {
    return !socket.empty() || host == "localhost" || host == "::1" || host.starts_with("127.");
}

Result<MysqlAddress> mysql_address_from(const std::string& url) {
    const auto refused = [&url] {
        return invalid("'{}' does not name a MySQL or MariaDB database; write 'mysql://user@host:3306/database'",
                       url_without_password(url));
    };
    MysqlAddress address;
    std::string_view rest = url;
    if (rest.starts_with("mysql://")) rest.remove_prefix(8);
    else if (rest.starts_with("mariadb://")) rest.remove_prefix(10);
    else return refused();
    constexpr std::string_view kSocket = "?socket=";
    if (const std::size_t at = rest.find(kSocket); at != std::string_view::npos) {
        address.socket = decoded(rest.substr(at + kSocket.size()));
        rest = rest.substr(0, at);
    }
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos || slash + 1 == rest.size()) return refused();
    address.database = decoded(rest.substr(slash + 1));
    rest = rest.substr(0, slash);
    if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
        const std::string_view who = rest.substr(0, at);
        const std::size_t colon = who.find(':');
        address.user = decoded(who.substr(0, colon));
        if (colon != std::string_view::npos) address.password = decoded(who.substr(colon + 1));
        rest.remove_prefix(at + 1);
    }
    if (const std::size_t colon = rest.rfind(':'); colon != std::string_view::npos && !rest.ends_with(']')) {
        const std::string_view port = rest.substr(colon + 1);
        if (std::from_chars(port.data(), port.data() + port.size(), address.port).ptr != port.data() + port.size() ||
            address.port == 0 || address.port > 65'535)
            return refused();
        rest = rest.substr(0, colon);
    }
    if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
    address.host = rest;
    if (address.host.empty() && address.socket.empty()) return refused();
    return address;
}

Result<std::unique_ptr<MysqlConnection>> MysqlConnection::connect(const std::string& url) {
    GOETIA_ASSIGN(const MysqlAddress address, mysql_address_from(url));
    auto connection = std::make_unique<LibMariadbConnection>(url_without_password(url));
    GOETIA_TRY(connection->connect(address));
    return std::unique_ptr<MysqlConnection>(std::move(connection));
}

}  // namespace goetia
