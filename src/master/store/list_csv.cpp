#include "master/store/list_csv.h"

#include <charconv>
#include <cmath>

#include "experiment/derived.h"

namespace goetia {

std::string csv_cell(const ListValue& value) {
    if (const auto* number = std::get_if<double>(&value)) {
        char digits[32];
        if (!std::isfinite(*number)) return "nan";
        return {digits, std::to_chars(digits, digits + sizeof digits, *number).ptr};
    }
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) return "";
    const bool is_formula = !text->empty() && std::string_view("=+-@\t\r").find((*text)[0]) != std::string_view::npos;
    return csv_field(is_formula ? "'" + *text : *text);
}

Status write_csv(const ListTable& table, ListQuery query, const std::vector<std::string>& fields,
                 const std::function<Status(std::string_view)>& write) {
    query.limit = kMostListed;
    query.cursor.clear();
    std::string text;
    for (const std::string& field : fields) text += (text.empty() ? "" : ",") + csv_cell(field);
    text += "\r\n";
    do {
        GOETIA_ASSIGN(const ListPage page, table.list(query));
        for (const std::string& id : page.ids) {
            for (std::size_t i = 0; i < fields.size(); ++i) {
                if (i > 0) text += ',';
                text += csv_cell(table.value(id, fields[i]));
            }
            text += "\r\n";
        }
        GOETIA_TRY(write(text));
        text.clear();
        query.cursor = page.next;
    } while (!query.cursor.empty());
    return {};
}

}  // namespace goetia
