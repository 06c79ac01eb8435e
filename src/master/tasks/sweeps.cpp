#include "master/tasks/sweeps.h"

#include "base/json.h"
#include "base/json_text.h"
#include "master/service/ownership.h"

namespace goetia {

Result<std::vector<Json>> Sweeps::list(const Caller& caller) {
    std::vector<SweepRow> rows;
    GOETIA_TRY(service_.store().read([&](SqlConnection& database) -> Status {
        GOETIA_ASSIGN(rows, rows_where<SweepRow>(database, ""));
        return {};
    }));
    std::vector<Json> all;
    for (const SweepRow& row : rows) {
        if (!may_see(caller, row.owner)) continue;
        GOETIA_ASSIGN(Json one, show(row));
        one.erase("jobs");
        all.push_back(std::move(one));
    }
    return all;
}

Result<SweepRow> Sweeps::find(const Caller& caller, const std::string& id) {
    std::vector<SweepRow> rows;
    GOETIA_TRY(service_.store().read([&](SqlConnection& database) -> Status {
        GOETIA_ASSIGN(rows, rows_where<SweepRow>(database, " WHERE id = $1", {id}));
        return {};
    }));
    if (rows.empty() || !may_see(caller, rows[0].owner)) return not_found("there is no sweep '{}'", id);
    return rows[0];
}

Result<Json> Sweeps::show(const SweepRow& row) {
    Json states = Json::object();
    std::int64_t tasks = 0;
    GOETIA_TRY(service_.store().read([&](SqlConnection& database) -> Status {
        states = Json::object(), tasks = 0;
        return database.query("SELECT state, COUNT(*) FROM tasks WHERE sweep = $1 GROUP BY state ORDER BY state",
                              {row.id}, [&](const SqlRow& counted) {
                                  states[std::string(counted.text(0))] = counted.integer(1);
                                  tasks += counted.integer(1);
                              });
    }));
    GOETIA_ASSIGN(const Json body, parse_json(row.body, "the row of sweep '" + row.id + "'"));
    return Json{{"id", row.id},
                {"name", row.name},
                {"owner", row.owner},
                {"created_at", row.created_at},
                {"tasks", tasks},
                {"states", std::move(states)},
                {"jobs", body.value("jobs", Json::array())}};
}

void Sweeps::control(const Caller& caller, const std::string& id, TaskAction action, OnResult<Json> done) {
    const Result<SweepRow> row = find(caller, id);
    if (!row) return done(row.error());
    std::vector<TaskId> ids;
    const Status read = service_.store().read([&](SqlConnection& database) -> Status {
        ids.clear();
        return database.query("SELECT id FROM tasks WHERE sweep = $1", {row->id}, [&](const SqlRow& task) {
            if (const Result<TaskId> one = task_id_from(task.text(0))) ids.push_back(*one);
        });
    });
    if (!read) return done(read.error());
    std::ranges::sort(ids);
    service_.control_all(caller, std::move(ids), action,
                         [done = std::move(done), id = row->id, action](Result<Json> tasks) {
                             if (!tasks) return done(std::move(tasks).error());
                             done(Json{{"id", id}, {"action", name_of(action)}, {"tasks", std::move(*tasks)}});
                         });
}

}  // namespace goetia
