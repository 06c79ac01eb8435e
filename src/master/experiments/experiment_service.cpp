#include "master/experiments/experiment_service.h"

#include <algorithm>

#include "base/clock.h"
#include "base/json.h"
#include "base/json_text.h"
#include "master/experiments/artifact_records.h"
#include "master/experiments/experiment_change.h"
#include "master/experiments/experiment_compare.h"
#include "master/experiments/lineage.h"
#include "master/objects/retention.h"
#include "master/service/ownership.h"
#include "protocol/names.h"

namespace goetia {
namespace {

Error no_experiment(const std::string& id) { return not_found("there is no experiment '{}'", id); }

// The row as the caller may change it: kNotFound, or the error of an If-Match that does not fit.
Result<ExperimentRow> row_to_change(StoreTransaction& change, const Caller& caller, const std::string& id,
                                    std::optional<std::int64_t> version) {
    GOETIA_ASSIGN(std::vector<ExperimentRow> rows, rows_where<ExperimentRow>(change.sql(), " WHERE id = $1", {id}));
    if (rows.empty() || !may_see(caller, rows[0].owner)) return no_experiment(id);
    if (version && *version != rows[0].version)
        return Error{Code::kWrongState,
                     fmt::format("experiment '{}' has changed since; look at it again", id),
                     {{.path = "If-Match",
                       .message = "is not the experiment's ETag",
                       .found = std::to_string(*version),
                       .allowed = std::to_string(rows[0].version)}}};
    return std::move(rows[0]);
}

Status check_ended(StoreTransaction& change, const std::string& id) {
    GOETIA_ASSIGN(const std::vector<TaskRow> tasks,
                  rows_where<TaskRow>(change.sql(), " WHERE experiment = $1 AND is_live = 1", {id}));
    if (tasks.empty()) return {};
    return make_error(Code::kWrongState, "experiment '{}' belongs to task '{}', which is {}; stop that first", id,
                      tasks[0].id, tasks[0].state);
}

}  // namespace

ListQuery ExperimentService::visible_to(const Caller& caller, ListQuery query) {
    restrict_to_own(caller, query);
    const auto asked = std::ranges::find(query.conditions, "archived", &ListCondition::field);
    if (asked != query.conditions.end() && asked->text == "any") query.conditions.erase(asked);
    else if (asked == query.conditions.end())
        query.conditions.push_back({.field = "archived", .op = ListOperator::kNotEqual, .text = "true"});
    return query;
}

Result<ExperimentPage> ExperimentService::list(const Caller& caller, const ListQuery& query, ReadConfigs configs) {
    GOETIA_ASSIGN(const ListPage page, table().list(visible_to(caller, query)));
    GOETIA_ASSIGN(const std::vector<StoredExperiment> found, stored_experiments(store_, page.ids, configs));
    ExperimentPage shown{.items = {}, .total = page.total, .next = page.next};
    for (const StoredExperiment& one : found) shown.items.push_back(shown_experiment(one, configs));
    return shown;
}

Result<StoredExperiment> ExperimentService::find(const Caller& caller, const std::string& id, ReadConfigs configs) {
    if (!is_identifier(id)) return no_experiment(id);
    GOETIA_ASSIGN(std::vector<StoredExperiment> found, stored_experiments(store_, {id}, configs));
    if (found.empty() || !may_see(caller, found[0].row.owner)) return no_experiment(id);
    return std::move(found[0]);
}

Result<Json> ExperimentService::show(const Caller& caller, const std::string& id) {
    GOETIA_ASSIGN(const StoredExperiment found, find(caller, id, ReadConfigs::kYes));
    Json shown = shown_experiment(found, ReadConfigs::kYes);
    shown["environment"] = environment_of(folder(id));
    return shown;
}

Result<Json> ExperimentService::compare(const Caller& caller, const std::vector<std::string>& ids, bool all) {
    if (ids.size() < 2 || ids.size() > kMostCompared)
        return invalid("{} experiments are to be compared; allowed are 2 to {}", ids.size(), kMostCompared);
    GOETIA_ASSIGN(const std::vector<StoredExperiment> found, stored_experiments(store_, ids, ReadConfigs::kYes));
    Error missing{Code::kNotFound, "not all of the experiments exist", {}};
    for (const std::string& id : ids) {
        const auto one = std::ranges::find_if(found, [&](const StoredExperiment& each) { return each.row.id == id; });
        if (one == found.end() || !may_see(caller, one->row.owner))
            missing.faults.push_back({.path = "query.ids", .message = "there is no such experiment", .found = id});
    }
    if (!missing.faults.empty()) return missing;
    return compared_experiments(found, all);
}

Result<Json> ExperimentService::lineage(const Caller& caller, const std::string& id) {
    GOETIA_ASSIGN(const StoredExperiment found, find(caller, id));
    return lineage_of(store_, caller, found.row);
}

Result<Json> ExperimentService::change(const Caller& caller, const std::string& id, const ExperimentChange& change,
                                       std::optional<std::int64_t> version) {
    GOETIA_TRY(check_change(change));
    std::string owner;
    GOETIA_TRY(store_.write([&](StoreTransaction& transaction) -> Status {
        GOETIA_ASSIGN(ExperimentRow row, row_to_change(transaction, caller, id, version));
        owner = row.owner;
        const std::string words = apply_change(change, row);
        if (words.empty()) return {};
        ++row.version;
        GOETIA_TRY(transaction.put(row));
        return transaction.audit({.time = to_seconds(now()),
                                  .actor = caller.name,
                                  .action = "experiment.change",
                                  .subject = id,
                                  .detail = words});
    }));
    GOETIA_ASSIGN(Json shown, show(caller, id));
    monitor_.publish("experiments", "upsert", id, json_text(shown), owner);
    return shown;
}

Result<std::int64_t> ExperimentService::free_unneeded(const std::vector<ArtifactRow>& artifacts) {
    std::vector<std::string> hashes;
    for (const ArtifactRow& artifact : artifacts) hashes.push_back(artifact.hash);
    GOETIA_ASSIGN(const std::vector<ObjectRow> unneeded, unneeded_objects(store_, hashes));
    return remove_objects(store_, objects_, unneeded);
}

// The records go first: a kill leaves files that nothing names, which retention finds.
Result<ErasedExperiment> ExperimentService::erase(const Caller& caller, const std::string& id,
                                                  std::optional<std::int64_t> version) {
    std::vector<ArtifactRow> artifacts;
    std::string owner;
    GOETIA_TRY(store_.write([&](StoreTransaction& change) -> Status {
        GOETIA_ASSIGN(const ExperimentRow row, row_to_change(change, caller, id, version));
        owner = row.owner;
        GOETIA_TRY(check_ended(change, id));
        GOETIA_ASSIGN(artifacts, rows_where<ArtifactRow>(change.sql(), " WHERE experiment = $1", {id}));
        GOETIA_TRY(change.erase_experiment(id));
        return change.audit({.time = to_seconds(now()),
                             .actor = caller.name,
                             .action = "experiment.delete",
                             .subject = id,
                             .detail = row.name});
    }));
    monitor_.publish("experiments", "delete", id, "null", owner);
    ErasedExperiment erased{.id = id};
    const Status closed = series_.erase(id);  // who reads the curves keeps them until he is done
    if (!closed && closed.error().code != Code::kWrongState) return closed.error();
    const Result<std::int64_t> files = delete_experiment_files(data_, id);
    if (!files && files.error().code != Code::kNotFound) return files.error();
    erased.bytes = files ? *files : 0;
    GOETIA_ASSIGN(const std::int64_t objects, free_unneeded(artifacts));
    erased.bytes += objects;
    return erased;
}

Result<std::int64_t> ExperimentService::erase_artifact(const Caller& caller, const std::string& id,
                                                       const std::string& path) {
    std::vector<ArtifactRow> rows;
    GOETIA_TRY(store_.write([&](StoreTransaction& change) -> Status {
        GOETIA_ASSIGN(const ExperimentRow row, row_to_change(change, caller, id, {}));
        GOETIA_TRY(check_ended(change, id));
        GOETIA_ASSIGN(rows, rows_where<ArtifactRow>(change.sql(), " WHERE experiment = $1 AND path = $2", {id, path}));
        if (rows.empty()) return not_found("experiment '{}' has no artifact '{}'", id, path);
        GOETIA_TRY(change.sql().run("DELETE FROM artifacts WHERE experiment = $1 AND path = $2", {id, path}));
        return change.audit({.time = to_seconds(now()),
                             .actor = caller.name,
                             .action = "artifact.delete",
                             .subject = id,
                             .detail = path});
    }));
    const Status unlinked = objects_.unlink(folder(id), path);
    if (!unlinked && unlinked.error().code != Code::kNotFound) return unlinked.error();
    return free_unneeded(rows);
}

Result<std::shared_ptr<ExperimentSeries>> ExperimentService::series(const Caller& caller, const std::string& id) {
    GOETIA_ASSIGN(const StoredExperiment found, find(caller, id));
    return series_.open(id);
}

Result<std::vector<Json>> ExperimentService::artifacts(const Caller& caller, const std::string& id) {
    GOETIA_ASSIGN(const StoredExperiment found, find(caller, id));
    GOETIA_ASSIGN(const std::vector<ArtifactRow> rows, artifacts_of(store_, id));
    std::vector<Json> items;
    for (const ArtifactRow& row : rows)
        items.push_back({{"id", artifact_id(row.path)},
                         {"name", row.path.substr(row.path.rfind('/') + 1)},
                         {"path", row.path},
                         {"bytes", row.bytes},
                         {"sha256", row.hash},
                         {"kind", row.kind},
                         {"created_at", row.created_at}});
    return items;
}

Result<ShownArtifact> ExperimentService::artifact(const Caller& caller, const std::string& id,
                                                  const std::string& artifact) {
    GOETIA_ASSIGN(const StoredExperiment found, find(caller, id));
    GOETIA_ASSIGN(const std::vector<ArtifactRow> rows, artifacts_of(store_, id));
    for (const ArtifactRow& row : rows) {
        if (artifact_id(row.path) != artifact) continue;
        if (!objects_.contains(row.hash)) return not_found("artifact '{}' is not here any more", artifact);
        return ShownArtifact{row.path.substr(row.path.rfind('/') + 1), row.hash, objects_.path(row.hash)};
    }
    return not_found("experiment '{}' has no artifact '{}'", id, artifact);
}

Result<std::vector<Json>> ExperimentService::checkpoints(const Caller& caller, const std::string& id) {
    GOETIA_ASSIGN(const StoredExperiment found, find(caller, id));
    GOETIA_ASSIGN(const std::vector<ArtifactRow> rows, artifacts_of(store_, id));
    const Result<Json> body = parse_json(found.row.body, "body");
    std::vector<Json> items;
    if (!body || !body->is_object() || !body->contains("checkpoints")) return items;
    for (const Json& journaled : (*body)["checkpoints"]) {
        const std::string hash = journaled.value("sha256", "");
        const auto here = std::ranges::find(rows, hash, &ArtifactRow::hash);
        Json item = journaled;
        item["is_best"] = journaled.value("kind", "") == "best";
        item["artifact"] = here == rows.end() ? Json() : Json(artifact_id(here->path));
        items.push_back(std::move(item));
    }
    std::ranges::stable_sort(items,
                             [](const Json& a, const Json& b) { return a.value("step", 0) > b.value("step", 0); });
    return items;
}

Result<std::vector<ExperimentLog>> ExperimentService::logs(const Caller& caller, const std::string& id) {
    GOETIA_ASSIGN(const StoredExperiment found, find(caller, id));
    return experiment_logs(folder(id));
}

Result<std::string> ExperimentService::log(const Caller& caller, const std::string& id, const std::string& name,
                                           std::int64_t offset, std::int64_t most) {
    GOETIA_ASSIGN(const StoredExperiment found, find(caller, id));
    return read_log(folder(id), name, offset, most);
}

}  // namespace goetia
