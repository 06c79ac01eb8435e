#include "apps/goetia/comparison_text.h"

#include <vector>

#include "apps/goetia/train_text.h"
#include "base/json.h"
#include "base/json_text.h"

namespace goetia::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string plain_value(const Json& value) {
    if (value.is_null()) return "-";
    return value.is_string()         ? value.get<std::string>()
           : value.is_number_float() ? fmt::format("{:.6g}", value.get<double>())
                                     : json_text(value);
}

// A row for each entry, a column for each run; the best of a row has a '*'.
std::string section(const std::string& title, const Json& entries, const std::vector<std::string>& ids, auto&& cell) {
    if (entries.empty()) return "";
    Rows rows;
    for (const auto& [name, entry] : entries.items()) {
        std::vector<std::string> row{"  " + name};
        for (const std::string& id : ids) row.push_back(cell(entry, id));
        rows.push_back(std::move(row));
    }
    return "\n" + title + "\n" + table_text(rows);
}

std::string relative_line(const Json& one, std::size_t indent) {
    const std::string name = one.value("known", false)
                                 ? fmt::format("{} ({})", one.value("name", ""), one.value("state", ""))
                                 : "deleted, or somebody else's";
    return std::string(indent, ' ') + one.value("id", "") + "  " + name + "\n";
}

}  // namespace

std::string comparison_text(const Json& compared) {
    Rows heads;
    std::vector<std::string> ids;
    for (const Json& one : compared["experiments"]) {
        ids.push_back(one["id"]);
        heads.push_back({fmt::format("  {}", ids.size()), one["id"], one.value("name", ""), one.value("state", "")});
    }
    std::string text = table_text(heads);
    text += section("metrics (best of each run; * the best of all)", compared["metrics"], ids,
                    [](const Json& metric, const std::string& id) {
                        if (!metric["runs"].contains(id)) return std::string("-");
                        const Json& run = metric["runs"][id];
                        const std::string value = plain_value(run["best"].is_null() ? run["last"] : run["best"]);
                        return value + (metric["best"] == id ? " *" : "");
                    });
    const auto value_of = [](const Json& row, const std::string& id) {
        return row.contains(id) ? plain_value(row[id]) : std::string("-");
    };
    text += section("config", compared["config"], ids, value_of);
    Json by_name = Json::object();
    for (const auto& [id, took] : compared["resources"].items()) {
        for (const auto& [name, value] : took.items()) by_name[name][id] = value;
    }
    return text + section("resources", by_name, ids, value_of);
}

std::string lineage_text(const Json& lineage) {
    std::string text;
    std::size_t indent = 0;
    const Json& ancestors = lineage["ancestors"];
    for (std::size_t i = ancestors.size(); i-- > 0; indent += 2) text += relative_line(ancestors[i], indent);
    text += std::string(indent, ' ') + lineage.value("id", "") + "\n";
    for (const Json& one : lineage["descendants"])
        text += relative_line(one, indent + 2 * one.value("depth", std::size_t{1}));
    return text;
}

}  // namespace goetia::cli
