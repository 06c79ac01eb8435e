// What tells a database from another one and from an earlier state of itself: DATA/store.json beside it holds the
// database's id, the number of its newest start, and a number that no fence exceeds.
#pragma once

#include <filesystem>

#include "master/store/sql.h"
#include "master/store/store.h"

namespace goetia {

// The two sides of the comparison. An empty id: there is none yet.
struct StoreIdentity {
    std::string id;
    std::int64_t generation = 0;
    std::int64_t fence = 0;
    auto operator<=>(const StoreIdentity&) const = default;
};

struct SettledIdentity {
    StoreOrigin origin = StoreOrigin::kNew;
    StoreIdentity identity;  // of this start
};

// Pure: `fresh_id` is used for a database without an id. Generation and fence are above those of both sides.
SettledIdentity settle_identity(const StoreIdentity& database, const StoreIdentity& file, const std::string& fresh_id);

Result<StoreIdentity> read_identity_file(const std::filesystem::path& file);  // empty when there is no file
Status write_identity_file(const std::filesystem::path& file, const StoreIdentity& identity);
Result<StoreIdentity> read_identity(SqlConnection& database);
Status write_identity(SqlConnection& database, const StoreIdentity& identity);

// 128 bits from the system.
Result<std::string> random_id();

}  // namespace goetia
