// A connection to a MySQL or MariaDB server: "mysql://user:password@host:3306/database". Anywhere but on this machine
// it is encrypted and the server's certificate is checked; the server can never ask for a file of this machine.
#pragma once

#include <initializer_list>

#include "master/store/sql.h"

namespace goetia {

struct MysqlAddress {
    std::string user, password, host, database, socket;  // socket: "?socket=/path", instead of a host
    unsigned port = 3306;
    [[nodiscard]] bool is_local() const;
};

Result<MysqlAddress> mysql_address_from(const std::string& url);

class MysqlConnection {
  public:
    static Result<std::unique_ptr<MysqlConnection>> connect(const std::string& url);
    virtual ~MysqlConnection() = default;

    // Runs one statement with values bound to its '?', prepared once.
    virtual Status run(std::string_view statement, std::span<const SqlValue> values,
                       const SqlConnection::OnRow& on_row) = 0;
    virtual Status begin() = 0;
    virtual Status commit() = 0;
    virtual void rollback() = 0;

    Status run(std::string_view statement, std::initializer_list<SqlValue> values = {}) {
        return run(statement, std::span<const SqlValue>(values.begin(), values.size()), [](const SqlRow&) {});
    }
};

}  // namespace goetia
