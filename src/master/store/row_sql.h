// Reading and writing the rows of rows.h: the statements are built once from the rows' own columns.
#pragma once

#include <type_traits>
#include <vector>

#include "master/store/rows.h"
#include "master/store/sql.h"

namespace goetia {

template <class Row>
std::vector<std::string> column_names() {
    std::vector<std::string> names;
    Row row;
    Row::each_column(row, [&](const char* name, const auto&) { names.emplace_back(name); });
    return names;
}

// "INSERT INTO t (a, b) VALUES ($1, $2) ON CONFLICT (a) DO UPDATE SET b = excluded.b".
std::string upsert_statement(std::string_view table, const std::vector<std::string>& columns, int keys);
// "SELECT a, b FROM t".
std::string select_statement(std::string_view table, const std::vector<std::string>& columns);

template <class Row>
std::vector<SqlValue> values_of(const Row& row) {
    std::vector<SqlValue> values;
    Row::each_column(row, [&](const char*, const auto& value) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, bool>) values.emplace_back(std::int64_t{value});
        else values.emplace_back(value);
    });
    return values;
}

template <class Row>
Row row_from(const SqlRow& from) {
    Row row;
    int column = 0;
    Row::each_column(row, [&](const char*, auto& value) {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, bool>) value = from.integer(column) != 0;
        else if constexpr (std::is_integral_v<Value>) value = from.integer(column);
        else if constexpr (std::is_floating_point_v<Value>) value = from.real(column);
        else value = from.text(column);
        ++column;
    });
    return row;
}

// Inserts the row, or replaces the one with its key.
template <class Row>
Status put_row(SqlConnection& database, const Row& row) {
    static const std::string kStatement = upsert_statement(Row::kTable, column_names<Row>(), Row::kKeys);
    return database.query(kStatement, std::span<const SqlValue>(values_of(row)), [](const SqlRow&) {});
}

// `rest` is a constant: " WHERE task = $1 ORDER BY fence".
template <class Row>
Status each_row(SqlConnection& database, const char* rest, std::initializer_list<SqlValue> values, auto&& on_row) {
    static const std::string kSelect = select_statement(Row::kTable, column_names<Row>());
    return database.query(kSelect + rest, values, [&](const SqlRow& found) { on_row(row_from<Row>(found)); });
}

template <class Row>
Result<std::vector<Row>> rows_where(SqlConnection& database, const char* rest,
                                    std::initializer_list<SqlValue> values = {}) {
    std::vector<Row> rows;
    GOETIA_TRY(each_row<Row>(database, rest, values, [&](Row row) { rows.push_back(std::move(row)); }));
    return rows;
}

}  // namespace goetia
