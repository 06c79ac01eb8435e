#include "master/experiments/lineage.h"

#include <set>

#include "base/json.h"
#include "master/service/ownership.h"

namespace goetia {
namespace {

Json relative_json(const Caller& caller, const ExperimentRow& row, std::size_t depth) {
    if (!may_see(caller, row.owner)) return {{"id", row.id}, {"known", false}, {"depth", depth}};
    return {{"id", row.id},  {"known", true}, {"name", row.name}, {"state", row.state}, {"relation", row.relation},
            {"depth", depth}};
}

}  // namespace

Result<Json> lineage_of(Store& store, const Caller& caller, const ExperimentRow& row) {
    Json ancestors = Json::array(), descendants = Json::array();
    GOETIA_TRY(store.read([&](SqlConnection& database) -> Status {
        ancestors = Json::array(), descendants = Json::array();
        std::set<std::string> seen{row.id};  // a circle ends
        std::string next = row.ancestor;
        while (!next.empty() && seen.insert(next).second && ancestors.size() < kMostRelatives) {
            GOETIA_ASSIGN(const auto rows, rows_where<ExperimentRow>(database, " WHERE id = $1", {next}));
            const std::size_t depth = ancestors.size() + 1;
            ancestors.push_back(rows.empty() ? Json{{"id", next}, {"known", false}, {"depth", depth}}
                                             : relative_json(caller, rows[0], depth));
            next = rows.empty() ? "" : rows[0].ancestor;
        }
        std::vector<std::string> generation{row.id};
        for (std::size_t depth = 1; !generation.empty(); ++depth) {
            std::vector<std::string> children;
            for (const std::string& parent : generation) {
                GOETIA_TRY(each_row<ExperimentRow>(database, " WHERE ancestor = $1 ORDER BY created_at, id", {parent},
                                                   [&](const ExperimentRow& child) {
                                                       if (descendants.size() >= kMostRelatives ||
                                                           !seen.insert(child.id).second)
                                                           return;
                                                       descendants.push_back(relative_json(caller, child, depth));
                                                       children.push_back(child.id);
                                                   }));
            }
            generation = std::move(children);
        }
        return {};
    }));
    return Json{{"id", row.id},
                {"relation", row.relation.empty() ? Json() : Json(row.relation)},
                {"ancestors", std::move(ancestors)},
                {"descendants", std::move(descendants)}};
}

}  // namespace goetia
