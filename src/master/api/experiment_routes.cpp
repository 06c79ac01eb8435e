#include <fmt/format.h>

#include "base/json.h"
#include "base/json_text.h"
#include "master/api/curve_queries.h"
#include "master/api/experiment_tables.h"
#include "master/api/lists.h"
#include "master/api/permissions.h"
#include "master/api/preconditions.h"
#include "master/api/routes.h"
#include "master/api/shapes.h"
#include "master/experiments/experiment_compare.h"
#include "master/experiments/histogram.h"
#include "net/problem.h"

namespace goetia {
namespace {

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
                         .answers(200, experiment_shape())
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

Result<HttpResponse> histogram_answer(ExperimentService& experiments, const RouteCall& call) {
    const std::string field = call.query_text("field");
    // As of a filter: a field that no experiment has is one without values.
    GOETIA_ASSIGN(ListQuery query, parse_list_query(call.query_text("q"), field, experiment_list_fields()));
    query = ExperimentService::visible_to(call.caller, query);
    std::size_t without = 0;
    const std::vector<double> values = experiments.table().numbers(query.sort, query.conditions, without);
    Json told = histogram_of(values, static_cast<std::size_t>(call.query_integer("bins")));
    told["without"] = without;
    return json_response(told);
}

Result<HttpResponse> curves_of_several(ExperimentService& experiments, const RouteCall& call) {
    const auto ids = call.query->at("ids").get<std::vector<std::string>>();
    if (ids.empty() || ids.size() > kMostCompared)
        return invalid("curves of {} experiments are asked for; allowed are 1 to {}", ids.size(), kMostCompared);
    Json items = Json::array();
    for (const std::string& id : ids) {
        GOETIA_ASSIGN(const auto series, experiments.series(call.caller, id));
        GOETIA_ASSIGN(const std::vector<Curve> curves, series->curves(curve_query_of(call)));
        Json one = to_json(curves);
        one["experiment"] = id;
        items.push_back(std::move(one));
    }
    return json_response({{"experiments", std::move(items)}});
}

void add_overviews(std::vector<Route>& routes, ExperimentService& experiments) {
    routes.push_back(
        with_curve_query(Route("GET", "/api/experiments/curves", kReadExperiments, "Curves of several experiments")
                             .in_query(texts("ids", "Which; at most 100")))
            .answers(200, Shape(Schema("CurvesOfSeveral", "In the order in which they were named")
                                    .with(anything("experiments", "Each with its curves")))
                              .where("experiments", list_of(curves_shape().with(text("experiment", "Its id")))))
            .works([&experiments](const RouteCall& call) { return curves_of_several(experiments, call); }));
    routes.push_back(
        Route("GET", "/api/experiments/histogram", kReadExperiments, "How the values of a field are spread")
            .in_query(text("field", "`metrics.val/loss.best`, `config.optimizer.lr`, `created_at`"))
            .in_query(text("q", "Only of these, as the list takes it").fallback(""))
            .in_query(integer("bins", "Of equal width").between(1, 200).fallback(24))
            .answers(200, Schema("Histogram", "Of numbers")
                              .with(number("low", "The lowest").or_null())
                              .with(number("high", "The highest").or_null())
                              .with(integers("counts", "Of each bin"))
                              .with(integer("without", "Experiments that have no number there")))
            .works([&experiments](const RouteCall& call) { return histogram_answer(experiments, call); }));
}

void add_comparison(std::vector<Route>& routes, ExperimentService& experiments) {
    routes.push_back(
        Route("GET", "/api/experiments/compare", kReadExperiments,
              "Compares 2 to 100 experiments: metrics with the best marked, configs where they differ, resources")
            .in_query(texts("ids", "Which"))
            .in_query(boolean("all", "Keys of the configs that are the same, too").fallback(false))
            .answers(200, comparison_shape())
            .works([&experiments](const RouteCall& call) -> Result<HttpResponse> {
                GOETIA_ASSIGN(const Json compared,
                              experiments.compare(call.caller, call.query->at("ids").get<std::vector<std::string>>(),
                                                  call.query->at("all").get<bool>()));
                return json_response(compared);
            }));
    routes.push_back(Route("GET", "/api/experiments/{id}/lineage", kReadExperiments,
                           "What an experiment came from, and what came from it")
                         .answers(200, lineage_shape())
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
            .answers_list(experiment_shape())
            .works([&experiments](const RouteCall& call) { return experiments_page(experiments, call); }));
    routes.push_back(
        Route("GET", "/api/experiments/{id}", kReadExperiments, "Shows an experiment")
            .answers(200,
                     experiment_shape()
                         .with(object("config", "By dotted key"))
                         .with(object("environment", "What the run wrote of its machine and libraries, by dotted name")
                                   .or_null())
                         .where("config", map_of(Shape(ParamType::kAny)))
                         .where("environment", map_of(Shape(ParamType::kString))))
            .works([&experiments](const RouteCall& call) -> Result<HttpResponse> {
                GOETIA_ASSIGN(const Json shown, experiments.show(call.caller, call.path_text("id")));
                return tagged_response(shown);
            }));
    add_changes(routes, experiments);
    add_comparison(routes, experiments);
    add_overviews(routes, experiments);
    return routes;
}

}  // namespace goetia
