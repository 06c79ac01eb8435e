#include "master/api/lists.h"

#include <algorithm>
#include <map>

#include "base/json.h"
#include "base/json_path.h"
#include "base/json_text.h"
#include "experiment/derived.h"
#include "master/store/list_csv.h"
#include "master/store/list_table.h"
#include "net/problem.h"

namespace goetia {
namespace {

std::string csv_line(const std::vector<std::string>& columns,
                     const std::function<std::string(const std::string&)>& cell) {
    std::string line;
    for (const std::string& column : columns) line += (line.empty() ? "" : ",") + cell(column);
    return line + "\r\n";
}

std::vector<std::string> chosen_fields(const RouteCall& call) {
    return call.query->at("fields").get<std::vector<std::string>>();
}

}  // namespace

bool wants_csv(const RouteCall& call) {
    const std::string format = call.query_text("format");
    if (!format.empty()) return format == "csv";
    return call.request.headers.value("Accept").starts_with("text/csv");
}

Route&& as_list(Route&& route) {
    return std::move(route)
        .in_query(integer("limit", "How many items at most").between(1, kMostListed).fallback(50))
        .in_query(text("cursor", "`next` of the page before").fallback(""))
        .in_query(text("sort", "A field; after '-' the other way").fallback(""))
        .in_query(text("q", "A filter: `state=running name~net`").fallback(""))
        .in_query(texts("fields", "Only these fields").fallback(Json::array()))
        .in_query(text("format", "Or by the header Accept").one_of({"", "json", "csv"}).fallback(""));
}

Result<ListQuery> list_query_of(const RouteCall& call, const ListFields& fields) {
    GOETIA_ASSIGN(ListQuery query, parse_list_query(call.query_text("q"), call.query_text("sort"), fields));
    query.limit = static_cast<std::size_t>(call.query_integer("limit"));
    query.cursor = call.query_text("cursor");
    return query;
}

std::string csv_value(const Json& value) {
    if (value.is_string()) return csv_cell(value.get<std::string>());
    return value.is_null() ? "" : csv_field(json_text(value));
}

HttpResponse list_response(const RouteCall& call, const ListedItems& list) {
    const std::vector<std::string> chosen = chosen_fields(call);
    if (wants_csv(call)) {
        const std::vector<std::string>& columns = chosen.empty() ? list.columns : chosen;
        std::string text = csv_line(columns, [](const std::string& column) { return csv_cell(column); });
        for (const Json& item : list.items) {
            text += csv_line(columns, [&](const std::string& column) { return csv_value(section_at(item, column)); });
        }
        HttpResponse response{.body = std::move(text)};
        response.headers.set("Content-Type", "text/csv; charset=utf-8");
        if (!list.next.empty()) response.headers.set("X-Next-Cursor", list.next);
        return response;
    }
    Json items = Json::array();
    for (const Json& item : list.items) {
        if (chosen.empty()) {
            items.push_back(item);
            continue;
        }
        Json part = {{"id", item.value("id", "")}};
        for (const std::string& field : chosen) part[field] = section_at(item, field);
        items.push_back(std::move(part));
    }
    return json_response(
        {{"items", std::move(items)}, {"total", list.total}, {"next", list.next.empty() ? Json() : Json(list.next)}});
}

Result<HttpResponse> short_list(const RouteCall& call, const std::vector<Json>& all, const ListFields& fields,
                                std::vector<std::string> columns) {
    GOETIA_ASSIGN(const ListQuery query, list_query_of(call, fields));
    ListTable table;
    std::map<std::string, const Json*> known;
    for (const Json& item : all) {
        ListTable::Values values;
        for (const std::string& field : fields.plain) {
            const Json& value = section_at(item, field);
            if (field == "id" || value.is_null()) continue;
            values.emplace_back(field, value.is_number()   ? ListValue(value.get<double>())
                                       : value.is_string() ? ListValue(value.get<std::string>())
                                                           : ListValue(json_text(value)));
        }
        const std::string id = item["id"];
        table.put(id, values);
        known[id] = &item;
    }
    GOETIA_ASSIGN(const ListPage page, table.list(query));
    ListedItems list{.total = page.total, .next = page.next, .columns = std::move(columns)};
    for (const std::string& id : page.ids) list.items.push_back(*known.at(id));
    return list_response(call, list);
}

}  // namespace goetia
