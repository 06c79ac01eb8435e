#include "master/store/row_sql.h"

namespace goetia {

std::string select_statement(std::string_view table, const std::vector<std::string>& columns) {
    return fmt::format("SELECT {} FROM {}", fmt::join(columns, ", "), table);
}

std::string upsert_statement(std::string_view table, const std::vector<std::string>& columns, int keys) {
    std::vector<std::string> places, changes;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        places.push_back(fmt::format("${}", i + 1));
        if (static_cast<int>(i) >= keys) changes.push_back(fmt::format("{0} = excluded.{0}", columns[i]));
    }
    const std::vector<std::string> key(columns.begin(), columns.begin() + keys);
    return fmt::format("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO UPDATE SET {}", table,
                       fmt::join(columns, ", "), fmt::join(places, ", "), fmt::join(key, ", "),
                       fmt::join(changes, ", "));
}

}  // namespace goetia
