#include "master/experiments/stored_experiment.h"

#include <unordered_map>

#include "base/json.h"
#include "base/json_text.h"
#include "master/store/field_text.h"

namespace goetia {
namespace {

// $1 is a JSON array of ids. Both engines look each of them up in the index.
constexpr const char* kIdsSqlite = " WHERE id IN (SELECT value FROM json_each($1))";
constexpr const char* kIdsPostgres = " WHERE id = ANY(ARRAY(SELECT json_array_elements_text($1::json)))";
constexpr const char* kOwnersSqlite = " WHERE experiment IN (SELECT value FROM json_each($1))";
constexpr const char* kOwnersPostgres = " WHERE experiment = ANY(ARRAY(SELECT json_array_elements_text($1::json)))";

template <class Row>
Status each_of(SqlConnection& database, const std::string& ids, auto&& on_row) {
    const bool is_sqlite = database.engine() == SqlEngine::kSqlite;
    return each_row<Row>(database, is_sqlite ? kOwnersSqlite : kOwnersPostgres, {ids}, on_row);
}

Json optional_json(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

// A member of the body that progress fills in (journaled_facts.h).
Json member_of(const Json& body, const char* name, Json otherwise) {
    return body.is_object() && body.contains(name) ? body[name] : std::move(otherwise);
}

}  // namespace

std::map<std::string, MetricDigest> metric_digests(std::string_view lines) {
    std::map<std::string, MetricDigest> metrics;
    each_field(lines, [&](std::string_view name, const ListValue& value) {
        const auto* number = std::get_if<double>(&value);
        if (number == nullptr) return;
        // "val/loss.best" follows "val/loss", so a metric whose own name ends like this is not taken for one.
        const std::size_t dot = name.rfind('.');
        const auto named =
            dot == std::string_view::npos ? metrics.end() : metrics.find(std::string(name.substr(0, dot)));
        if (named != metrics.end() && name.substr(dot) == ".best") named->second.best = *number;
        else if (named != metrics.end() && name.substr(dot) == ".step") named->second.step = *number;
        else metrics[std::string(name)].last = *number;
    });
    return metrics;
}

Result<std::vector<StoredExperiment>> stored_experiments(Store& store, const std::vector<std::string>& ids,
                                                         ReadConfigs configs) {
    if (ids.empty()) return std::vector<StoredExperiment>();
    std::unordered_map<std::string, StoredExperiment> found;
    const std::string asked = json_text(Json(ids));
    GOETIA_TRY(store.read([&](SqlConnection& database) -> Status {
        found.clear();  // it may run again after a lost connection
        const bool is_sqlite = database.engine() == SqlEngine::kSqlite;
        GOETIA_TRY(each_row<ExperimentRow>(database, is_sqlite ? kIdsSqlite : kIdsPostgres, {asked},
                                           [&](ExperimentRow row) { found[row.id].row = std::move(row); }));
        GOETIA_TRY(each_of<ExperimentMetricsRow>(database, asked, [&](const ExperimentMetricsRow& row) {
            if (const auto at = found.find(row.experiment); at != found.end())
                at->second.metrics = metric_digests(row.fields);
        }));
        if (configs == ReadConfigs::kNo) return {};
        return each_of<ExperimentConfigRow>(database, asked, [&](const ExperimentConfigRow& row) {
            const auto at = found.find(row.experiment);
            if (at == found.end()) return;
            each_field(row.fields, [&](std::string_view name, ListValue value) {
                at->second.config.emplace(std::string(name), std::move(value));
            });
        });
    }));
    std::vector<StoredExperiment> all;
    all.reserve(found.size());
    for (const std::string& id : ids) {
        if (const auto at = found.find(id); at != found.end()) all.push_back(at->second);
    }
    return all;
}

Json value_json(const ListValue& value) {
    if (const auto* number = std::get_if<double>(&value)) return *number;
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    return {};
}

Json config_json(const std::map<std::string, ListValue>& config) {
    Json json = Json::object();
    for (const auto& [key, value] : config) json[key] = value_json(value);
    return json;
}

Json shown_experiment(const StoredExperiment& experiment, ReadConfigs configs) {
    const ExperimentRow& row = experiment.row;
    const Result<Json> tags = parse_json(row.tags, "tags");
    const Result<Json> body = parse_json(row.body, "body");
    const Json facts = body ? *body : Json::object();
    Json metrics = Json::object();
    for (const auto& [name, metric] : experiment.metrics)
        metrics[name] = {{"last", optional_json(metric.last)},
                         {"best", optional_json(metric.best)},
                         {"step", optional_json(metric.step)}};
    Json ancestor;
    if (!row.ancestor.empty()) ancestor = {{"experiment", row.ancestor}, {"relation", row.relation}};
    Json shown = {{"id", row.id},
                  {"experiment", row.id},
                  {"name", row.name},
                  {"state", row.state},
                  {"task", row.task.empty() ? Json() : Json(row.task)},
                  {"owner", row.owner},
                  {"tags", tags && tags->is_array() ? *tags : Json::array()},
                  {"notes", row.notes},
                  {"archived", row.archived},
                  {"created_at", row.created_at},
                  {"updated_at", row.updated_at},
                  {"ancestor", std::move(ancestor)},
                  {"metrics", std::move(metrics)},
                  {"best_metric", member_of(facts, "best_metric", Json())},
                  {"lower_is_better", member_of(facts, "lower_is_better", Json())},
                  {"finished_at", member_of(facts, "finished_at", Json())},
                  {"resources", member_of(facts, "resources", Json::object())},
                  {"etag", std::to_string(row.version)}};
    if (configs == ReadConfigs::kYes) shown["config"] = config_json(experiment.config);
    return shown;
}

}  // namespace goetia
