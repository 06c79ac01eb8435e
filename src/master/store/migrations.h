// The numbered changes of the database's tables: one list for both engines, forward only, each in one transaction.
#pragma once

#include <span>
#include <string_view>

#include "master/store/sql.h"

namespace goetia {

struct Migration {
    int number;  // 1, 2, 3 ...
    std::string_view name;
    std::string_view statements;  // in which {id}, {text}, ... stand for what the engines write differently
};

std::span<const Migration> store_migrations();

// The statements as this engine writes them.
std::string in_dialect(std::string_view statements, SqlEngine engine);

// Applies what is missing. A database of a newer program is refused (kUnsupported) and left as it is.
Status migrate(SqlConnection& database, std::span<const Migration> migrations = store_migrations());

}  // namespace goetia
