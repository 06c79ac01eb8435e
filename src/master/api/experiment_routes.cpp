#include <fmt/format.h>

#include "base/json.h"
#include "base/json_text.h"
#include "master/api/experiment_tables.h"
#include "master/api/lists.h"
#include "master/api/permissions.h"
#include "master/api/preconditions.h"
#include "master/api/routes.h"
#include "net/problem.h"

namespace goetia {
namespace {

Schema experiment_schema() {
    return Schema("Experiment", "A run: what was asked of it, how it went, what came of it")
        .with(text("id", "Its id"))
        .with(text("experiment", "The same"))
        .with(text("name", "For people"))
        .with(text("state", "What its journal says last"))
        .with(text("task", "The id of its task").or_null())
        .with(text("owner", "Whose it is"))
        .with(texts("tags", "For finding it again"))
        .with(text("notes", "For people"))
        .with(boolean("archived", "It is listed only when asked for"))
        .with(number("created_at", "Seconds since 1970"))
        .with(number("updated_at", "Of the newest word of it"))
        .with(object("ancestor", "What it came from: {experiment, relation}").or_null())
        .with(object("metrics", "{NAME: {last, best, step}}"))
        .with(object("resources", "What it took: {seconds, epochs, steps, images_per_second, attempts, ranks ...}"))
        .with(text("etag", "For If-Match"));
}

Schema experiment_change_schema() {
    return Schema("ExperimentChange", "What is to be changed; null: as it is")
        .with(text("name", "For people").or_null())
        .with(texts("tags", "All of them").or_null())
        .with(text("notes", "For people").or_null())
        .with(boolean("archived", "Whether it is listed only when asked for").or_null());
}

template <class T>
std::optional<T> optional_of(const Json& body, const char* name) {
    return body[name].is_null() ? std::nullopt : std::optional(body[name].get<T>());
}

ExperimentChange experiment_change_of(const Json& body) {
    return {.name = optional_of<std::string>(body, "name"),
            .notes = optional_of<std::string>(body, "notes"),
            .tags = optional_of<std::vector<std::string>>(body, "tags"),
            .archived = optional_of<bool>(body, "archived")};
}

Result<HttpResponse> experiments_page(ExperimentService& experiments, const RouteCall& call) {
    GOETIA_ASSIGN(const ListQuery query, list_query_of(call, experiment_list_fields()));
    const auto fields = call.query->at("fields").get<std::vector<std::string>>();
    if (wants_csv(call)) {
        return experiments_csv_response(experiments.table(), ExperimentService::visible_to(call.caller, query), fields);
    }
    const bool with_config =
        std::ranges::any_of(fields, [](const std::string& field) { return field.starts_with("config"); });
    GOETIA_ASSIGN(ExperimentPage page,
                  experiments.list(call.caller, query, with_config ? ReadConfigs::kYes : ReadConfigs::kNo));
    Json items = Json::array();
    for (Json& item : page.items) items.push_back(fields.empty() ? std::move(item) : chosen_fields_of(item, fields));
    return json_response(
        {{"items", std::move(items)}, {"total", page.total}, {"next", page.next.empty() ? Json() : Json(page.next)}});
}

void add_changes(std::vector<Route>& routes, ExperimentService& experiments) {
    routes.push_back(Route("PATCH", "/api/experiments/{id}", kWriteExperiments,
                           "Names, tags, annotates, archives an experiment; with If-Match only as it was seen")
                         .takes(experiment_change_schema())
                         .answers(200, experiment_schema())
                         .works([&experiments](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const auto version, expected_version(call));
                             GOETIA_ASSIGN(const Json shown,
                                           experiments.change(call.caller, call.path_text("id"),
                                                              experiment_change_of(*call.body), version));
                             return tagged_response(shown);
                         }));
    routes.push_back(Route("DELETE", "/api/experiments/{id}", kWriteExperiments,
                           "Deletes an experiment whose task has ended, and says how many bytes are free now")
                         .answers(200, Schema("DeletedExperiment", "What was deleted")
                                           .with(text("id", "Of the experiment"))
                                           .with(integer("bytes", "Of the disk that are free now")))
                         .works([&experiments](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const auto version, expected_version(call));
                             GOETIA_ASSIGN(const ErasedExperiment erased,
                                           experiments.erase(call.caller, call.path_text("id"), version));
                             return json_response({{"id", erased.id}, {"bytes", erased.bytes}});
                         }));
}

void add_comparison(std::vector<Route>& routes, ExperimentService& experiments) {
    routes.push_back(
        Route("GET", "/api/experiments/compare", kReadExperiments,
              "Compares 2 to 100 experiments: metrics with the best marked, configs where they differ, resources")
            .in_query(texts("ids", "Which"))
            .in_query(boolean("all", "Keys of the configs that are the same, too").fallback(false))
            .answers(200,
                     Schema("Comparison", "Side by side")
                         .with(anything("experiments", "[{id, name, state, created_at}]"))
                         .with(object("metrics", "{NAME: {lower_is_better, best: ID, runs: {ID: {last, best, step}}}}"))
                         .with(object("config", "{KEY: {ID: value}}"))
                         .with(object("resources", "{ID: {...}}")))
            .works([&experiments](const RouteCall& call) -> Result<HttpResponse> {
                GOETIA_ASSIGN(const Json compared,
                              experiments.compare(call.caller, call.query->at("ids").get<std::vector<std::string>>(),
                                                  call.query->at("all").get<bool>()));
                return json_response(compared);
            }));
    routes.push_back(Route("GET", "/api/experiments/{id}/lineage", kReadExperiments,
                           "What an experiment came from, and what came from it")
                         .answers(200, Schema("Lineage", "Its relatives")
                                           .with(text("id", "Of the experiment"))
                                           .with(text("relation", "To what it came from").or_null())
                                           .with(anything("ancestors", "[{id, known, name, state, relation, depth}]"))
                                           .with(anything("descendants", "The same")))
                         .works([&experiments](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const Json lineage, experiments.lineage(call.caller, call.path_text("id")));
                             return json_response(lineage);
                         }));
}

}  // namespace

std::vector<Route> experiment_routes(ExperimentService& experiments) {
    std::vector<Route> routes;
    routes.push_back(
        as_list(Route("GET", "/api/experiments", kReadExperiments,
                      "Lists experiments; `config` and its keys only when `fields` names them; as CSV every "
                      "one that the filter finds"))
            .answers_list(experiment_schema())
            .works([&experiments](const RouteCall& call) { return experiments_page(experiments, call); }));
    routes.push_back(Route("GET", "/api/experiments/{id}", kReadExperiments, "Shows an experiment")
                         .answers(200, experiment_schema().with(object("config", "By dotted key")))
                         .works([&experiments](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const Json shown, experiments.show(call.caller, call.path_text("id")));
                             return tagged_response(shown);
                         }));
    add_changes(routes, experiments);
    add_comparison(routes, experiments);
    return routes;
}

}  // namespace goetia
