#include "master/store/sql.h"

#include "base/utf8.h"

namespace goetia {

std::string url_without_password(const std::string& url) {
    const std::size_t host = url.find("://");
    if (host == std::string::npos) return url;
    const std::size_t at = url.find('@', host), slash = url.find('/', host + 3);
    if (at == std::string::npos || at > slash) return url;
    const std::size_t colon = url.find(':', host + 3);
    return colon < at ? url.substr(0, colon) + url.substr(at) : url;
}

Result<std::unique_ptr<SqlConnection>> open_database(const std::string& url, SqlAccess access) {
    constexpr std::string_view kSqlite = "sqlite://";
    if (url.starts_with(kSqlite)) return open_sqlite(url.substr(kSqlite.size()), access);
    if (url.starts_with("postgresql://") || url.starts_with("postgres://")) return open_postgres(url, access);
    return invalid("'{}' does not name a database; write 'sqlite:///folder/file.db' or 'postgresql://host/name'",
                   url_without_password(url));
}

Status check_sql_values(std::span<const SqlValue> values) {
    for (const SqlValue& value : values) {
        const auto* text = std::get_if<std::string>(&value);
        if (text == nullptr) continue;
        if (text->find('\0') != std::string::npos)
            return invalid("a text to be stored contains a zero byte after '{}'; remove it",
                           escape_invalid_utf8(text->substr(0, std::min<std::size_t>(text->find('\0'), 40))));
        if (first_invalid_utf8(*text))
            return invalid("a text to be stored is not UTF-8: '{}'", escape_invalid_utf8(text->substr(0, 80)));
    }
    return {};
}

}  // namespace goetia
