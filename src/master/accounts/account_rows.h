// What the files of accounts share: rows of users, and what is said of them.
#pragma once

#include "base/clock.h"
#include "base/json_fwd.h"
#include "master/store/store.h"

namespace goetia {

inline double wall_seconds() { return to_seconds(now()); }

Error no_user(const std::string& id);
Json user_body(const UserRow& row);  // e-mail address and note
Result<std::int64_t> count_of(SqlConnection& database, std::string_view statement,
                              std::initializer_list<SqlValue> values);

}  // namespace goetia
