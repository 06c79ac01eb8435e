#include "master/experiments/visible_experiment.h"

namespace goetia {

Result<ExperimentRow> visible_experiment(Store& store, const Caller& caller, const std::string& id) {
    std::vector<ExperimentRow> rows;
    GOETIA_TRY(store.read([&](SqlConnection& database) -> Status {
        GOETIA_ASSIGN(rows, rows_where<ExperimentRow>(database, " WHERE id = $1", {id}));
        return {};
    }));
    if (rows.empty() || !may_see(caller, rows[0].owner)) return not_found("there is no experiment '{}'", id);
    return rows[0];
}

}  // namespace goetia
