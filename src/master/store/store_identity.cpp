#include "master/store/store_identity.h"

#include <algorithm>

#include <sys/random.h>

#include "base/files.h"
#include "base/json.h"
#include "base/json_path.h"
#include "base/json_text.h"

namespace goetia {

SettledIdentity settle_identity(const StoreIdentity& database, const StoreIdentity& file, const std::string& fresh_id) {
    SettledIdentity settled;
    if (database.id.empty()) settled.origin = file.id.empty() ? StoreOrigin::kNew : StoreOrigin::kReplaced;
    else if (file.id.empty()) settled.origin = StoreOrigin::kAdopted;
    else if (database.id != file.id) settled.origin = StoreOrigin::kReplaced;
    else if (database.generation < file.generation) settled.origin = StoreOrigin::kRestored;
    else settled.origin = StoreOrigin::kSame;
    settled.identity = {.id = database.id.empty() ? fresh_id : database.id,
                        .generation = std::max(database.generation, file.generation) + 1,
                        .fence = std::max(database.fence, file.fence)};
    // The fences of the file are reserved, not drawn: only a database that fell back must skip them.
    if (settled.origin == StoreOrigin::kSame) settled.identity.fence = database.fence;
    return settled;
}

Result<StoreIdentity> read_identity_file(const std::filesystem::path& file) {
    auto text = read_file(file);
    if (!text && text.error().code == Code::kNotFound) return StoreIdentity();
    if (!text) return std::move(text).error();
    GOETIA_ASSIGN(const Json json, parse_json(*text, file.native()));
    StoreIdentity identity{.id = value_of_type_at<std::string>(json, "database", ""),
                           .generation = value_of_type_at<std::int64_t>(json, "generation", 0),
                           .fence = value_of_type_at<std::int64_t>(json, "fence", 0)};
    if (identity.id.empty())
        return invalid("'{}' does not name a database; restore it, or remove it to adopt the database as it is",
                       file.native());
    return identity;
}

Status write_identity_file(const std::filesystem::path& file, const StoreIdentity& identity) {
    return write_file_atomic(
        file,
        json_text(Json{{"database", identity.id}, {"generation", identity.generation}, {"fence", identity.fence}}) +
            "\n");
}

Result<StoreIdentity> read_identity(SqlConnection& database) {
    StoreIdentity identity;
    GOETIA_TRY(each_row<SettingRow>(database, "", {}, [&](const SettingRow& row) {
        if (row.name == "database") identity.id = row.text;
        if (row.name == "generation") identity.generation = row.number;
        if (row.name == "fence") identity.fence = row.number;
    }));
    return identity;
}

Status write_identity(SqlConnection& database, const StoreIdentity& identity) {
    GOETIA_TRY(put_row(database, SettingRow{"database", 0, identity.id}));
    GOETIA_TRY(put_row(database, SettingRow{"generation", identity.generation, ""}));
    return put_row(database, SettingRow{"fence", identity.fence, ""});
}

Result<std::string> random_id() {
    unsigned char bytes[16];
    if (::getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
        return os_error("read random bytes from", "the system", errno);
    std::string text;
    for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
    return text;
}

}  // namespace goetia
